//! `cargo xtask interop`: strict OAuth 2.0 and OpenID Connect software of others meets the app over HTTP: clients that read every
//! rule (Node's `oauth4webapi`, Python's `authlib` and `joserfc`) and authorization servers in the place of the providers
//! (`oidc-provider`, `oauth2-mock-server`). The scripts lie in `tests/interop`; what they need is installed in the target directory.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::app::{self, App, Launch};
use crate::cases::{self, Script};
use crate::components::Profile;
use crate::npm::{self, Npm};
use crate::process;
use crate::workspace::Workspace;
use crate::{admin, sample, term};

/// What `cargo xtask interop` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Run only scripts whose name contains this: clients.mjs, providers.mjs, clients.py
    filter: Option<String>,
}

/// The programs that run the scripts.
struct Tools {
    npm: Npm,
    python: PathBuf,
}

/// Why this cannot run here, as a sentence that says what to do; nothing if it can.
pub fn missing() -> Option<String> {
    Tools::find().err().map(|error| format!("{error:#}"))
}

/// Runs `cargo xtask interop`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let tools = Tools::find()?;
    let folder = install(workspace, &tools)?;
    let (address, stand_in) = (app::free_address()?, app::free_address()?);
    let provider = |name: &str| format!("{name}-client:{name}-secret");
    let launch = Launch {
        folder: "interop/app",
        profile: Some(Profile::Development),
        address,
        variables: vec![
            ("environment", "development".to_owned()),
            ("public_url", format!("http://{address}")),
            ("oauth_google", provider("google")),
            ("oauth_kakao", provider("kakao")),
            ("oauth_stand_in", format!("http://{stand_in}")),
        ],
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
        ("clients.mjs", &tools.npm.node),
        ("providers.mjs", &tools.npm.node),
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
        let npm = Npm::find()?;
        let python = process::which("python3")
            .context("python3 is not on PATH: install Python 3.10 or newer with its module venv")?;
        process::read(Command::new(&python).args(["-c", "import venv, ensurepip"]))
            .context("python3 has no module venv: install it (Debian: python3-venv)")?;
        Ok(Self { npm, python })
    }
}

/// Copies the scripts to where their packages are, and installs those, unless that was done for the same lists.
fn install(workspace: &Workspace, tools: &Tools) -> Result<PathBuf> {
    let (from, to) = (
        workspace.root.join("tests/interop"),
        workspace.target.join("interop"),
    );
    fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
    let mut lists = Vec::new();
    for entry in fs::read_dir(&from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_file() {
            fs::copy(&path, to.join(name))?;
        }
        if matches!(name.to_str(), Some("package-lock.json" | "requirements.txt")) {
            lists.push((path.clone(), fs::read(&path)?));
        }
    }
    lists.sort();
    let stamp: Vec<u8> = lists.into_iter().flat_map(|(_, text)| text).collect();
    let done = to.join("installed");
    if fs::read(&done).ok().as_ref() == Some(&stamp) {
        return Ok(to);
    }
    term::step("installing what tests/interop needs (once, a minute)");
    tools.npm.ci(&to)?;
    let mut venv = Command::new(&tools.python);
    venv.args(["-m", "venv", "--clear", "venv"]);
    npm::bounded(&to, &mut venv, "python3 -m venv")?;
    let mut pip = Command::new(to.join("venv/bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]);
    npm::bounded(&to, pip.args(["-r", "requirements.txt"]), "pip install")?;
    fs::write(&done, stamp)?;
    Ok(to)
}
