//! Who may, and how often.

use super::*;

#[tokio::test]
async fn the_limit_is_told_and_kept() {
    let app = app();
    let from = [("spin-client-addr", "192.0.2.1:1")];
    let first = app.get("/anybody", &from).await;
    assert_eq!(first.json()["left"], 1);
    assert_eq!(first.header("ratelimit-policy"), "\"anonymous\";q=2;w=60");
    assert_eq!(first.header("ratelimit"), "\"anonymous\";r=1;t=48");
    assert_eq!(first.header("x-ratelimit-limit"), "2");
    assert_eq!(first.header("x-ratelimit-remaining"), "1");
    assert_eq!(first.header("x-ratelimit-reset"), "48");
    assert_eq!(first.header("retry-after"), "");
    app.get("/anybody", &from).await;
    let third = app.get("/anybody", &from).await;
    assert_eq!(third.refusal(), (429, "quota_exceeded".to_owned()));
    assert_eq!(third.header("retry-after"), "48");
    assert_eq!(app.get("/free", &from).await.status, StatusCode::OK);
    assert_eq!(app.get("/free", &from).await.header("ratelimit"), "");
    let other = [("spin-client-addr", "192.0.2.2:1")];
    assert_eq!(app.get("/anybody", &other).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_tier_has_its_limit() {
    let app = app();
    for (role, tier, policy) in [
        (Role::User, Tier::Free, "\"free\";q=3;w=60"),
        (Role::User, Tier::Premium, "\"premium\";q=4;w=60"),
        (Role::Admin, Tier::Free, "\"admin\";q=5;w=60"),
    ] {
        let token = app.token(role, tier);
        let answer = app.get("/own", &[("authorization", &token)]).await;
        assert_eq!(
            (answer.status, answer.header("ratelimit-policy")),
            (StatusCode::OK, policy)
        );
        assert_eq!(answer.header("cache-control"), "private, no-cache");
    }
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let app = app();
    let none = app.get("/own", &[]).await;
    assert_eq!(none.refusal(), (401, "authentication_required".to_owned()));
    let token = app.token(Role::User, Tier::Free);
    for wrong in [
        token.replace("Bearer", "Basic"),
        token.replacen("Bearer ", "Bearer", 1),
    ] {
        let answer = app.get("/own", &[("authorization", &wrong)]).await;
        assert_eq!(
            answer.refusal(),
            (401, "authentication_required".to_owned()),
            "{wrong}"
        );
    }
    let twice = [("authorization", &*token), ("authorization", &*token)];
    assert_eq!(app.get("/own", &twice).await.status, StatusCode::UNAUTHORIZED);
    for (value, code) in [
        ("Bearer x", "invalid_token"),
        ("Bearer \u{e9}", "authentication_required"),
    ] {
        let answer = app.get("/own", &[("authorization", value)]).await;
        assert_eq!(answer.refusal(), (401, code.to_owned()));
    }
    let lower = token.replace("Bearer", "bearer");
    assert_eq!(
        app.get("/own", &[("authorization", &lower)]).await.status,
        StatusCode::OK
    );
    let people = app
        .ask(Method::POST, "/people", &[("authorization", &token)])
        .await;
    assert_eq!(people.refusal(), (403, "forbidden".to_owned()));
    let admin = app.token(Role::Admin, Tier::Free);
    let people = app
        .ask(Method::POST, "/people", &[("authorization", &admin)])
        .await;
    assert_eq!(people.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_has_the_key_is_inside() {
    let app = app();
    let right = format!("Bearer {INTERNAL_KEY}");
    let inside = app.get("/inside", &[("authorization", &right)]).await;
    assert_eq!((inside.status, inside.json()), (StatusCode::OK, "inside".into()));
    let token = app.token(Role::Admin, Tier::Free);
    let other = right.replace("AB", "BA");
    for wrong in [token, other, String::new()] {
        let answer = app.get("/inside", &[("authorization", &wrong)]).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn a_token_says_what_it_says_until_it_is_revoked() {
    let app = app();
    let access = App::access(Role::Agent, Tier::Premium);
    let token = app.sign(&access).replace("Bearer ", "");
    let read = app.guard.inspect(&token, NOW).await.unwrap().unwrap();
    assert_eq!(
        (read.user, read.session, read.role),
        (access.user, access.session, access.role)
    );
    assert_eq!(app.guard.inspect("x", NOW).await.unwrap(), None);
    let revoked = app
        .guard
        .revocations
        .revoke_session(access.user, access.session, NOW, &SystemRandom);
    revoked.await.unwrap();
    assert_eq!(app.guard.inspect(&token, NOW).await.unwrap(), None);
    let bearer = format!("Bearer {token}");
    let refused = app.get("/own", &[("authorization", &bearer)]).await;
    assert_eq!(refused.refusal(), (401, "invalid_token".to_owned()));
}
