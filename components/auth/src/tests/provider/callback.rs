//! Coming back: the state, the browser, the app.

use axum::http::header;
use domain::provider::{CODE, VISIT};
use futures::future::join_all;
use testkit::get;

use super::super::App;
use super::{CHALLENGE, VERIFIER, Visit, fragment};

#[tokio::test]
async fn an_app_must_bring_a_challenge_and_an_address_of_ours() {
    let app = App::new();
    for query in [
        "".to_owned(),
        "?code_challenge=short".to_owned(),
        format!("?code_challenge={CHALLENGE}&code_challenge_method=plain"),
        format!("?code_challenge={CHALLENGE}&redirect_uri=https://evil.example/"),
        format!("?code_challenge={CHALLENGE}&redirect_uri=https://app.example.com/done/../evil"),
        format!("?code_challenge={CHALLENGE}&redirect_uri=https://app.example.com/done%23x"),
    ] {
        let path = format!("/api/v1/auth/google{query}");
        app.ask(get(&path, "")).await.refused(400, "invalid_query");
    }
    app.world.clock.advance_seconds(180);
    let path =
        format!("/api/v1/auth/google?code_challenge={CHALLENGE}&redirect_uri=https://app.example.com/done");
    app.ask(get(&path, "")).await.expect(302);
}

#[tokio::test]
async fn a_state_is_good_once_in_its_browser_for_its_provider() {
    let app = App::new();
    let visit = app.start("google").await;
    let other = app.start("google").await;
    let refused = "invalid_sign_in_state";
    let state = visit.state();
    for query in [
        "code=x".to_owned(),
        "state=&code=x".to_owned(),
        "state=nonsense&code=x".to_owned(),
        format!("state={state}&state={state}&code=x"),
        format!("state={}&code=x", "A".repeat(43)),
    ] {
        app.back_with(&visit, &query).await.refused(400, refused);
    }
    // Another browser, none, and another provider.
    let stolen = Visit {
        cookie: other.cookie.clone(),
        provider: "google",
        query: visit.query.clone(),
    };
    app.back(&stolen).await.refused(400, refused);
    let path = format!("/api/v1/auth/google/callback?state={state}&code=x");
    app.ask(get(&path, "")).await.refused(400, refused);
    let mixed_up = Visit {
        provider: "kakao",
        cookie: visit.cookie.clone(),
        query: visit.query.clone(),
    };
    app.back(&mixed_up).await.refused(400, refused);
    assert!(app.script.seen().is_empty(), "no provider was asked");
    // None of that used it up. The nonce is that of the newest visit, so set it right again.
    app.fake
        .with(|world| world.nonce.clone_from(&visit.query["nonce"]));
    assert!(fragment(&app.back(&visit).await.expect(302)).contains_key("code"));
    app.back(&visit).await.refused(400, refused);
}

#[tokio::test]
async fn a_state_ends_after_ten_minutes() {
    let app = App::new();
    let visit = app.start("google").await;
    app.world.clock.advance(VISIT);
    app.back(&visit).await.refused(400, "invalid_sign_in_state");
}

#[tokio::test]
async fn two_tabs_share_a_browser() {
    let app = App::new();
    let first = app.start("google").await;
    let mut request = get(&format!("/api/v1/auth/google?code_challenge={CHALLENGE}"), "");
    let cookie = first.cookie.parse().unwrap();
    request.headers_mut().insert(header::COOKIE, cookie);
    let second = app.ask(request).await.expect(302);
    assert!(second.header("set-cookie").starts_with(&first.cookie));
    assert!(fragment(&app.back(&first).await.expect(302)).contains_key("code"));
}

#[tokio::test]
async fn of_parallel_returns_one_gets_the_code() {
    let app = App::new();
    let visit = app.start("google").await;
    let answers = join_all((0..12).map(|_| app.back(&visit))).await;
    let good = answers.iter().filter(|answer| answer.status == 302).count();
    assert_eq!(good, 1);
    assert_eq!(app.count("users").await, 1);
}

#[tokio::test]
async fn a_person_who_says_no_is_taken_at_their_word() {
    let app = App::new();
    for (error, expected) in [
        ("access_denied", "consent_denied"),
        ("server_error", "provider_unavailable"),
        ("invalid_scope", "provider_answer_invalid"),
    ] {
        let visit = app.start("google").await;
        let query = format!(
            "state={}&error={error}&error_description=%3Cscript%3E",
            visit.state()
        );
        let arrived = fragment(&app.back_with(&visit, &query).await.expect(302));
        assert_eq!(arrived["error"], expected);
        assert!(!arrived["request_id"].is_empty());
        // Used up: the code of another visit cannot be slipped in afterwards.
        app.back(&visit).await.refused(400, "invalid_sign_in_state");
    }
    assert!(app.script.seen().is_empty());
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_no_answer() {
    let app = App::new();
    let visit = app.start("google").await;
    let query = format!("state={}&code=x&iss=https%3A%2F%2Fevil.example", visit.state());
    let arrived = fragment(&app.back_with(&visit, &query).await.expect(302));
    assert_eq!(arrived["error"], "provider_answer_invalid");
    let visit = app.start("google").await;
    let ours = "iss=https%3A%2F%2Fprovider.example%2Fgoogle";
    let query = format!("state={}&code=x&{ours}&{ours}", visit.state());
    let arrived = fragment(&app.back_with(&visit, &query).await.expect(302));
    assert_eq!(
        arrived["error"], "provider_answer_invalid",
        "two are none of ours"
    );
    assert!(app.script.seen().is_empty(), "the code goes nowhere");
    let visit = app.start("google").await;
    let query = format!(
        "state={}&code=x&iss=https%3A%2F%2Fprovider.example%2Fgoogle&scope=email&authuser=0",
        visit.state()
    );
    let arrived = fragment(&app.back_with(&visit, &query).await.expect(302));
    assert!(arrived.contains_key("code"), "{arrived:?}");
}

#[tokio::test]
async fn a_code_is_exchanged_once_by_the_app_that_began() {
    let app = App::new();
    let code = app.arrive("google").await["code"].clone();
    let refused = "invalid_sign_in_code";
    app.exchange(&code, &"a".repeat(43)).await.refused(400, refused);
    app.exchange(&code, CHALLENGE).await.refused(400, refused);
    app.exchange("nonsense", VERIFIER).await.refused(400, refused);
    app.exchange(&code, VERIFIER).await.expect(200);
    app.exchange(&code, VERIFIER).await.refused(400, refused);
    app.world.clock.advance_seconds(180);
    let late = app.arrive("google").await["code"].clone();
    app.world.clock.advance(CODE);
    app.exchange(&late, VERIFIER).await.refused(400, refused);
}

#[tokio::test]
async fn of_parallel_exchanges_one_signs_in() {
    let app = App::new();
    let code = app.arrive("google").await["code"].clone();
    let answers = join_all((0..8).map(|_| app.exchange(&code, VERIFIER))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(app.count("sessions").await, 1);
}

#[tokio::test]
async fn without_an_app_to_go_to_the_answer_is_json() {
    let app = App::without_redirects();
    let visit = app.start("google").await;
    let answer = app.back(&visit).await.expect(200);
    assert_eq!(answer.text("status"), "signed_in");
    assert_eq!(answer.header("cache-control"), "no-store");
    app.exchange(&answer.text("code"), VERIFIER).await.expect(200);
    let visit = app.start("google").await;
    let query = format!("state={}&error=access_denied", visit.state());
    app.back_with(&visit, &query).await.refused(400, "consent_denied");
}
