//! What each provider says, and what follows from it.

use std::time::Duration;

use http_kit::client::Failure;
use serde_json::json;
use testkit::{Step, get};

use super::super::App;
use super::{fails, github_documents, kakao_profile, naver_profile, pairs, sign};

#[tokio::test]
async fn a_browser_is_sent_with_all_that_binds_it() {
    let app = App::new();
    for (provider, scope, nonce) in [
        ("google", "openid email profile", true),
        ("kakao", "openid account_email profile_nickname", true),
        ("github", "read:user user:email", false),
        ("naver", "", false),
    ] {
        let visit = app.start(provider).await;
        let value = |name: &str| visit.query.get(name).cloned().unwrap_or_default();
        assert_eq!(value("response_type"), "code");
        assert_eq!(value("client_id"), format!("{provider}-client"));
        assert_eq!(
            value("redirect_uri"),
            format!("http://127.0.0.1:3000/api/v1/auth/{provider}/callback")
        );
        assert_eq!(value("scope"), scope);
        assert_eq!(value("code_challenge_method"), "S256");
        assert_eq!(value("code_challenge").len(), 43);
        assert_eq!(value("state").len(), 43, "256 bits");
        assert_eq!(!value("nonce").is_empty(), nonce, "{provider}");
        assert!(visit.cookie.starts_with("__Host-"));
        assert!(!visit.query.values().any(|value| value.contains("secret")));
        app.world.clock.advance_seconds(60);
    }
}

#[tokio::test]
async fn google_signs_in_whom_it_vouches_for() {
    let app = App::new();
    let answer = app.sign_in_with("google").await;
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(me.text("email"), "minji@example.com");
    assert_eq!(
        (me.text("name"), &me.json["email_verified"]),
        ("김민지".to_owned(), &json!(true))
    );
    app.refresh(&answer.text("refresh_token")).await.expect(200);
    // The form that the provider got.
    let seen = app.script.seen();
    let token = seen
        .iter()
        .find(|seen| seen.line() == "POST /google/token")
        .unwrap();
    let form = pairs(&token.text());
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(
        (form["code"].as_str(), form["code_verifier"].len()),
        ("provider-code", 43)
    );
    assert_eq!(form["client_secret"], "google-secret");
    assert!(token.header("traceparent").starts_with("00-"));
    // The second time it is the same person, and the keys are known.
    let again = app.sign_in_with("google").await;
    let same = app.me(&again.text("access_token")).await.expect(200);
    assert_eq!(same.text("id"), me.text("id"));
    assert_eq!(app.count("users").await, 1);
    let keys = app
        .script
        .seen()
        .iter()
        .filter(|seen| seen.line() == "GET /google/keys")
        .count();
    assert_eq!(keys, 1);
}

#[tokio::test]
async fn an_id_token_must_be_right_in_everything() {
    for (claim, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!(null)),
        ("aud", json!("another-client")),
        ("aud", json!(null)),
        ("aud", json!(["google-client", "another"])),
        ("azp", json!("another-client")),
        ("nonce", json!("another nonce")),
        ("nonce", json!(null)),
        ("exp", json!(1_700_000_000)),
        ("exp", json!(null)),
        ("iat", json!(1_900_000_000)),
        ("sub", json!(null)),
        ("sub", json!("")),
    ] {
        let app = App::new();
        app.fake.claim(claim, value.clone());
        assert_eq!(
            fails(&app, "google").await,
            "provider_answer_invalid",
            "{claim} {value}"
        );
    }
    let app = App::new();
    app.fake.claim("aud", json!(["google-client", "another"]));
    app.fake.claim("azp", json!("google-client"));
    app.sign_in_with("google").await;
}

#[tokio::test]
async fn an_id_token_must_be_signed_by_a_key_of_the_provider() {
    for broken in ["", "a.b.c", "no token"] {
        let app = App::new();
        app.fake.grant("id_token", json!(broken));
        assert_eq!(fails(&app, "google").await, "provider_answer_invalid", "{broken}");
    }
    let app = App::new();
    app.fake.grant("id_token", json!(null));
    assert_eq!(fails(&app, "google").await, "provider_answer_invalid");
    // The header is signed too, so another algorithm is another token.
    let good = sign(&json!({"iss": "https://provider.example/google", "aud": "google-client", "sub": "1"}));
    let (_, rest) = good.split_once('.').unwrap();
    for header in [
        "eyJhbGciOiJub25lIiwia2lkIjoicnNhLTEifQ",
        "eyJhbGciOiJIUzI1NiIsImtpZCI6InJzYS0xIn0",
    ] {
        let app = App::new();
        app.fake.grant("id_token", json!(format!("{header}.{rest}")));
        assert_eq!(fails(&app, "google").await, "provider_answer_invalid", "{header}");
    }
    let app = App::new();
    app.fake.document("/google/keys", json!({"keys": []}));
    assert_eq!(
        fails(&app, "google").await,
        "provider_answer_invalid",
        "unknown key"
    );
}

#[tokio::test]
async fn a_provider_may_change_its_key_between_two_sign_ins() {
    let app = App::new();
    let reads = |app: &App| {
        let seen = app.script.seen();
        seen.iter()
            .filter(|seen| seen.line() == "GET /google/keys")
            .count()
    };
    // What was read before the change does not have the new key.
    let mut old = super::public_key();
    old["kid"] = "rsa-0".into();
    app.fake.document("/google/keys", json!({"keys": [old]}));
    app.fake.grant("id_token", json!(super::sign_as("rsa-0", &app)));
    let _ = app.arrive("google").await;
    assert_eq!(reads(&app), 1);
    app.fake
        .document("/google/keys", json!({"keys": [super::public_key()]}));
    app.fake.mend_grant("id_token");
    app.sign_in_with("google").await;
    assert_eq!(reads(&app), 2, "read again at once");
    // A key that nobody knows is asked for once a minute.
    for reads_then in [3, 3, 3] {
        app.world.clock.advance_seconds(7);
        app.fake.grant("id_token", json!(super::sign_as("rsa-9", &app)));
        let arrived = app.arrive("google").await;
        assert_eq!(arrived["error"], "provider_answer_invalid");
        assert_eq!(reads(&app), reads_then);
    }
    app.world.clock.advance_seconds(60);
    let _ = app.arrive("google").await;
    assert_eq!(reads(&app), 4);
}

#[tokio::test]
async fn kakao_counts_only_with_both_flags_and_the_same_person() {
    let app = App::new();
    app.fake.document("/kakao/profile", kakao_profile(true, true));
    let answer = app.sign_in_with("kakao").await;
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(
        (me.text("email"), me.text("name")),
        ("minji@example.com".to_owned(), "민지".to_owned())
    );
    for (valid, verified) in [(true, false), (false, true), (false, false)] {
        let app = App::new();
        app.fake
            .document("/kakao/profile", kakao_profile(valid, verified));
        // The claim of the ID token says nothing of these flags and must not count.
        let arrived = app.arrive("kakao").await;
        assert_eq!(arrived["status"], "proof_required", "{valid} {verified}");
        assert_eq!(app.count("users").await, 0);
    }
    let app = App::new();
    let mut other = kakao_profile(true, true);
    other["id"] = json!(999);
    app.fake.document("/kakao/profile", other);
    assert_eq!(fails(&app, "kakao").await, "provider_answer_invalid");
}

#[tokio::test]
async fn naver_is_never_trusted_with_an_address() {
    let app = App::new();
    app.fake.document("/naver/profile", naver_profile());
    // Naver writes the number as text.
    app.fake.grant("expires_in", json!("3600"));
    let visit = app.start("naver").await;
    let arrived = super::fragment(&app.back(&visit).await.expect(302));
    assert_eq!(arrived["status"], "proof_required");
    assert_eq!(app.count("users").await, 0);
    let seen = app.script.seen();
    assert_eq!(
        pairs(&seen[0].text())["state"],
        visit.state(),
        "Naver wants it twice"
    );
    let refused = json!({"resultcode": "024", "message": "Authentication failed"});
    app.fake.document("/naver/profile", refused);
    assert_eq!(fails(&app, "naver").await, "provider_answer_invalid");
}

#[tokio::test]
async fn github_counts_by_its_list_of_addresses() {
    let address = |email: &str, primary: bool, verified: bool| json!({"email": email, "primary": primary, "verified": verified, "visibility": null});
    let app = App::new();
    let list = json!([
        address("old@example.com", false, true),
        address("minji@example.com", true, true)
    ]);
    github_documents(&app.fake, list);
    let answer = app.sign_in_with("github").await;
    let me = app.me(&answer.text("access_token")).await.expect(200);
    assert_eq!(
        (me.text("email"), me.text("name")),
        ("minji@example.com".to_owned(), "minji".to_owned())
    );
    // Not the address in the profile, not a verified one that is not primary, not an unverified primary one.
    for (list, expected) in [
        (
            json!([address("minji@example.com", true, false)]),
            "proof_required",
        ),
        (
            json!([address("other@example.com", false, true)]),
            "provider_address_missing",
        ),
        (json!([]), "provider_address_missing"),
    ] {
        let app = App::new();
        github_documents(&app.fake, list.clone());
        let arrived = app.arrive("github").await;
        let told = arrived.get("status").or(arrived.get("error")).unwrap();
        assert_eq!(told, expected, "{list}");
        assert_eq!(app.count("users").await, 0);
    }
    // GitHub sends a refusal with status 200.
    let app = App::new();
    app.fake.instead(
        "/github/token",
        Step::json(200, &json!({"error": "bad_verification_code"})),
    );
    assert_eq!(fails(&app, "github").await, "provider_answer_invalid");
}

#[tokio::test]
async fn a_provider_without_an_address_makes_no_account() {
    let app = App::new();
    app.fake.claim("email", json!(null));
    assert_eq!(fails(&app, "google").await, "provider_address_missing");
    app.fake.claim("email", json!("no address"));
    assert_eq!(fails(&app, "google").await, "provider_address_missing");
}

#[tokio::test]
async fn a_provider_that_is_slow_or_broken_is_named_so() {
    let slow = Step::Slow(Duration::from_secs(31), Box::new(Step::status(200)));
    for (step, expected) in [
        (Step::status(500), "provider_unavailable"),
        (Step::status(503), "provider_unavailable"),
        (Step::status(429), "provider_unavailable"),
        (Step::Silence, "provider_unavailable"),
        (slow, "provider_unavailable"),
        (Step::Fail(Failure::Unreachable), "provider_unavailable"),
        (Step::status(400), "provider_answer_invalid"),
        (
            Step::json(400, &json!({"error": "invalid_grant"})),
            "provider_answer_invalid",
        ),
        (
            Step::json(200, &json!({"token_type": "Bearer"})),
            "provider_answer_invalid",
        ),
        (
            Step::Answer(200, Vec::new(), "<html>".to_owned()),
            "provider_answer_invalid",
        ),
        (
            Step::Answer(200, Vec::new(), "x".repeat(300_000)),
            "provider_answer_invalid",
        ),
    ] {
        let app = App::new();
        app.fake.instead("/google/token", step.clone());
        assert_eq!(fails(&app, "google").await, expected, "{step:?}");
        let posts = app.script.seen().len();
        assert_eq!(posts, 1, "a code is never sent twice");
    }
    for step in [Step::status(500), Step::Silence] {
        let app = App::new();
        app.fake.instead("/google/keys", step);
        assert_eq!(fails(&app, "google").await, "provider_unavailable");
    }
}

#[tokio::test]
async fn a_provider_that_is_switched_off_is_not_there() {
    let app = App::without_providers();
    for path in [
        "/api/v1/auth/google",
        "/api/v1/auth/google/callback?state=x&code=y",
    ] {
        app.ask(get(path, "")).await.refused(404, "not_found");
    }
}
