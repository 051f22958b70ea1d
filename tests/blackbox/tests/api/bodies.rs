//! Bodies that are not what they should be.

use std::time::Instant;

use realcare_blackbox::{App, exchange, problem, refusal, success};

const REGISTER: &str = "/api/v1/auth/register";

// GUARD-9, CONV-1
#[test]
fn every_mistake_in_json_has_its_own_answer() {
    let app = App::start();
    let send = |text: &str| app.client().post(REGISTER).json_text(text).send();
    let good = r#""email": "a@example.com", "password": "Good-enough-7", "name": "Kim""#;

    let malformed = refusal(&send("{\"email\": }"), 400, "malformed_json");
    assert!(
        malformed["detail"]
            .as_str()
            .unwrap()
            .contains("line 1, column 11"),
        "{malformed}"
    );
    let second_line = refusal(&send("{\n  \"email\": nope}"), 400, "malformed_json");
    assert!(
        second_line["detail"].as_str().unwrap().contains("line 2"),
        "{second_line}"
    );
    for text in ["", "{", "not json", &format!("{{{good}}} trailing")] {
        refusal(&send(text), 400, "malformed_json");
    }
    let unknown = refusal(
        &send(&format!("{{{good}, \"role\": \"admin\"}}")),
        400,
        "unknown_field",
    );
    assert!(unknown["detail"].as_str().unwrap().contains("role"), "{unknown}");
    let twice = refusal(
        &send(&format!("{{{good}, \"name\": \"Lee\"}}")),
        400,
        "duplicate_field",
    );
    assert!(twice["detail"].as_str().unwrap().contains("name"), "{twice}");
    for text in [
        good.replace("\"Kim\"", "7"),
        good.replace("\"Kim\"", "null"),
        good.replace("\"Kim\"", "[]"),
    ] {
        refusal(&send(&format!("{{{text}}}")), 400, "wrong_type");
    }
    let missing = r#"{"email": "a@example.com", "password": "Good-enough-7"}"#;
    let missing = refusal(&send(missing), 422, "validation_failed");
    assert_eq!(missing["errors"][0]["pointer"], "/name");
    assert_eq!(missing["errors"][0]["code"], "required");
    success(&send(&format!("{{{good}}}")), 202);
}

// GUARD-9
#[test]
fn deep_nesting_and_broken_text_are_refused() {
    let app = App::start();
    let send = |bytes: &[u8]| app.client().post(REGISTER).json_text(bytes).send();
    let deep = "[".repeat(100_000);
    for text in [
        deep.clone(),
        format!("{{\"email\": {deep}"),
        format!("{{\"x\": {deep}"),
    ] {
        let answer = send(text.as_bytes());
        assert_eq!(answer.status, 400, "{}", answer.text());
        problem(&answer);
    }
    let too_deep = format!("{{\"email\": {}", "[".repeat(40));
    refusal(&send(too_deep.as_bytes()), 400, "nested_too_deeply");
    // NUL and control characters: raw ones are no JSON, escaped ones are no address.
    refusal(
        &send(b"{\"email\": \"a\x00@example.com\"}"),
        400,
        "malformed_json",
    );
    let escaped = br#"{"email": "a\u0000@example.com", "password": "Good-enough-7", "name": "Kim"}"#;
    let escaped = refusal(&send(escaped), 422, "validation_failed");
    assert_eq!(escaped["errors"][0]["pointer"], "/email", "{escaped}");
    let not_utf8 = send(b"{\"email\": \"\xff\xfe\"}");
    assert_eq!(not_utf8.status, 400, "{}", not_utf8.text());
    problem(&not_utf8);
    let lone_surrogate = send(br#"{"email": "\ud800"}"#);
    assert_eq!(lone_surrogate.status, 400, "{}", lone_surrogate.text());
    problem(&lone_surrogate);
}

// GUARD-9
#[test]
fn only_json_is_taken() {
    let app = App::start();
    let client = app.client();
    let text = r#"{"email": "a@example.com", "password": "Good-enough-7", "name": "Kim"}"#;
    refusal(
        &client.post(REGISTER).body(text).send(),
        415,
        "unsupported_media_type",
    );
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonx",
        "json",
    ] {
        let answer = client
            .post(REGISTER)
            .header("content-type", kind)
            .body(text)
            .send();
        refusal(&answer, 415, "unsupported_media_type");
    }
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        success(
            &client
                .post(REGISTER)
                .header("content-type", kind)
                .body(text)
                .send(),
            202,
        );
    }
}

// GUARD-9
#[test]
fn two_mebibytes_are_too_large() {
    let app = App::start();
    let large = vec![b' '; 2 << 20];
    let length = large.len();
    let head = format!("POST {REGISTER} HTTP/1.1\r\nhost: realcare\r\ncontent-type: application/json\r\n");

    let mut with_length = format!("{head}content-length: {length}\r\n\r\n").into_bytes();
    with_length.extend_from_slice(&large);
    refusal_of_size(&app, &with_length, "with a length");

    let mut chunked = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for chunk in large.chunks(64 << 10) {
        chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    refusal_of_size(&app, &chunked, "chunked");

    // Just below the limit a body is read, and found to be no JSON.
    let below = app
        .client()
        .post(REGISTER)
        .json_text(vec![b' '; (1 << 20) - 1])
        .send();
    refusal(&below, 400, "malformed_json");
    let above = app
        .client()
        .post(REGISTER)
        .json_text(vec![b' '; (1 << 20) + 1])
        .send();
    refusal(&above, 413, "body_too_large");
    success(&app.client().get("/health/live").send(), 200);
}

fn refusal_of_size(app: &App, request: &[u8], how: &str) {
    let answer = exchange(app.address(), request);
    let answer = answer.unwrap_or_else(|| panic!("the connection broke instead of a 413 ({how})"));
    assert_eq!(problem(&answer)["code"], "body_too_large", "{how}");
}

// GUARD-9
#[test]
fn a_body_that_breaks_off_harms_nobody_else() {
    let app = App::start();
    let started = Instant::now();
    for _ in 0..20 {
        // Half a body and then nothing: the connection ends here.
        let head =
            format!("POST {REGISTER} HTTP/1.1\r\nhost: realcare\r\ncontent-type: application/json\r\n");
        let mut stream = std::net::TcpStream::connect(app.address()).unwrap();
        std::io::Write::write_all(
            &mut stream,
            format!("{head}content-length: 500\r\n\r\n{{\"em").as_bytes(),
        )
        .unwrap();
    }
    for route in ["/health/live", "/.well-known/jwks.json"] {
        success(&app.client().get(route).send(), 200);
    }
    assert!(started.elapsed().as_secs() < 10);
}
