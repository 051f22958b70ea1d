//! schemathesis (<https://schemathesis.readthedocs.io>) against the running app: requests that fit `openapi.json` and requests that do not,
//! one by one and along its links (QUAL-2). `cargo xtask hunt schema` names the program.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;

use realcare_blackbox::{App, success};

use super::size::Size;
use super::world::{Who, World};

/// How long each of the two passes takes if nobody says, in seconds.
const MOMENT: u64 = 40;

/// How long each may take at most: both have to be over before the access tokens end, which live for half an hour.
const LONGEST: u64 = 13 * 60;

/// What would end the sign-in that the requests are made with, or everybody's.
const ENDS_SIGN_INS: &str = "^/api/v1/(auth/(logout|logout-all|sessions.*|change-password)|admin/(revoke-all-tokens|users/.*/revoke-tokens))$";

/// What would take the account away.
const ENDS_ACCOUNTS: &str = "DELETE /api/v1/auth/me";

/// What only admins may.
const OF_ADMINS: &str = "^/api/v1/admin/";

/// Streams end when they end, and the pages of people are no API.
const NO_API: &str = "/stream$|^/docs|^/redoc";

// QUAL-2, OPS-6
#[test]
#[ignore = "needs schemathesis: cargo xtask hunt schema"]
fn the_document_is_what_the_app_does() {
    let program = env::var_os("REALCARE_SCHEMATHESIS").expect("REALCARE_SCHEMATHESIS names the program");
    let (world, size) = (World::start(), Size::read());
    let seconds = size.seconds().unwrap_or(MOMENT).min(LONGEST);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("two folders below the root");
    for who in [Who::Owner, Who::Admin] {
        // Of an option that is given twice only one counts.
        let left_out = match who {
            Who::Admin => format!("{ENDS_SIGN_INS}|{NO_API}"),
            _ => format!("{ENDS_SIGN_INS}|{NO_API}|{OF_ADMINS}"),
        };
        let token = world.token(who).expect("somebody");
        let mut command = Command::new(&program);
        command
            .arg("--config-file")
            .arg(root.join("tests/hunt/schemathesis.toml"))
            .arg("run")
            .arg(root.join("openapi.json"))
            .current_dir(world.app().folder());
        command.args(["--url", &format!("http://{}", world.app().address())]);
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
        command.args(["--exclude-path-regex", &left_out]);
        command.args(["--exclude-name", ENDS_ACCOUNTS]);
        if who == Who::Admin {
            command.args(["--include-path-regex", OF_ADMINS]);
        }
        command.args([
            "--max-time",
            &seconds.to_string(),
            "--seed",
            &size.seed().to_string(),
        ]);
        command.args([
            "--request-timeout",
            "20",
            "--continue-on-failure",
            "--suppress-health-check",
            "all",
            "--no-color",
        ]);
        command.args(["--checks", CHECKS, "--warnings", "off"]);
        command.env("SCHEMATHESIS_HOOKS", "").env("NO_COLOR", "1");
        let output = command.output().expect("schemathesis runs");
        let text = String::from_utf8_lossy(&output.stdout);
        println!("{text}");
        assert!(
            output.status.success(),
            "{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let statuses = statuses(world.app());
        println!("{who:?}: answers by status: {statuses:?}");
        // A sign-in that was lost on the way would make a hunt of refusals only.
        let all: usize = statuses.values().sum();
        let done: usize = statuses.range(200..300).map(|(_, count)| count).sum();
        assert!(
            done * 20 > all,
            "{done} of {all} requests were let in: {statuses:?}"
        );
        success(&world.client().get("/api/v1/auth/me").bearer(token).send(), 200);
    }
    world.app().check_data();
}

/// How often each status was answered so far, from the log.
fn statuses(app: &App) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    let log = app.log().text();
    let answers = log.lines().filter_map(|line| line.split_once("\"status\":"));
    for (_, rest) in answers {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if let Ok(status) = digits.parse() {
            *counts.entry(status).or_default() += 1;
        }
    }
    counts
}

/// What is held to the document. That what was created is there cannot be: under a key, an answer is repeated although its thing was deleted
/// meanwhile (CONV-7).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,unsupported_method,ignored_auth,negative_data_rejection,missing_required_header,use_after_free";
