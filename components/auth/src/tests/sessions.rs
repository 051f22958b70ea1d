//! `GET /auth/sessions`, ending one, the others, all (AUTH-7, AUTH-12).

use axum::http::Method;
use serde_json::Value;
use testkit::{Answer, post};

use super::{App, PASSWORD, from_address};

const SESSIONS: &str = "/api/v1/auth/sessions";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const EMAIL: &str = "minji@example.com";

/// A further sign-in, three minutes later.
async fn again(app: &App) -> Answer {
    app.world.clock.advance_seconds(180);
    app.login(EMAIL, PASSWORD).await.expect(200)
}

async fn items(app: &App, token: &str) -> Vec<Value> {
    let answer = app.read(SESSIONS, token).await.expect(200);
    answer.json["items"].as_array().unwrap().clone()
}

async fn delete(app: &App, what: &str, token: &str) -> Answer {
    app.call(Method::DELETE, &format!("{SESSIONS}/{what}"), token, Value::Null)
        .await
}

#[tokio::test]
async fn a_person_sees_where_they_are_signed_in() {
    let app = App::new();
    let first = app.sign_in(EMAIL).await;
    let body = serde_json::json!({"email": EMAIL, "password": PASSWORD});
    let mut request = from_address(post("/api/v1/auth/login", "", &body), "203.0.113.9");
    request.headers_mut().insert("user-agent", PHONE.parse().unwrap());
    let second = app.ask(request).await.expect(200);
    app.sign_in("other@example.com").await;
    let sessions = items(&app, &first.text("access_token")).await;
    assert_eq!(sessions.len(), 2, "one's own only: {sessions:?}");
    let (phone, here) = (&sessions[0], &sessions[1]);
    assert_eq!(
        (&phone["current"], &here["current"]),
        (&false.into(), &true.into())
    );
    assert_eq!(phone["device"], "mobile");
    assert_eq!(
        (&phone["client"], &phone["os"]),
        (&"Safari".into(), &"iOS".into())
    );
    assert_eq!(phone["ip"], "203.0.113.9");
    assert_eq!(phone["place"], Value::Null);
    assert_eq!(
        (&here["device"], &here["client"], &here["os"]),
        (&"unknown".into(), &Value::Null, &Value::Null)
    );
    assert_eq!(here.as_object().unwrap().len(), 10);
    assert!(here["created_at"].as_str() < phone["created_at"].as_str());

    // A refresh is a use; it begins no sign-in.
    app.world.clock.advance_seconds(60);
    let refreshed = app.refresh(&second.text("refresh_token")).await.expect(200);
    let sessions = items(&app, &refreshed.text("access_token")).await;
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["current"], true);
    assert!(sessions[0]["created_at"].as_str() < sessions[0]["last_used_at"].as_str());
    assert_eq!(sessions[0]["id"], phone["id"]);
}

#[tokio::test]
async fn the_list_has_pages() {
    let app = App::new();
    app.sign_in(EMAIL).await;
    let mut token = String::new();
    for _ in 0..4 {
        token = again(&app).await.text("access_token");
    }
    let first = app.read(&format!("{SESSIONS}?limit=3"), &token).await.expect(200);
    let cursor = first.text("next_cursor");
    assert_eq!(first.json["items"].as_array().unwrap().len(), 3);
    let path = format!("{SESSIONS}?limit=3&cursor={cursor}");
    let rest = app.read(&path, &token).await.expect(200);
    assert_eq!(rest.json["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest.json["next_cursor"], Value::Null);
    let forged = format!("{SESSIONS}?cursor={}A", cursor);
    app.read(&forged, &token).await.refused(400, "invalid_cursor");
}

#[tokio::test]
async fn ending_one_ends_its_tokens_and_no_others() {
    let app = App::new();
    let here = app.sign_in(EMAIL).await;
    let there = again(&app).await;
    let (mine, other) = (here.text("access_token"), there.text("access_token"));
    app.me(&other).await.expect(200);
    let id = items(&app, &mine).await[0]["id"].as_str().unwrap().to_owned();
    delete(&app, &id, &mine).await.expect(204);
    app.me(&other).await.refused(401, "invalid_token");
    app.refresh(&there.text("refresh_token"))
        .await
        .refused(401, "invalid_refresh_token");
    app.me(&mine).await.expect(200);
    assert_eq!(items(&app, &mine).await.len(), 1);
    delete(&app, &id, &mine).await.expect(204);

    let stranger = app.sign_in("other@example.com").await.text("access_token");
    let theirs = items(&app, &stranger).await[0]["id"].as_str().unwrap().to_owned();
    let mine = again(&app).await.text("access_token");
    for nobodys in [theirs.as_str(), "01a3185c-5087-7279-8ce1-9b8fd00eeeab", "x"] {
        delete(&app, nobodys, &mine).await.refused(404, "not_found");
    }
    app.me(&stranger).await.expect(200);
}

#[tokio::test]
async fn ending_one_can_be_tried_again_when_the_store_was_down() {
    let app = App::new();
    let here = app.sign_in(EMAIL).await.text("access_token");
    let there = again(&app).await.text("access_token");
    let id = items(&app, &here).await[0]["id"].as_str().unwrap().to_owned();
    let others = items(&app, &there).await;
    assert_eq!(others.len(), 2);
    app.world.revocations.break_writes(true);
    delete(&app, &id, &here).await.refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    app.me(&there).await.expect(200);
    delete(&app, &id, &here).await.expect(204);
    app.me(&there).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn ending_the_others_spares_the_one_that_asks() {
    let app = App::new();
    let stranger = app.sign_in("other@example.com").await.text("access_token");
    let old = app.sign_in(EMAIL).await;
    let others = [again(&app).await, again(&app).await];
    let here = again(&app).await;
    for other in &others {
        app.me(&other.text("access_token")).await.expect(200);
    }
    let known = app.actions().await.len();
    // Events are listed by age.
    app.world.wait(std::time::Duration::from_millis(1));
    delete(&app, "others", &here.text("access_token"))
        .await
        .expect(204);
    let actions = app.actions().await;
    assert_eq!(actions.len(), known + 1, "one event for all");
    assert_eq!(actions[0], "other_sessions_ended");
    for other in others.iter().chain([&old]) {
        app.me(&other.text("access_token"))
            .await
            .refused(401, "invalid_token");
        app.refresh(&other.text("refresh_token"))
            .await
            .refused(401, "invalid_refresh_token");
    }
    app.me(&here.text("access_token")).await.expect(200);
    app.me(&stranger).await.expect(200);
    app.refresh(&here.text("refresh_token")).await.expect(200);
}

#[tokio::test]
async fn ending_all_ends_the_one_that_asks_too() {
    for all in [
        (Method::POST, "/api/v1/auth/logout-all"),
        (Method::DELETE, "/api/v1/auth/sessions/all"),
    ] {
        let app = App::new();
        let stranger = app.sign_in("other@example.com").await.text("access_token");
        let here = app.sign_in(EMAIL).await;
        let there = again(&app).await;
        app.me(&there.text("access_token")).await.expect(200);
        app.call(all.0.clone(), all.1, &here.text("access_token"), Value::Null)
            .await
            .expect(204);
        for ended in [&here, &there] {
            app.me(&ended.text("access_token"))
                .await
                .refused(401, "invalid_token");
            app.refresh(&ended.text("refresh_token"))
                .await
                .refused(401, "invalid_refresh_token");
        }
        app.me(&stranger).await.expect(200);
        assert_eq!(app.actions().await[0], "every_session_ended");
        // And one can begin anew.
        let anew = again(&app).await.text("access_token");
        app.me(&anew).await.expect(200);
        assert_eq!(items(&app, &anew).await.len(), 1);
    }
}

#[tokio::test]
async fn ending_all_says_so_when_the_store_fails_and_can_be_tried_again() {
    let app = App::new();
    let here = app.sign_in(EMAIL).await.text("access_token");
    let there = again(&app).await.text("access_token");
    let all = async || {
        app.call(Method::POST, "/api/v1/auth/logout-all", &here, Value::Null)
            .await
    };
    app.world.revocations.break_writes(true);
    all().await.refused(503, "store_unavailable");
    app.world.revocations.break_writes(false);
    all().await.expect(204);
    app.me(&there).await.refused(401, "invalid_token");
}
