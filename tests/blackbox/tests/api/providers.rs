//! Sign-in with providers, over HTTP against a server that stands in for them.

use std::time::Duration;

use realcare_blackbox::{Answer, App, Person, Providers, refusal, success, together};
use serde_json::json;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn app(providers: &Providers) -> App {
    App::with()
        .variable("oauth_stand_in", &providers.origin())
        .start()
}

/// A browser that is on its way: its cookie and the state.
pub fn start(app: &App, provider: &str) -> (String, String) {
    let (cookie, state, _) = sent(app, provider);
    (cookie, state)
}

/// The same, and where the browser is sent.
pub fn sent(app: &App, provider: &str) -> (String, String, String) {
    let path = format!("/api/v1/auth/{provider}?code_challenge={CHALLENGE}");
    let answer = app.client().get(&path).send();
    success(&answer, 302);
    let cookie = answer.header("set-cookie").expect("a cookie");
    for attribute in ["__Host-", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let location = answer.header("location").expect("a place to go");
    let state = location
        .split(['?', '&'])
        .find_map(|pair| pair.strip_prefix("state="))
        .expect("a state");
    let cookie = cookie.split(';').next().unwrap_or_default();
    (cookie.to_owned(), state.to_owned(), location.to_owned())
}

pub fn back(app: &App, provider: &str, cookie: &str, state: &str) -> Answer {
    let path = format!("/api/v1/auth/{provider}/callback?state={state}&code=code-of-the-provider");
    let patient = app.client().patient(Duration::from_secs(60));
    patient.get(&path).header("cookie", cookie).send()
}

fn exchange(app: &App, code: &str) -> Answer {
    let body = json!({"code": code, "code_verifier": VERIFIER});
    let path = "/api/v1/auth/social/exchange";
    app.client().post(path).json(&body).send()
}

// AUTH-14, GUARD-5, GUARD-10
#[test]
fn somebody_whose_provider_vouches_signs_in_at_once() {
    let person = Person::stranger();
    let providers = Providers::start(&person.email);
    let app = app(&providers);
    let (cookie, state) = start(&app, "github");
    let arrived = back(&app, "github", &cookie, &state);
    success(&arrived, 200);
    let code = arrived.string("/code");
    let tokens = exchange(&app, &code);
    success(&tokens, 200);
    let access = tokens.string("/access_token");
    let me = app.client().get("/api/v1/auth/me").bearer(&access).send();
    assert_eq!(me.string("/email"), person.email);
    refusal(&exchange(&app, &code), 400, "invalid_sign_in_code");
    refusal(
        &back(&app, "github", &cookie, &state),
        400,
        "invalid_sign_in_state",
    );
    let grant = &providers.seen()[0];
    assert!(
        grant.starts_with("POST /github/token") && grant.contains("code_verifier="),
        "{grant}"
    );
    let log = app.log().text();
    for secret in [
        &code,
        &state,
        "code-of-the-provider",
        "access-of-the-provider",
        "github-secret",
        &person.email,
    ] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}

// AUTH-14
#[test]
fn a_visit_comes_back_in_its_own_browser_and_once() {
    let providers = Providers::start(&Person::stranger().email);
    let app = app(&providers);
    let (cookie, state) = start(&app, "github");
    let (other, _) = start(&app, "github");
    refusal(
        &back(&app, "github", &other, &state),
        400,
        "invalid_sign_in_state",
    );
    refusal(
        &back(&app, "naver", &cookie, &state),
        400,
        "invalid_sign_in_state",
    );
    let path = format!("/api/v1/auth/github/callback?state={state}&code=x");
    refusal(&app.client().get(&path).send(), 400, "invalid_sign_in_state");
    let answers = together(8, |_| back(&app, "github", &cookie, &state));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let code = answers
        .iter()
        .find(|answer| answer.status == 200)
        .expect("one")
        .string("/code");
    let answers = together(8, |_| exchange(&app, &code));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

// AUTH-14
#[test]
fn both_sides_verified_are_tied_and_earlier_sign_ins_end() {
    let app_for = Person::stranger();
    let providers = Providers::start(&app_for.email);
    let app = app(&providers);
    let mut person = app_for;
    success(&person.register(app.client()), 202);
    person.one_time_token = person.mails(app.client())[0]["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    person.verify(app.client());
    person.sign_in(app.client());
    let (cookie, state) = start(&app, "github");
    let arrived = back(&app, "github", &cookie, &state);
    success(&arrived, 200);
    success(&exchange(&app, &arrived.string("/code")), 200);
    let me = app.client().get("/api/v1/auth/me").bearer(&person.access).send();
    refusal(&me, 401, "invalid_token");
    refusal(&person.login(app.client()), 401, "invalid_credentials");
}

// AUTH-14
#[test]
fn what_nobody_vouches_for_is_proven_by_mail() {
    let person = Person::stranger();
    let providers = Providers::start(&person.email);
    providers.verified(false);
    let app = app(&providers);
    for provider in ["github", "naver"] {
        let (cookie, state) = start(&app, provider);
        let arrived = back(&app, provider, &cookie, &state);
        success(&arrived, 200);
        assert_eq!(arrived.string("/status"), "proof_required");
        assert!(!arrived.text().contains("code"), "{arrived:?}");
    }
    let mails = person.mails(app.client());
    let token = mails[0]["token"].as_str().expect("a token");
    let link = |verifier: &str| {
        let body = json!({"token": token, "code_verifier": verifier});
        app.client().post("/api/v1/auth/link").json(&body).send()
    };
    refusal(&link(&"a".repeat(43)), 400, "invalid_one_time_token");
    let answers = together(6, |_| link(VERIFIER));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

// AUTH-14, GUARD-5, QUAL-3
#[test]
fn a_provider_that_is_slow_or_broken_is_named_so() {
    let providers = Providers::start(&Person::stranger().email);
    let app = app(&providers);
    for (status, code, expected) in [
        (500, "provider_unavailable", 503),
        (400, "provider_answer_invalid", 502),
    ] {
        providers.behaves(status, Duration::ZERO);
        let (cookie, state) = start(&app, "github");
        refusal(&back(&app, "github", &cookie, &state), expected, code);
    }
    providers.behaves(200, Duration::from_secs(2));
    let (cookie, state) = start(&app, "github");
    success(&back(&app, "github", &cookie, &state), 200);
}

// AUTH-15
#[test]
fn tokens_of_a_provider_stand_encrypted_in_the_database() {
    let providers = Providers::start(&Person::stranger().email);
    let app = app(&providers);
    let (cookie, state) = start(&app, "github");
    success(&back(&app, "github", &cookie, &state), 200);
    let rows = app.rows("SELECT access_sealed, refresh_sealed, key_id FROM provider_identities");
    let [access, refresh, key] = rows[0].as_slice() else {
        panic!("three columns: {rows:?}")
    };
    // Postgres shows bytes in hexadecimal, SQLite as they are where they are letters.
    let clear = ["of-the-provider", "6f662d7468652d70726f7669646572"];
    for sealed in [access, refresh] {
        assert!(
            sealed.len() > 20 && !clear.iter().any(|clear| sealed.contains(clear)),
            "{sealed}"
        );
    }
    assert!(app.secrets.encryption_keys.starts_with(&format!("{key}:")));
}

// AUTH-4, AUTH-5, AUTH-7
#[test]
fn a_strict_client_refreshes_and_revokes() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let metadata = client.get("/.well-known/oauth-authorization-server").send();
    success(&metadata, 200);
    assert_eq!(metadata.string("/issuer"), "http://127.0.0.1:3000");
    let form = format!("grant_type=refresh_token&refresh_token={}", person.refresh);
    let tokens = client.post("/api/v1/auth/token").form(&form).send();
    success(&tokens, 200);
    let form = format!("token={}", tokens.string("/refresh_token"));
    success(&client.post("/api/v1/auth/revoke").form(&form).send(), 200);
    let access = tokens.string("/access_token");
    refusal(
        &client.get("/api/v1/auth/me").bearer(&access).send(),
        401,
        "invalid_token",
    );
}

// AUTH-14
#[test]
fn google_and_kakao_vouch_by_an_id_token_and_kakao_by_two_flags() {
    for (provider, vouches) in [
        ("google", true),
        ("kakao", true),
        ("google", false),
        ("kakao", false),
    ] {
        let person = Person::stranger();
        let providers = Providers::start(&person.email);
        providers.verified(vouches);
        let app = app(&providers);
        let (cookie, state, location) = sent(&app, provider);
        for part in [
            "code_challenge_method=S256",
            "nonce=",
            "openid",
            "response_type=code",
        ] {
            assert!(location.contains(part), "{part} in {location}");
        }
        providers.visited(&location);
        let arrived = back(&app, provider, &cookie, &state);
        success(&arrived, 200);
        if !vouches {
            assert_eq!(arrived.string("/status"), "proof_required", "{provider}");
            continue;
        }
        let tokens = exchange(&app, &arrived.string("/code"));
        success(&tokens, 200);
        let access = tokens.string("/access_token");
        let me = app.client().get("/api/v1/auth/me").bearer(&access).send();
        assert_eq!(me.string("/email"), person.email, "{provider}");
    }
}

// AUTH-14
#[test]
fn an_id_token_of_another_visit_is_refused() {
    let providers = Providers::start(&Person::stranger().email);
    let app = app(&providers);
    for provider in ["google", "kakao"] {
        let (_, _, other) = sent(&app, provider);
        let (cookie, state) = start(&app, provider);
        providers.visited(&other);
        refusal(
            &back(&app, provider, &cookie, &state),
            502,
            "provider_answer_invalid",
        );
    }
    let reasons = app
        .log()
        .await_events("provider_failed", "reason", "id_token_wrong_nonce");
    assert_eq!(reasons.len(), 2, "{reasons:?}");
}

// AUTH-14, AUTH-8
#[test]
fn an_identity_is_given_up_but_never_the_last_way_in() {
    let person = Person::stranger();
    let providers = Providers::start(&person.email);
    let app = app(&providers);
    let client = app.client();
    let mut access = String::new();
    for provider in ["google", "github"] {
        let (cookie, state, location) = sent(&app, provider);
        providers.visited(&location);
        let arrived = back(&app, provider, &cookie, &state);
        let tokens = exchange(&app, &arrived.string("/code"));
        success(&tokens, 200);
        access = tokens.string("/access_token");
    }
    let identities = client.get("/api/v1/auth/identities").bearer(&access).send();
    let ids = [0, 1].map(|number| identities.string(&format!("/items/{number}/id")));
    let answers = together(2, |number| {
        let path = format!("/api/v1/auth/identities/{}", ids[number]);
        client.delete(&path).bearer(&access).send()
    });
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409], "one of two at once");
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        refusal(answer, 409, "last_way_in");
    }
    success(&client.get("/api/v1/auth/me").bearer(&access).send(), 200);
    let other = Person::signed_in(&app);
    for id in &ids {
        let path = format!("/api/v1/auth/identities/{id}");
        let answer = client.delete(&path).bearer(&other.access).send();
        refusal(&answer, 404, "not_found");
    }
    // A password is another way in.
    let body = json!({"email": person.email});
    success(
        &client
            .post("/api/v1/auth/request-password-reset")
            .json(&body)
            .send(),
        202,
    );
    let mails = person.mails(client);
    let mail = mails
        .iter()
        .find(|mail| mail["template"] == "reset_password")
        .expect("a mail");
    let body = json!({"token": mail["token"], "password": person.password});
    success(
        &client.post("/api/v1/auth/reset-password").json(&body).send(),
        204,
    );
    let signed_in = person.login(client);
    success(&signed_in, 200);
    let access = signed_in.string("/access_token");
    let left = client.get("/api/v1/auth/identities").bearer(&access).send();
    let path = format!("/api/v1/auth/identities/{}", left.string("/items/0/id"));
    success(&client.delete(&path).bearer(&access).send(), 204);
    success(&person.login(client), 200);
}

/// What the database holds of the only identity: the sealed refresh token and the key of both tokens.
fn stored(app: &App) -> Vec<Vec<String>> {
    app.rows("SELECT refresh_sealed, key_id FROM provider_identities")
}

// AUTH-15
#[test]
fn a_refresh_token_of_a_provider_is_kept_replaced_or_left_alone() {
    let providers = Providers::start(&Person::stranger().email);
    let mut app = app(&providers);
    let (cookie, state) = start(&app, "github");
    let arrived = back(&app, "github", &cookie, &state);
    let access = exchange(&app, &arrived.string("/code")).string("/access_token");
    let identities = app.client().get("/api/v1/auth/identities").bearer(&access).send();
    let path = format!(
        "/api/v1/auth/identities/{}/refresh",
        identities.string("/items/0/id")
    );
    // What the provider is shown at each refresh is what was kept.
    let refresh = |app: &App, shown: &str| {
        success(&app.client().post(&path).bearer(&access).send(), 200);
        let seen = providers.seen();
        let last = seen.last().expect("a request");
        assert!(
            last.contains(&format!("refresh_token={shown}&")),
            "{shown}: {last}"
        );
    };
    let first = stored(&app);
    providers.grants(None);
    refresh(&app, "refresh-of-the-provider");
    assert_eq!(stored(&app), first, "none came: not written");
    providers.grants(Some("refresh-of-the-provider"));
    refresh(&app, "refresh-of-the-provider");
    assert_eq!(stored(&app), first, "the same came: not written");
    providers.grants(Some("another-refresh-token"));
    refresh(&app, "refresh-of-the-provider");
    assert_ne!(stored(&app), first, "a new one came");
    refresh(&app, "another-refresh-token");
    // A new key comes first; what the old one sealed is sealed again at the next reading.
    app.kill();
    let keys = format!("next:{},{}", "A".repeat(43), app.secrets.encryption_keys);
    app.set_variable("encryption_keys", &keys);
    app.start_again();
    refresh(&app, "another-refresh-token");
    assert_eq!(stored(&app)[0][1], "next");
}
