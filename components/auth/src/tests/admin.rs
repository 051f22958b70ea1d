//! What admins do with accounts and tokens (AUTH-13).

use axum::http::Method;
use domain::user::{Role, Tier};
use serde_json::{Value, json};
use testkit::{Answer, Person};

use super::{App, PASSWORD};

const USERS: &str = "/api/v1/admin/users";

async fn admin(app: &App) -> Person {
    app.world.person(Role::Admin, Tier::Free).await
}

async fn id_of(app: &App, token: &str) -> String {
    app.me(token).await.expect(200).text("id")
}

async fn put(app: &App, admin: &Person, path: &str, body: Value) -> Answer {
    app.call(Method::PUT, path, &admin.token, body).await
}

fn emails(answer: &Answer) -> Vec<String> {
    let items = answer.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["email"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn only_admins_may() {
    let app = App::new();
    let (user, _) = app.world.verified_agent().await;
    let somebody = "01a3185c-5087-7279-8ce1-9b8fd00eeeab";
    for (method, path) in [
        (Method::GET, USERS.to_owned()),
        (Method::GET, format!("{USERS}/{somebody}")),
        (Method::PUT, format!("{USERS}/{somebody}/tier")),
        (Method::PUT, format!("{USERS}/{somebody}/role")),
        (Method::POST, format!("{USERS}/{somebody}/revoke-tokens")),
        (Method::POST, "/api/v1/admin/revoke-all-tokens".to_owned()),
        (Method::GET, "/api/v1/admin/agents".to_owned()),
        (Method::POST, format!("/api/v1/admin/agents/{somebody}/verify")),
        (Method::POST, format!("/api/v1/admin/agents/{somebody}/revoke")),
        (Method::DELETE, format!("/api/v1/admin/agents/{somebody}")),
    ] {
        app.call(method, &path, &user.token, Value::Null)
            .await
            .refused(403, "forbidden");
    }
}

#[tokio::test]
async fn accounts_are_searched_and_read() {
    let app = App::new();
    let admin = admin(&app).await;
    app.sign_in("kim@example.com").await;
    app.register("park@example.com").await.expect(202);
    let find = async |query: &str| {
        app.read(&format!("{USERS}?{query}"), &admin.token)
            .await
            .expect(200)
    };
    assert_eq!(emails(&find("q=KIM").await), ["kim@example.com"]);
    assert_eq!(
        emails(&find("q=%EB%AF%BC%EC%A7%80").await),
        ["park@example.com", "kim@example.com"]
    );
    assert_eq!(emails(&find("q=%25").await), [""; 0]);
    assert_eq!(emails(&find("state=active").await), ["kim@example.com"]);
    assert_eq!(
        emails(&find("state=unverified&q=park").await),
        ["park@example.com"]
    );
    assert_eq!(emails(&find("tier=premium").await), [""; 0]);
    let first = find("limit=2").await;
    let second = find(&format!("limit=2&cursor={}", first.text("next_cursor"))).await;
    assert_eq!((emails(&first).len(), emails(&second).len()), (2, 1));
    for query in ["role=root", "state=gone", "q=", "x=1"] {
        app.read(&format!("{USERS}?{query}"), &admin.token)
            .await
            .refused(400, "invalid_query");
    }
    let id = first.json["items"][1]["id"].as_str().unwrap().to_owned();
    let one = app.read(&format!("{USERS}/{id}"), &admin.token).await.expect(200);
    assert_eq!(one.json, first.json["items"][1]);
    assert_eq!(one.header("etag"), format!("\"v{}\"", one.json["version"]));
    assert!(one.json.get("password_hash").is_none());
    app.read(
        &format!("{USERS}/01a3185c-5087-7279-8ce1-9b8fd00eeeab"),
        &admin.token,
    )
    .await
    .refused(404, "not_found");
}

#[tokio::test]
async fn a_tier_shows_at_the_next_refresh() {
    let app = App::new();
    let admin = admin(&app).await;
    let person = app.sign_in("kim@example.com").await;
    let token = person.text("access_token");
    let path = format!("{USERS}/{}/tier", id_of(&app, &token).await);
    let changed = put(&app, &admin, &path, json!({"tier": "premium"}))
        .await
        .expect(200);
    assert_eq!(
        (changed.text("tier").as_str(), changed.header("etag")),
        ("premium", "\"v3\"")
    );
    assert_eq!(app.actions().await[0], "tier_changed");
    assert_eq!(
        app.me(&token).await.expect(200).header("x-ratelimit-limit"),
        "100"
    );
    let fresh = app
        .refresh(&person.text("refresh_token"))
        .await
        .expect(200)
        .text("access_token");
    assert_eq!(
        app.me(&fresh).await.expect(200).header("x-ratelimit-limit"),
        "1000"
    );
    put(&app, &admin, &path, json!({"tier": "gold"}))
        .await
        .refused(422, "validation_failed");
    let nobody = format!("{USERS}/01a3185c-5087-7279-8ce1-9b8fd00eeeab/tier");
    put(&app, &admin, &nobody, json!({"tier": "free"}))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn a_role_is_given_and_taken_at_once() {
    let app = App::new();
    let first = admin(&app).await;
    let person = app.sign_in("kim@example.com").await;
    let token = person.text("access_token");
    let path = format!("{USERS}/{}/role", id_of(&app, &token).await);
    app.read(USERS, &token).await.refused(403, "forbidden");
    put(&app, &first, &path, json!({"role": "admin"}))
        .await
        .expect(200);
    app.me(&token).await.refused(401, "invalid_token");
    let admin = app.refresh(&person.text("refresh_token")).await.expect(200);
    app.read(USERS, &admin.text("access_token")).await.expect(200);
    put(&app, &first, &path, json!({"role": "user"}))
        .await
        .expect(200);
    app.read(USERS, &admin.text("access_token"))
        .await
        .refused(401, "invalid_token");
    assert_eq!(app.actions().await[..2], ["role_changed", "role_changed"]);

    let answer = put(&app, &first, &path, json!({"role": "agent"}))
        .await
        .refused(422, "validation_failed");
    assert_eq!(answer.refused_fields(), ["/role not_allowed"]);
    let own = format!("{USERS}/{}/role", first.user);
    put(&app, &first, &own, json!({"role": "user"}))
        .await
        .refused(403, "forbidden");
}

#[tokio::test]
async fn a_stale_version_changes_nothing() {
    let app = App::new();
    let admin = admin(&app).await;
    let token = app.sign_in("kim@example.com").await.text("access_token");
    let id = id_of(&app, &token).await;
    for (path, body) in [
        ("tier", json!({"tier": "premium"})),
        ("role", json!({"role": "admin"})),
    ] {
        let path = format!("{USERS}/{id}/{path}");
        let mut request = testkit::send(Method::PUT, &path, &admin.token, &body);
        request
            .headers_mut()
            .insert("if-match", "\"v1\"".parse().unwrap());
        app.ask(request).await.refused(412, "precondition_failed");
    }
    let me = app.me(&token).await.expect(200);
    assert_eq!(
        (me.text("tier").as_str(), me.text("role").as_str()),
        ("free", "user")
    );
}

/// A repeated request meets the version that it made itself: it is refused, but not before the tokens that say otherwise are.
#[tokio::test]
async fn a_role_whose_change_met_a_broken_store_is_finished_by_the_next_try() {
    let app = App::new();
    let admin = admin(&app).await;
    let token = app.sign_in("kim@example.com").await.text("access_token");
    let path = format!("{USERS}/{}/role", id_of(&app, &token).await);
    let tag = app
        .read("/api/v1/auth/me", &token)
        .await
        .header("etag")
        .to_owned();
    let change = async || {
        let mut request = testkit::send(Method::PUT, &path, &admin.token, &json!({"role": "admin"}));
        request.headers_mut().insert("if-match", tag.parse().unwrap());
        app.ask(request).await
    };
    app.world.revocations.break_writes(true);
    change().await.refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    change().await.refused(412, "precondition_failed");
    app.me(&token).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn the_tokens_of_one_person_are_revoked() {
    let app = App::new();
    let admin = admin(&app).await;
    let bystander = app.sign_in("other@example.com").await.text("access_token");
    let person = app.sign_in("kim@example.com").await;
    let token = person.text("access_token");
    let path = format!("{USERS}/{}/revoke-tokens", id_of(&app, &token).await);
    app.call(Method::POST, &path, &admin.token, Value::Null)
        .await
        .expect(204);
    app.me(&token).await.refused(401, "invalid_token");
    app.refresh(&person.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    app.me(&bystander).await.expect(200);
    assert_eq!(app.actions().await[0], "tokens_revoked");
    let anew = app.login("kim@example.com", PASSWORD).await.expect(200);
    app.me(&anew.text("access_token")).await.expect(200);
    let nobody = format!("{USERS}/01a3185c-5087-7279-8ce1-9b8fd00eeeab/revoke-tokens");
    app.call(Method::POST, &nobody, &admin.token, Value::Null)
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn the_tokens_of_everybody_are_revoked() {
    let app = App::new();
    let admin = admin(&app).await;
    let mut people = Vec::new();
    for email in ["a@example.com", "b@example.com"] {
        people.push(app.sign_in(email).await);
    }
    for person in &people {
        app.me(&person.text("access_token")).await.expect(200);
    }
    app.call(
        Method::POST,
        "/api/v1/admin/revoke-all-tokens",
        &admin.token,
        Value::Null,
    )
    .await
    .expect(204);
    for person in &people {
        app.me(&person.text("access_token"))
            .await
            .refused(401, "invalid_token");
        app.refresh(&person.text("refresh_token"))
            .await
            .refused(401, "invalid_refresh_token");
    }
    app.read(USERS, &admin.token).await.refused(401, "invalid_token");
    assert_eq!(app.actions().await[0], "every_token_revoked");
    app.world.clock.advance_seconds(180);
    let anew = app.login("a@example.com", PASSWORD).await.expect(200);
    app.me(&anew.text("access_token")).await.expect(200);
    // A newcomer is not below the floor either, and can be signed out.
    let newcomer = app.sign_in("c@example.com").await.text("access_token");
    app.me(&newcomer).await.expect(200);
    app.call(Method::POST, "/api/v1/auth/logout-all", &newcomer, Value::Null)
        .await
        .expect(204);
    app.me(&newcomer).await.refused(401, "invalid_token");
}
