//! What every answer carries.

use super::*;

#[tokio::test]
async fn every_answer_names_its_request() {
    let app = app();
    let sent = app.get("/free", &[("x-request-id", "client-1234")]).await;
    assert_eq!(sent.header("x-request-id"), "client-1234");
    assert_eq!(sent.json()["request_id"], "client-1234");
    let (one, other) = (app.get("/free", &[]).await, app.get("/nothing", &[]).await);
    for answer in [&one, &other] {
        assert!(Id::<()>::parse(answer.header("x-request-id")).is_ok());
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
    assert_eq!(one.json()["request_id"], one.header("x-request-id"));
}

/// GUARD-10: SHA-256 of the address, a zero byte and the user agent; worked out by another program.
#[tokio::test]
async fn a_client_has_a_fingerprint() {
    let app = app();
    let fingerprint = async |address: &str, agent: &str| {
        let headers = [("spin-client-addr", address), ("user-agent", agent)];
        app.get("/free", &headers).await.json()["fingerprint"].clone()
    };
    let one = fingerprint("192.0.2.1:50000", "x").await;
    assert_eq!(
        one,
        "0565f6f25ae71a41918df171f5253bfa6e789bcd8d2fe0ecb7cd0d12a142f2ef"
    );
    assert_eq!(
        one,
        fingerprint("192.0.2.1:50001", "x").await,
        "whatever the port"
    );
    assert_ne!(one, fingerprint("192.0.2.1:50000", "y").await);
    assert_ne!(one, fingerprint("192.0.2.2:50000", "x").await);
}

#[tokio::test]
async fn what_nobody_has_is_a_problem_too() {
    let app = app();
    let nothing = app.get("/nothing", &[]).await;
    assert_eq!(nothing.refusal(), (404, "not_found".to_owned()));
    assert_eq!(nothing.json()["instance"], "/nothing");
    let wrong = app.ask(Method::POST, "/free", &[]).await;
    assert_eq!(wrong.refusal(), (405, "method_not_allowed".to_owned()));
    assert_eq!(wrong.header("allow"), "GET,HEAD");
    assert_eq!(wrong.header("cache-control"), "no-store");
    let own = app.get("/refusal", &[]).await;
    assert_eq!(
        (own.status, own.json()),
        (StatusCode::NOT_FOUND, "mine".into()),
        "a handler's own stays"
    );
    let same = app.get("/same", &[]).await;
    assert_eq!(
        (same.status, same.header("cache-control")),
        (StatusCode::NOT_MODIFIED, "private, no-cache")
    );
    assert_eq!(
        own.header("cache-control"),
        "no-store",
        "the route speaks of successes"
    );
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = app();
    let (get, head) = (
        app.get("/free", &[]).await,
        app.ask(Method::HEAD, "/free", &[]).await,
    );
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty() && !get.body.is_empty());
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(get.header("content-length"), get.body.len().to_string());
    assert_eq!(get.header("cache-control"), "public, max-age=60");
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_read() {
    let app = app();
    for (origin, allowed) in [(ORIGIN, ORIGIN), ("https://evil.example.com", "")] {
        let answer = app.get("/free", &[("origin", origin)]).await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
        assert_eq!(
            answer.header("access-control-expose-headers").contains("ETag"),
            !allowed.is_empty()
        );
        assert_eq!(answer.header("vary"), "Origin");
        let asked = [("origin", origin), ("access-control-request-method", "GET")];
        let preflight = app.ask(Method::OPTIONS, "/free", &asked).await;
        assert_eq!(preflight.status, StatusCode::NO_CONTENT);
        assert_eq!(preflight.header("allow"), "GET,HEAD");
        let methods = if allowed.is_empty() { "" } else { "GET,HEAD" };
        assert_eq!(preflight.header("access-control-allow-methods"), methods);
    }
    assert_eq!(
        app.get("/free", &[]).await.header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn long_answers_are_encoded_where_that_is_allowed() {
    let app = app();
    let plain = app.get("/long", &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "Accept-Encoding, Origin");
    for (accepted, path, coding) in [
        ("gzip", "/long", "gzip"),
        ("br", "/long", ""),
        ("identity", "/long", ""),
        ("gzip", "/exactly", "gzip"),
        ("gzip", "/secret", ""),
        ("gzip", "/free", ""),
    ] {
        let answer = app.get(path, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.header("content-encoding"), coding, "{accepted} {path}");
        assert_eq!(answer.header("content-length"), answer.body.len().to_string());
        assert_eq!(answer.body.starts_with(&[0x1f, 0x8b]), coding == "gzip");
    }
}

/// RFC 9110, section 15.4.5: what a cache keeps is looked up by the tag and by what `Vary` names, so a 304 says both as the answer did.
#[tokio::test]
async fn an_encoded_answer_is_known_again() {
    let app = app();
    for (accepted, tag) in [("gzip", "\"v7-gzip\""), ("identity", "\"v7\"")] {
        let first = app.get("/versioned", &[("accept-encoding", accepted)]).await;
        assert_eq!((first.status, first.header("etag")), (StatusCode::OK, tag));
        let again = [("accept-encoding", accepted), ("if-none-match", tag)];
        let same = app.get("/versioned", &again).await;
        assert_eq!(same.status, StatusCode::NOT_MODIFIED);
        for name in ["etag", "vary", "cache-control"] {
            assert_eq!(same.header(name), first.header(name), "{accepted}: {name}");
        }
        assert_eq!(same.header("content-encoding"), "");
        assert!(same.body.is_empty());
    }
    let secret = app.get("/versioned-secret", &[("if-none-match", "\"v7\"")]).await;
    assert_eq!(
        (secret.status, secret.header("vary")),
        (StatusCode::NOT_MODIFIED, "Origin")
    );
}

#[tokio::test]
async fn developers_see_how_long_it_took() {
    let timing = app()
        .get("/anybody", &[])
        .await
        .header("server-timing")
        .to_owned();
    assert_eq!(timing, "");
    let app = App::new("development");
    let answer = app.get("/anybody", &[]).await;
    assert_eq!(answer.header("server-timing"), "guard;dur=1.500, total;dur=3.000");
    let answer = app.get("/free", &[]).await;
    assert_eq!(answer.header("server-timing"), "total;dur=1.500");
}
