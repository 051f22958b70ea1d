//! `token`: what a token costs that was seen before, that is new, that is forged, and that was revoked after it was seen.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_compact::{KeyPair, Seed};
use serde_json::json;

use super::Settings;
use super::load::{self, Generator, Request};
use super::rig::Rig;
use super::rounds::{self, Case};
use crate::app::{self, Launch};
use crate::workspace::Workspace;

/// Different tokens: more than an instance keeps.
const TOKENS: usize = 4_000;
const PATH: &str = "/api/v1/auth/rate-limit";
const SEEN: &str = "seen before";

/// Runs the scenario.
pub fn run(workspace: &Workspace, settings: &Settings) -> Result<()> {
    let generator = Generator::build(workspace, settings.cores)?;
    let mut rig = Rig::start(workspace, Launch::new("bench", settings.profile)?, settings.cores)?;
    let fresh = mint(&rig, TOKENS)?;
    let (forged, revoked) = (forge(&rig.token)?, revoke(&rig)?);
    let case = |name: &str, tokens: &[String], status: u16| {
        let mut stream = rig.stream(settings, Request(String::new()));
        stream.requests = tokens.iter().map(|token| ask(token)).collect();
        stream.statuses = vec![status];
        Case {
            name: name.to_owned(),
            base: SEEN,
            group: rig.app.group(),
            stream,
            beside: Vec::new(),
            goals: Vec::new(),
        }
    };
    let cases = vec![
        case(SEEN, std::slice::from_ref(&rig.token), 200),
        case("new: each request another", &fresh, 200),
        case("forged: the last byte of the signature", &[forged], 401),
        case("revoked after it was seen", &[revoked], 401),
        case("none", &[String::new()], 401),
    ];
    let lines = rounds::run(&generator, cases, settings.pace)?;
    rig.app.end();
    let mut page = settings.page("token", &rig.app.title);
    page.note(format!("GET {PATH}; an instance serves 128 requests, so one of 128 of those \"seen before\" is new to its instance"));
    page.note("a revoked token was accepted, then its sign-in ended; not one request of all rounds got through after that");
    page.lines = lines;
    page.publish(workspace)
}

fn ask(token: &str) -> Request {
    let bearer = format!("Bearer {token}");
    match token {
        "" => load::get(PATH, &[]),
        _ => load::get(PATH, &[("authorization", &bearer)]),
    }
}

/// Tokens of sign-ins that never were: the guard asks for no row.
fn mint(rig: &Rig, count: usize) -> Result<Vec<String>> {
    let key = rig
        .app
        .environment()
        .iter()
        .find(|(name, _)| name == "SPIN_VARIABLE_SIGNING_KEY");
    let (_, key) = key.context("the app has no signing key")?;
    let (id, seed) = key.split_once(':').context("the signing key has no id")?;
    let seed = Seed::from_slice(&URL_SAFE_NO_PAD.decode(seed)?);
    let pair = KeyPair::from_seed(seed.ok().context("the signing key has no seed of 32 bytes")?);
    let mut claims = payload(&rig.token)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    claims["exp"] = json!(now + 1_700);
    let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": id});
    (0..count)
        .map(|number| {
            let id = format!("01890000-0000-7000-8000-{number:012x}");
            claims["jti"] = json!(id);
            claims["sid"] = json!(id);
            let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
            let signature = pair.sk.sign(&signed, None);
            Ok(format!("{signed}.{}", encode(signature)))
        })
        .collect()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn payload(token: &str) -> Result<serde_json::Value> {
    let part = token.split('.').nth(1).context("a token of three parts")?;
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part)?)?)
}

/// The same token with another signature.
fn forge(token: &str) -> Result<String> {
    let (signed, signature) = token.rsplit_once('.').context("a token of three parts")?;
    let mut signature = URL_SAFE_NO_PAD.decode(signature)?;
    let last = signature.last_mut().context("an empty signature")?;
    *last ^= 1;
    Ok(format!("{signed}.{}", encode(signature)))
}

/// Signs in, uses the token, signs out: the token.
fn revoke(rig: &Rig) -> Result<String> {
    let (token, _) = rig.app.prepare()?;
    let bearer = format!("Bearer {token}");
    let agent = app::agent();
    let url = format!("http://{}{PATH}", rig.app.address);
    let status = |answer: ureq::http::Response<ureq::Body>| answer.status().as_u16();
    for _ in 0..64 {
        let seen = status(agent.get(&url).header("authorization", &bearer).call()?);
        ensure!(seen == 200, "a new token was answered {seen}");
    }
    let end = format!("http://{}/api/v1/auth/logout", rig.app.address);
    let ended = status(agent.post(&end).header("authorization", &bearer).send_empty()?);
    ensure!(ended == 204, "signing out was answered {ended}");
    let refused = status(agent.get(&url).header("authorization", &bearer).call()?);
    ensure!(refused == 401, "a revoked token was answered {refused}");
    Ok(token)
}
