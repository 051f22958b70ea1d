//! What every answer has: headers, language, ids, lengths.

use http::Method;
use realcare_blackbox::{App, Person, exchange, guarded, hangul, problem, refusal, success};

// GUARD-9
#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let app = App::start();
    let client = app.client();
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/signals", vec!["GET", "POST"]),
        (Method::GET, "/api/v1/auth/register", vec!["POST"]),
        (Method::PUT, "/api/v1/auth/me", vec!["DELETE", "GET", "PATCH"]),
        (Method::PATCH, "/api/v1/contracts", vec!["GET", "POST"]),
        (Method::POST, "/health/live", vec!["GET"]),
        (Method::GET, "/api/v1/auth/refresh", vec!["POST"]),
    ] {
        let answer = client.request(method.clone(), path).send();
        refusal(&answer, 405, "method_not_allowed");
        let allow = answer.header("allow").unwrap_or_default();
        let found: Vec<_> = allow.split(',').map(str::trim).collect();
        for wanted in allowed {
            assert!(found.contains(&wanted), "{wanted} in {allow:?} of {path}");
        }
        assert!(!found.contains(&method.as_str()), "{allow:?} of {path}");
    }
}

// GUARD-9, CONV-1
#[test]
fn what_does_not_exist_is_not_found() {
    let app = App::start();
    let client = app.client();
    for path in [
        "/",
        "/nope",
        "/api",
        "/api/v1",
        "/api/v1/nope",
        "/api/v1/auth",
        "/api/v1/auth/nope",
        "/api/v1/dev/nope",
        "/api/v1/signalsx",
        "/api/v1/contracts/a/b",
        "/health/nope",
        "/.well-known/nope",
        "/api/v1/signals/%2e%2e/%2e%2e",
        "/API/V1/SIGNALS",
        "/%ED%95%9C",
    ] {
        refusal(&client.get(path).send(), 404, "not_found");
    }
    refusal(&client.post("/nope").json_text("{}").send(), 404, "not_found");
}

// CONV-2, CONV-9
#[test]
fn what_is_no_id_names_nothing() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    for id in [
        "x",
        "1",
        "00000000-0000-0000-0000-000000000000",
        "not-a-uuid-at-all",
        "%00",
        "'%20OR%201=1--",
    ] {
        for route in ["signals", "contracts"] {
            let path = format!("/api/v1/{route}/{id}");
            refusal(&client.get(&path).bearer(&person.access).send(), 404, "not_found");
        }
        let path = format!("/api/v1/signals/{id}");
        refusal(
            &client.delete(&path).bearer(&person.access).send(),
            404,
            "not_found",
        );
    }
}

// CONV-4, CONV-10
#[test]
fn problems_speak_the_persons_language() {
    let app = App::start();
    let detail = |language: Option<&str>| {
        let request = app.client().get("/api/v1/auth/me");
        let answer = match language {
            Some(language) => request.header("accept-language", language).send(),
            None => request.send(),
        };
        let problem = refusal(&answer, 401, "authentication_required");
        assert_eq!(problem["title"], "Authentication required");
        let tag = answer.header("content-language").unwrap().to_owned();
        (tag, problem["detail"].as_str().unwrap().to_owned())
    };
    for korean in [
        "ko",
        "ko-KR",
        "KO",
        "ko-KR,ko;q=0.9,en-US;q=0.8",
        "fr, ko;q=0.5",
        "en;q=0.1, ko;q=0.9",
    ] {
        let (tag, text) = detail(Some(korean));
        assert!(tag == "ko" && hangul(&text), "{korean}: {tag} {text}");
    }
    for english in [
        None,
        Some("en"),
        Some("fr"),
        Some("*"),
        Some("ko;q=0, en"),
        Some("en, ko;q=0.5"),
        Some(";;;,,="),
    ] {
        let (tag, text) = detail(english);
        assert!(tag == "en" && !hangul(&text), "{english:?}: {tag} {text}");
    }

    let body = r#"{"email": "x", "password": "Good-enough-7", "name": "Kim"}"#;
    let register = app
        .client()
        .post("/api/v1/auth/register")
        .header("accept-language", "ko");
    let problem = refusal(&register.json_text(body).send(), 422, "validation_failed");
    assert!(
        hangul(problem["errors"][0]["message"].as_str().unwrap()),
        "{problem}"
    );
}

// AUTH-17, CONV-10
#[test]
fn mail_is_written_in_the_persons_language() {
    let app = App::start();
    let person = Person::stranger();
    let body = serde_json::json!({"email": person.email, "password": person.password, "name": "홍길동"});
    let register = app
        .client()
        .post("/api/v1/auth/register")
        .header("accept-language", "ko-KR")
        .json(&body);
    success(&register.send(), 202);
    let mail = &person.mails(app.client())[0];
    assert!(
        hangul(mail["subject"].as_str().unwrap()) && mail["body"].as_str().unwrap().contains("홍길동"),
        "{mail}"
    );
}

// GUARD-7, GUARD-10
#[test]
fn a_good_request_id_is_kept_and_a_bad_one_replaced() {
    let app = App::start();
    let id = |sent: &str| {
        let answer = app
            .client()
            .get("/health/live")
            .header("x-request-id", sent)
            .send();
        success(&answer, 200);
        answer.header("x-request-id").unwrap().to_owned()
    };
    let longest = "a".repeat(64);
    for good in [
        "request-0001",
        "0192f3a4-7c1e-7abc-8def-0123456789ab",
        "a.b_c-d.e",
        &longest,
    ] {
        assert_eq!(id(good), good);
    }
    let too_long = "a".repeat(65);
    for bad in [
        "",
        "short",
        "with blanks in it",
        "quote\"quote",
        "{\"json\":1}",
        "semi;colon;",
        &too_long,
    ] {
        let ours = id(bad);
        assert!(ours != bad && ours.len() == 36, "{bad}: {ours}");
    }
    assert_ne!(id("bad id here"), id("bad id here"));

    let refused = app
        .client()
        .get("/nope")
        .header("x-request-id", "kept-in-refusals")
        .send();
    assert_eq!(
        refusal(&refused, 404, "not_found")["request_id"],
        "kept-in-refusals"
    );
}

// GUARD-7; RFC 9110, section 9.3.2
#[test]
fn head_answers_like_get_without_a_body() {
    let app = App::start();
    let client = app.client();
    let get = client.get("/health/live").send();
    let head = client.request(Method::HEAD, "/health/live").send();
    assert_eq!((head.status, head.body.len()), (200, 0), "{head:?}");
    guarded(&head);
    assert_eq!(head.header("content-type"), get.header("content-type"));
    assert_eq!(head.header("content-length"), get.header("content-length"));
    let missing = client.request(Method::HEAD, "/nope").send();
    assert_eq!((missing.status, missing.body.len()), (404, 0), "{missing:?}");
}

// GUARD-9
#[test]
fn hostile_heads_do_not_reach_the_app_unanswered() {
    let app = App::start();
    let long = "x".repeat(8000);
    for (path, statuses) in [
        (format!("/api/v1/signals/{long}"), vec![401, 404, 414, 431]),
        (format!("/nope?{long}"), vec![404, 414, 431]),
        ("/api/v1/signals?cursor=%ff%fe".to_owned(), vec![401, 400]),
        ("//api//v1//signals".to_owned(), vec![404]),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: realcare\r\n\r\n");
        let answer = exchange(app.address(), request.as_bytes()).expect("an answer");
        assert!(
            statuses.contains(&answer.status),
            "{} for {:.40}",
            answer.status,
            path
        );
        if matches!(answer.status, 400 | 401 | 404) {
            problem(&answer);
        }
    }
    success(&app.client().get("/health/live").send(), 200);
}

// GUARD-7
#[test]
fn only_developers_are_told_how_long_it_took() {
    let timing = |app: &App| {
        let answer = app.client().get("/.well-known/jwks.json").send();
        success(&answer, 200);
        answer.header("server-timing").map(str::to_owned)
    };
    let told = timing(&App::start()).expect("development tells");
    let parts: Vec<_> = told
        .split(", ")
        .map(|part| part.split_once(";dur=").expect("a duration"))
        .collect();
    assert_eq!(
        parts.iter().map(|part| part.0).collect::<Vec<_>>(),
        ["guard", "total"],
        "{told}"
    );
    let millis = |part: usize| parts[part].1.parse::<f64>().expect("milliseconds");
    assert!(millis(0) <= millis(1) && millis(1) < 10_000.0, "{told}");
    let production = App::with().variable("environment", "production").start();
    assert_eq!(timing(&production), None);
}
