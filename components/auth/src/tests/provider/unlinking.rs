//! Giving an identity of a provider up (AUTH-14).

use axum::http::Method;
use serde_json::Value;
use testkit::{Answer, get};

use super::super::App;
use super::github_documents;

async fn identities(app: &App, access: &str) -> Vec<Value> {
    let answer = app.ask(get("/api/v1/auth/identities", access)).await.expect(200);
    answer.json["items"].as_array().unwrap().clone()
}

async fn unlink(app: &App, access: &str, identity: &Value) -> Answer {
    let path = format!("/api/v1/auth/identities/{}", identity["id"].as_str().unwrap());
    app.call(Method::DELETE, &path, access, Value::Null).await
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let all = identities(&app, &access).await;
    unlink(&app, &access, &all[0]).await.refused(409, "last_way_in");
    assert_eq!(identities(&app, &access).await, all);
}

#[tokio::test]
async fn one_of_two_goes_and_its_sign_in_goes_on() {
    let app = App::new();
    let address = serde_json::json!([{"email": "minji@example.com", "primary": true, "verified": true, "visibility": null}]);
    github_documents(&app.fake, address);
    app.sign_in_with("google").await;
    let access = app.sign_in_with("github").await.text("access_token");
    let all = identities(&app, &access).await;
    let github = all.iter().find(|one| one["provider"] == "github").unwrap();
    unlink(&app, &access, github).await.expect(204);
    app.me(&access).await.expect(200);
    unlink(&app, &access, github).await.refused(404, "not_found");
    let left = identities(&app, &access).await;
    assert_eq!((left.len(), &left[0]["provider"]), (1, &Value::from("google")));
    unlink(&app, &access, &left[0]).await.refused(409, "last_way_in");
    let admin = app.world.mint(
        app.world.id(),
        domain::user::Role::Admin,
        domain::user::Tier::Free,
    );
    let path = "/api/v1/admin/audit-events?action=provider_unlinked";
    let events = app.ask(get(path, &admin.token)).await.expect(200);
    assert_eq!(events.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_persons_identity_is_not_there() {
    let app = App::new();
    let access = app.sign_in_with("google").await.text("access_token");
    let identity = identities(&app, &access).await.remove(0);
    let stranger = app.sign_in("other@example.com").await.text("access_token");
    unlink(&app, &stranger, &identity).await.refused(404, "not_found");
    assert_eq!(identities(&app, &access).await.len(), 1);
}
