//! Pages of other origins.

use http::Method;
use realcare_blackbox::{Answer, App, Person, guarded, refusal, success};

const PAGE: &str = "https://www.example.com";
const LIST: &str = "https://www.example.com,http://localhost:5173";

fn preflight(app: &App, path: &str, origin: &str) -> Answer {
    app.client()
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, content-type")
        .send()
}

fn listed(header: Option<&str>) -> Vec<String> {
    let header = header.unwrap_or_default();
    header.split(',').map(|one| one.trim().to_lowercase()).collect()
}

// GUARD-8
#[test]
fn a_page_that_is_allowed_may_call() {
    let app = App::with().variable("cors_allowed_origins", LIST).start();
    let answer = preflight(&app, "/api/v1/signals", PAGE);
    success(&answer, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    let methods = listed(answer.header("access-control-allow-methods"));
    assert!(
        methods.contains(&"get".to_owned()) && methods.contains(&"post".to_owned()),
        "{answer:?}"
    );
    assert!(
        !methods.contains(&"delete".to_owned()),
        "the table of this path has no such method: {answer:?}"
    );
    let headers = listed(answer.header("access-control-allow-headers"));
    for name in ["authorization", "content-type", "idempotency-key", "if-match"] {
        assert!(headers.contains(&name.to_owned()), "{name}: {answer:?}");
    }

    let person = Person::signed_in(&app);
    let path = "/api/v1/signals";
    let good = app
        .client()
        .get(path)
        .bearer(&person.access)
        .header("origin", PAGE)
        .send();
    success(&good, 200);
    let bad = app.client().get(path).header("origin", PAGE).send();
    refusal(&bad, 401, "authentication_required");
    for answer in [good, bad] {
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some(PAGE),
            "{answer:?}"
        );
        assert!(
            listed(answer.header("vary")).contains(&"origin".to_owned()),
            "{answer:?}"
        );
        assert!(listed(answer.header("access-control-expose-headers")).contains(&"x-request-id".to_owned()));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

// GUARD-8
#[test]
fn no_other_page_may_call() {
    let app = App::with().variable("cors_allowed_origins", LIST).start();
    for origin in [
        "https://evil.example",
        "https://www.example.com.evil.example",
        "http://www.example.com",
        "https://www.example.com:8443",
        "https://WWW.example.com",
        "null",
        "*",
    ] {
        for answer in [
            preflight(&app, "/api/v1/signals", origin),
            app.client().get("/health/live").header("origin", origin).send(),
        ] {
            assert_eq!(
                answer.header("access-control-allow-origin"),
                None,
                "{origin}: {answer:?}"
            );
            assert_eq!(
                answer.header("access-control-allow-methods"),
                None,
                "{origin}: {answer:?}"
            );
            assert!(
                listed(answer.header("vary")).contains(&"origin".to_owned()),
                "{answer:?}"
            );
        }
    }
}

// GUARD-8
#[test]
fn by_default_nobody_is_allowed() {
    let app = App::start();
    let answer = preflight(&app, "/api/v1/signals", PAGE);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(
        answer.header("vary"),
        None,
        "nothing depends on the origin: {answer:?}"
    );
}

// GUARD-9; RFC 9110, section 9.3.7
#[test]
fn options_tells_what_a_path_allows() {
    let app = App::start();
    let options = |path: &str| app.client().request(Method::OPTIONS, path).send();
    let answer = options("/api/v1/auth/login");
    assert_eq!(
        (answer.status, answer.header("allow")),
        (204, Some("POST")),
        "{answer:?}"
    );
    guarded(&answer);
    refusal(&options("/api/v1/nope"), 404, "not_found");
}
