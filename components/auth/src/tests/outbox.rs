//! `GET /api/v1/dev/outbox` (AUTH-17).

use config::Environment;
use testkit::{World, get, request};

use super::App;

#[tokio::test]
async fn the_outbox_shows_mails_in_the_persons_language() {
    let app = App::new();
    let mut registration = testkit::post(
        "/api/v1/auth/register",
        "",
        &serde_json::json!({"email": "minji@example.com", "password": super::PASSWORD, "name": "김민지"}),
    );
    registration
        .headers_mut()
        .insert("accept-language", "ko-KR,ko;q=0.9".parse().unwrap());
    app.ask(registration).await.expect(202);
    let mail = app.mail("minji@example.com").await;
    let body = mail["body"].as_str().unwrap();
    assert!(
        body.contains("김민지") && body.contains(mail["token"].as_str().unwrap()),
        "{body}"
    );
    assert!(!body.contains('{'), "no placeholder is left: {body}");
    assert!(
        mail["subject"]
            .as_str()
            .unwrap()
            .chars()
            .any(|c| ('가'..='힣').contains(&c))
    );
    app.register("other@example.com").await.expect(202);
    let other = app.mail("other@example.com").await;
    assert!(other["subject"].as_str().unwrap().is_ascii());
}

#[tokio::test]
async fn whoever_leaves_a_mail_rings_and_nobody_else() {
    let app = App::new();
    let rung = || app.bell.count();
    app.register("minji@example.com").await.expect(202);
    assert_eq!(rung(), 1);
    app.register("minji@example.com").await.expect(202);
    assert_eq!(rung(), 2, "a known address gets a mail as well");
    app.register("no address").await.refused(422, "validation_failed");
    app.login("minji@example.com", super::PASSWORD).await;
    assert_eq!(rung(), 2);
}

#[tokio::test]
async fn outside_development_there_is_no_outbox() {
    let app = App::over(World::new(), Environment::Production);
    app.register("minji@example.com").await.expect(202);
    app.ask(get("/api/v1/dev/outbox", ""))
        .await
        .refused(404, "not_found");
    app.ask(get("/api/v1/dev/outbox", &app.world.stranger().token))
        .await
        .refused(404, "not_found");
    app.ask(request(axum::http::Method::POST, "/api/v1/dev/outbox"))
        .await
        .refused(404, "not_found");
}
