//! The generator: a program of its own (`bench/load`), so that it has a core of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
pub use realcare_load::plan::{Plan, Report, Request, Stream};

use super::affinity::Cores;
use crate::process;
use crate::server::build_tool;
use crate::workspace::Workspace;

/// The package and binary.
const LOAD: &str = "realcare-load";

/// The generator, built.
pub struct Generator {
    program: PathBuf,
    cores: Cores,
}

impl Generator {
    /// Builds it, optimised.
    pub fn build(workspace: &Workspace, cores: Cores) -> Result<Self> {
        let program = build_tool(workspace, LOAD, "host")?;
        Ok(Self { program, cores })
    }

    /// Carries a plan out.
    ///
    /// # Errors
    /// It could not be carried out at all. A wrong answer is no error, but in [`Report::void`].
    pub fn run(&self, plan: &Plan) -> Result<Report> {
        let mut command = process::tied(&self.program);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = self.cores.generator(|| Ok(command.spawn()?))?;
        let mut input = child.stdin.take().context("the generator has no input")?;
        input.write_all(&serde_json::to_vec(plan)?)?;
        drop(input);
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!(
                "the generator failed ({}): its message stands above",
                output.status
            );
        }
        serde_json::from_slice(&output.stdout).context("the generator's report is not one")
    }
}

/// A request without a body.
pub fn get(path: &str, headers: &[(&str, &str)]) -> Request {
    request("GET", path, headers, "")
}

/// A request with a JSON body.
pub fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let mut headers = headers.to_vec();
    let length = body.len().to_string();
    headers.extend([("content-type", "application/json"), ("content-length", &length)]);
    request("POST", path, &headers, body)
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    Request(format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: realcare-load\r\n{headers}\r\n{body}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_announced() {
        let Request(text) = post("/a", &[("x-b", "c")], "{}");
        assert!(text.starts_with("POST /a HTTP/1.1\r\n"), "{text}");
        assert!(text.ends_with("x-b: c\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"));
    }
}
