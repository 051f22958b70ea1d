//! `cargo xtask browser`: a real browser opens the pages that the component `docs` serves, signs in, calls a route, and takes pictures
//! of what it sees. The script lies in `tests/browser`; Chromium is the machine's or is unpacked from the distribution's packages.

use std::process::Command;

use anyhow::{Context, Result};

use crate::app::{self, App, Launch};
use crate::cases::{self, Script};
use crate::components::Profile;
use crate::packages::Node;
use crate::services::find;
use crate::workspace::Workspace;
use crate::{sample, term};

/// What `cargo xtask browser` understands.
#[derive(clap::Args)]
pub struct Args {
    /// Take the components as they lie in target/components instead of building them
    #[arg(long)]
    as_built: bool,
}

/// Why this cannot run here, as a sentence that says what to do; nothing if it can.
pub fn missing(workspace: &Workspace) -> Option<String> {
    let tools = Node::find().and_then(|_| find::chromium(workspace));
    tools.err().map(|error| format!("{error:#}"))
}

/// Runs `cargo xtask browser`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let node = Node::find()?;
    let chromium = find::chromium(workspace)?.command("chromium", None);
    let folder = workspace.target.join("browser");
    node.install(&workspace.root.join("tests/browser"), &folder)?;
    let address = app::free_address()?;
    let launch = Launch {
        address,
        variables: vec![
            ("environment", "development".to_owned()),
            ("public_url", format!("http://{address}")),
        ],
        ..Launch::new("browser/app", (!args.as_built).then_some(Profile::Development))?
    };
    let mut app = App::start(workspace, launch)?;
    let pictures = folder.join("pictures");
    let mut settings = vec![
        ("REALCARE_URL".to_owned(), format!("http://{address}")),
        ("REALCARE_EMAIL".to_owned(), sample::PERSON.to_owned()),
        ("REALCARE_PASSWORD".to_owned(), sample::PASSWORD.to_owned()),
        ("REALCARE_CHROMIUM".to_owned(), program(&chromium)),
        ("REALCARE_PICTURES".to_owned(), pictures.display().to_string()),
    ];
    settings.extend(variables(&chromium));
    let script = Script {
        name: "pages.mjs",
        program: &node.node,
        settings: &settings,
    };
    let cases = script.play(&folder).context("the script does not start")?;
    app.end();
    term::note(format_args!("pictures: {}", pictures.display()));
    cases::show(&cases)
}

/// The program itself, which is the last word before the arguments of a command that ends with this process.
fn program(command: &Command) -> String {
    let last = command.get_args().last().unwrap_or(command.get_program());
    last.to_string_lossy().into_owned()
}

fn variables(command: &Command) -> Vec<(String, String)> {
    let text = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
    command
        .get_envs()
        .filter_map(|(name, value)| Some((text(name), text(value?))))
        .collect()
}
