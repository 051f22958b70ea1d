//! `Idempotency-Key` (CONV-7).

use domain::user::Role;
use serde_json::{Value, json};
use testkit::{Answer, Person, post};

use super::{App, PATH, flat, items};

async fn with_key(app: &App, person: &Person, key: &str, body: &Value) -> Answer {
    let mut request = post(PATH, &person.token, body);
    request
        .headers_mut()
        .insert("idempotency-key", key.parse().unwrap());
    app.ask(request).await
}

#[tokio::test]
async fn the_same_request_is_answered_alike_and_done_once() {
    let app = App::new();
    let (owner, other) = (app.person(Role::User).await, app.person(Role::User).await);
    let first = with_key(&app, &owner, "key-1", &flat()).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    app.world.clock.advance_seconds(3600);
    let owner = app
        .world
        .mint(owner.user, Role::User, domain::user::Tier::Premium);
    let again = with_key(&app, &owner, "key-1", &flat()).await.expect(201);
    assert_eq!(again.json, first.json);
    for name in ["location", "etag", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_eq!(again.header("idempotency-replayed"), "true");
    let mine = app.get(&format!("{PATH}/mine"), &owner).await.expect(200);
    assert_eq!(items(&mine).len(), 1);

    let mut changed = flat();
    changed["rooms"] = json!(5);
    with_key(&app, &owner, "key-1", &changed)
        .await
        .refused(422, "idempotency_key_reused");
    with_key(&app, &owner, "key-2", &changed).await.expect(201);
    let other = app
        .world
        .mint(other.user, Role::User, domain::user::Tier::Premium);
    with_key(&app, &other, "key-1", &changed).await.expect(201);
}

#[tokio::test]
async fn a_refused_request_does_not_use_its_key_up() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let mut wrong = flat();
    wrong["asking_price"] = json!(-1);
    with_key(&app, &owner, "key-1", &wrong)
        .await
        .refused(422, "validation_failed");
    with_key(&app, &owner, "key-1", &flat()).await.expect(201);
}

#[tokio::test]
async fn a_key_is_visible_and_short() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    for key in ["", "with blank", &"k".repeat(256)] {
        with_key(&app, &owner, key, &flat())
            .await
            .refused(400, "invalid_idempotency_key");
    }
    with_key(&app, &owner, &"k".repeat(255), &flat())
        .await
        .expect(201);
}
