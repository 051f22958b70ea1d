//! `cargo xtask interop`: strict OAuth 2.0 and OpenID Connect software of others meets the app over HTTP: clients that read every
//! rule (Node's `oauth4webapi`, Python's `authlib` and `joserfc`) and authorization servers in the place of the providers
//! (`oidc-provider`, `oauth2-mock-server`). The scripts lie in `tests/interop`; what they need is installed in the target directory.

use anyhow::Result;

use crate::app::{self, App, Launch};
use crate::cases::{self, Script};
use crate::components::Profile;
use crate::packages::{self, Node, Python};
use crate::workspace::Workspace;
use crate::{admin, sample};

/// What `cargo xtask interop` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Run only scripts whose name contains this: clients.mjs, providers.mjs, clients.py
    filter: Option<String>,
}

/// The programs that run the scripts.
struct Tools {
    node: Node,
    python: Python,
}

/// Why this cannot run here, as a sentence that says what to do; nothing if it can.
pub fn missing() -> Option<String> {
    Tools::find().err().map(|error| format!("{error:#}"))
}

/// Runs `cargo xtask interop`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let tools = Tools::find()?;
    let folder = packages::install(workspace, "interop", Some(&tools.node), Some(&tools.python))?;
    let (address, stand_in) = (app::free_address()?, app::free_address()?);
    let provider = |name: &str| format!("{name}-client:{name}-secret");
    let launch = Launch {
        address,
        variables: vec![
            ("environment", "development".to_owned()),
            ("public_url", format!("http://{address}")),
            ("oauth_google", provider("google")),
            ("oauth_kakao", provider("kakao")),
            ("oauth_stand_in", format!("http://{stand_in}")),
        ],
        ..Launch::new("interop/app", Some(Profile::Development))?
    };
    let mut app = App::start(workspace, launch)?;
    admin::grant(workspace, &app.database, sample::ADMIN)?;
    let settings = [
        ("REALCARE_URL".to_owned(), format!("http://{address}")),
        ("REALCARE_STAND_IN".to_owned(), format!("http://{stand_in}")),
        ("REALCARE_AUDIENCE".to_owned(), "realcare".to_owned()),
        ("REALCARE_EMAIL".to_owned(), sample::PERSON.to_owned()),
        ("REALCARE_ADMIN_EMAIL".to_owned(), sample::ADMIN.to_owned()),
        ("REALCARE_PASSWORD".to_owned(), sample::PASSWORD.to_owned()),
    ];
    let mut cases = Vec::new();
    for (script, program) in [
        ("clients.mjs", &tools.node.node),
        ("providers.mjs", &tools.node.node),
        ("clients.py", &folder.join("venv/bin/python")),
    ] {
        if args.filter.as_deref().is_none_or(|part| script.contains(part)) {
            let script = Script {
                name: script,
                program,
                settings: &settings,
            };
            cases.extend(script.play(&folder)?);
        }
    }
    app.end();
    cases::show(&cases)
}

impl Tools {
    fn find() -> Result<Self> {
        Ok(Self {
            node: Node::find()?,
            python: Python::find()?,
        })
    }
}
