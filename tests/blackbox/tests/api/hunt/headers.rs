//! Naughty texts in every header that something reads (QUAL-2), byte by byte as no client library would send them.

use realcare_blackbox::exchange;

use super::corpus::{Naughty, corpus};
use super::findings::Findings;
use super::size::Size;
use super::world::{Who, World};

/// Headers that the app reads.
const NAMES: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "content-encoding",
    "content-type",
    "cookie",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "last-event-id",
    "origin",
    "range",
    "spin-client-addr",
    "traceparent",
    "tracestate",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-request-id",
];

/// What a header may hold (RFC 9110, section 5.5), in UTF-8: the rest ends in the server's own parser and never reaches the app.
fn value(naughty: &Naughty) -> Vec<u8> {
    let fits = |letter: &char| *letter == '\t' || !letter.is_ascii_control();
    let text: String = naughty.text().chars().filter(fits).take(1_300).collect();
    text.into_bytes()
}

fn send(world: &World, (method, path): (&str, &str), name: &str, naughty: &Naughty, findings: &mut Findings) {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n");
    if name != "authorization" {
        head += &format!(
            "authorization: Bearer {}\r\n",
            world.token(Who::Owner).unwrap_or_default()
        );
    }
    let body = if method == "GET" {
        ""
    } else {
        "{\"state\": \"active\"}"
    };
    if name != "content-type" && method != "GET" {
        head += "content-type: application/json\r\n";
    }
    head += &format!("content-length: {}\r\n{name}: ", body.len());
    let bytes = [head.as_bytes(), &value(naughty), b"\r\n\r\n", body.as_bytes()].concat();
    let what = format!(
        "{method} {path} {name}: ({}) {:?}",
        naughty.category,
        naughty.text().chars().take(80).collect::<String>()
    );
    match exchange(world.app().address(), &bytes) {
        Some(answer) => findings.look(&what, &answer),
        None => findings.note(format_args!("{what}: no answer")),
    }
}

// QUAL-2, GUARD-6, GUARD-10
#[test]
fn naughty_headers_do_no_harm() {
    let (world, mut size, corpus) = (World::start(), Size::read(), corpus());
    let mut findings = Findings::of("headers");
    let signal = world.path("/api/v1/signals/{id}");
    let requests = [
        ("GET", signal.as_str()),
        ("PATCH", &signal),
        ("OPTIONS", &signal),
        ("GET", "/api/v1/auth/google/callback"),
    ];
    for (number, name) in NAMES.iter().enumerate() {
        for (index, request) in requests.iter().enumerate() {
            for naughty in size.choose(&corpus, number * requests.len() + index) {
                send(&world, *request, name, naughty, &mut findings);
            }
        }
    }
    while size.goes_on() {
        let naughty = size.mix(&corpus);
        send(
            &world,
            requests[size.below(requests.len())],
            NAMES[size.below(NAMES.len())],
            &naughty,
            &mut findings,
        );
    }
    findings.finish();
}
