//! Compressed answers.

use std::io::Read;

use realcare_blackbox::{Answer, App, Person, signal, success};

fn many(app: &App) -> Person {
    let person = Person::signed_in(app);
    for _ in 0..12 {
        person.publish(app.client(), &signal());
    }
    person
}

fn ask(app: &App, person: &Person, accept: &str) -> Answer {
    let request = app.client().get("/api/v1/signals/mine").bearer(&person.access);
    // An empty list of codings is what a client sends that wants none.
    let answer = request.header("accept-encoding", accept).send();
    success(&answer, 200);
    answer
}

fn ungzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_end(&mut plain)
        .expect("gzip");
    plain
}

fn unbrotli(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    brotli::Decompressor::new(bytes, 4096)
        .read_to_end(&mut plain)
        .expect("brotli");
    plain
}

// GUARD-8
#[test]
fn a_long_answer_comes_in_the_coding_that_the_client_prefers() {
    let app = App::start();
    let person = many(&app);
    let plain = ask(&app, &person, "identity");
    assert!(
        plain.body.len() > 4000 && plain.header("content-encoding").is_none(),
        "{plain:?}"
    );
    for accept in [
        "gzip",
        "gzip, deflate, br",
        "br;q=0.5, gzip",
        "*",
        "x-unknown, GZIP",
    ] {
        let answer = ask(&app, &person, accept);
        assert_eq!(answer.header("content-encoding"), Some("gzip"), "{accept}");
        assert_eq!(ungzip(&answer.body), plain.body, "{accept}");
        assert!(
            answer.body.len() * 3 < plain.body.len(),
            "{} of {}",
            answer.body.len(),
            plain.body.len()
        );
    }
    for accept in ["br", "br, gzip;q=0.8"] {
        let answer = ask(&app, &person, accept);
        assert_eq!(answer.header("content-encoding"), Some("br"), "{accept}");
        assert_eq!(unbrotli(&answer.body), plain.body, "{accept}");
    }
    for accept in ["identity", "gzip;q=0", "deflate", "br;q=0, gzip;q=0.000"] {
        let answer = ask(&app, &person, accept);
        assert_eq!(
            (answer.header("content-encoding"), &answer.body),
            (None, &plain.body),
            "{accept}"
        );
        assert!(
            answer
                .header("vary")
                .unwrap_or_default()
                .contains("Accept-Encoding"),
            "{answer:?}"
        );
    }
}

// GUARD-8
#[test]
fn short_answers_and_answers_with_a_secret_stay_as_they_are() {
    let app = App::start();
    let client = app.client();
    let mut person = Person::signed_in(&app);
    for _ in 0..8 {
        let _ = Person::registered(&app);
    }
    let me = client.get("/api/v1/auth/me").bearer(&person.access);
    let short = me.header("accept-encoding", "gzip").send();
    success(&short, 200);
    assert_eq!(short.header("content-encoding"), None);

    // Longer than the smallest size, and full of one-time tokens.
    let outbox = client
        .get("/api/v1/dev/outbox")
        .header("accept-encoding", "gzip")
        .send();
    success(&outbox, 200);
    assert!(
        outbox.body.len() > 2000 && outbox.header("content-encoding").is_none(),
        "{outbox:?}"
    );

    let refresh = client
        .post("/api/v1/auth/refresh")
        .header("accept-encoding", "gzip");
    let tokens = refresh
        .json(&serde_json::json!({"refresh_token": person.refresh}))
        .send();
    success(&tokens, 200);
    assert_eq!(tokens.header("content-encoding"), None);
    person.keep(&tokens);
}
