//! Runs one case on one host and compares.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};

use crate::{
    case::{Case, Request, Script},
    client::{self, Answer, Outgoing},
    host::{App, Host, Running, Started},
};

/// How long a request has been under way when the next one is sent beside it.
const HEAD_START: Duration = Duration::from_millis(200);

/// Runs a case and returns its answers.
///
/// # Errors
/// The first thing that is not as expected.
pub fn run(
    case: &Case,
    host: &Host,
    directory: &Path,
    guests: &Path,
    upstream: SocketAddr,
) -> Result<Vec<Answer>> {
    let app = App::prepare(&case.directory, &case.script, directory, guests)?;
    let script = &case.script;
    let mut running = match (host.start(&app, script)?, script.starts) {
        (Started::Serves(running), true) => running,
        (Started::Ended(_), false) => {
            check_output(script, host, &app)?;
            return Ok(Vec::new());
        }
        (Started::Serves(_), false) => bail!("started, which it should not"),
        (Started::Ended(output), true) => bail!("did not start: {output}"),
    };
    let mut answers = Vec::new();
    for request in &script.requests {
        if request.restart {
            running = restart(running, host, &app, script)?;
        }
        answers.push(in_time(host, running.address, request, upstream)?);
    }
    running.stop()?;
    check_output(script, host, &app)?;
    for (file, part) in &script.files {
        let bytes = fs::read(app.directory.join("state").join(file))?;
        let text = String::from_utf8_lossy(&bytes);
        ensure!(text.contains(part), "{file} lacks {part:?}: {text:?}");
    }
    Ok(answers)
}

fn restart(running: Running, host: &Host, app: &App, script: &Script) -> Result<Running> {
    running.stop()?;
    match host.start(app, script)? {
        Started::Serves(running) => Ok(running),
        Started::Ended(output) => bail!("did not start again: {output}"),
    }
}

fn check_output(script: &Script, host: &Host, app: &App) -> Result<()> {
    let output = app.output();
    let own = if host.name == "stand-in" {
        &script.stand_in_output[..]
    } else {
        &[]
    };
    for part in script.output.iter().chain(own) {
        ensure!(output.contains(part), "the output lacks {part:?}: {output}");
    }
    Ok(())
}

/// Sends a request until the answer comes in the time that the case gives it, as often as the case allows.
fn in_time(host: &Host, address: SocketAddr, request: &Request, upstream: SocketAddr) -> Result<Answer> {
    let mut attempt = 1;
    loop {
        let (answer, elapsed) = exchange(host, address, request, upstream)?;
        let taken = elapsed.as_millis() as u64;
        let Some((least, most)) = request
            .takes
            .filter(|(least, most)| !(least..=most).contains(&&taken))
        else {
            return Ok(answer);
        };
        ensure!(
            attempt < request.attempts,
            "{} {}: took {taken} ms, not {least} to {most} (attempt {attempt})",
            request.method,
            request.path
        );
        attempt += 1;
    }
}

fn exchange(
    host: &Host,
    address: SocketAddr,
    request: &Request,
    upstream: SocketAddr,
) -> Result<(Answer, Duration)> {
    let path = request.path.replace("UPSTREAM", &upstream.to_string());
    let outgoing = Outgoing {
        method: &request.method,
        path: &path,
        headers: &request.headers,
        raw_headers: &request.raw_headers,
        body: request.body.as_deref(),
        chunked: request.chunked,
    };
    let (answer, beside, elapsed) = thread::scope(|scope| {
        let beside = request.alongside.as_ref().map(|beside| {
            let method = if beside.body.is_some() { "POST" } else { "GET" };
            let outgoing = Outgoing {
                method,
                path: &beside.path,
                headers: &[],
                raw_headers: &[],
                body: beside.body.as_deref(),
                chunked: false,
            };
            let handle = scope.spawn(move || client::send(address, &outgoing));
            thread::sleep(HEAD_START);
            handle
        });
        let sent = Instant::now();
        let answer = client::send(address, &outgoing);
        let elapsed = sent.elapsed();
        (answer, beside.map(|handle| handle.join()), elapsed)
    });
    let answer = answer?;
    if let Some(other) = request.spin.as_ref().filter(|_| host.is_spin()) {
        let (status, body) = (other.status, &other.expect);
        ensure!(
            (answer.status, &answer.body) == (status, body),
            "{path}: {} {:?}, not {status} {body:?}",
            answer.status,
            answer.body
        );
        return Ok((answer, elapsed));
    }
    check(request, &answer).map_err(|error| error.context(format!("{} {path}", request.method)))?;
    if let (Some(expected), Some(Ok(beside))) = (&request.alongside, beside) {
        let status = beside?.status;
        ensure!(
            status == expected.status,
            "{} beside it: status {status}, not {}",
            expected.path,
            expected.status
        );
    }
    Ok((answer, elapsed))
}

fn check(request: &Request, answer: &Answer) -> Result<()> {
    ensure!(
        answer.status == request.status,
        "status {}, not {}; body {:?}",
        answer.status,
        request.status,
        answer.body
    );
    if let Some(expected) = &request.expect {
        ensure!(
            answer.body == *expected,
            "body {:?}, not {expected:?}",
            answer.body
        );
    }
    for part in &request.contains {
        ensure!(
            answer.body.contains(part),
            "body {:?} lacks {part:?}",
            answer.body
        );
    }
    for (name, expected) in &request.expect_headers {
        let found = answer
            .headers
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str());
        ensure!(
            found == Some(expected),
            "header {name} is {found:?}, not {expected:?}"
        );
    }
    Ok(())
}
