//! What the guide tells people to type works.

use std::process::{Command, Output};

use realcare_blackbox::App;

const AUTHENTICATION: &str = include_str!("../../../../docs/authentication.md");
const ADDRESS: &str = "http://127.0.0.1:3000";

/// The commands of a page, in their order.
fn commands(page: &str) -> String {
    let blocks = page.split("```sh\n").skip(1);
    let blocks: Vec<&str> = blocks.filter_map(|block| block.split("```").next()).collect();
    assert!(!blocks.is_empty(), "the page has no commands");
    blocks.join("\n")
}

fn run(script: &str) -> Output {
    let mut shell = Command::new("sh");
    // As a person would notice: a command that fails ends it.
    shell.args(["-e", "-u", "-c", script]);
    shell.output().expect("a shell")
}

// DOC-2
#[test]
fn the_guide_to_authentication_works() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("the commands need curl, which is not here");
        return;
    }
    let app = App::start();
    let script = commands(AUTHENTICATION);
    assert!(script.contains(ADDRESS));
    let script = script.replace(ADDRESS, &format!("http://{}", app.address()));
    let output = run(&script);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.contains("\"email\":\"guide@example.com\""), "{out}");
    assert!(out.contains("\"kty\":\"OKP\""), "{out}");
    assert!(out.contains("\"current\":true"), "{out}");
    assert!(out.trim_end().ends_with("401"), "{out}");
}
