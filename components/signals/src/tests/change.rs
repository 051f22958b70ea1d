//! `PATCH /api/v1/signals/{id}` (SIG-2, CONV-6).

use axum::http::Method;
use domain::user::Role;
use serde_json::{Value, json};
use testkit::{Answer, Person, post};

use super::App;

async fn conditional(
    app: &App,
    path: &str,
    person: &Person,
    header: (&'static str, &str),
    body: &Value,
) -> Answer {
    let mut patch = post(path, &person.token, body);
    *patch.method_mut() = Method::PATCH;
    patch.headers_mut().insert(header.0, header.1.parse().unwrap());
    app.ask(patch).await
}

#[tokio::test]
async fn what_is_absent_stays_and_null_removes() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app.publish(&owner, |body| body["floor"] = json!(7)).await;
    app.world.clock.advance_seconds(5);
    let changed = app
        .patch(
            &path,
            &owner,
            &json!({"floor": null, "rooms": 3, "description": "새 소개"}),
        )
        .await
        .expect(200);
    assert_eq!(
        (&changed.json["floor"], &changed.json["rooms"]),
        (&Value::Null, &json!(3))
    );
    assert_eq!(changed.text("description"), "새 소개");
    assert_eq!(changed.json["asking_price"], 1_200_000_000_i64);
    assert_eq!(
        (&changed.json["version"], changed.header("etag")),
        (&json!(2), "\"v2\"")
    );
    assert_ne!(changed.text("updated_at"), changed.text("created_at"));
    let read = app.get(&path, &owner).await.expect(200);
    assert_eq!(read.json, changed.json);
}

#[tokio::test]
async fn a_change_is_checked_like_a_creation() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app.publish(&owner, |_| ()).await;
    let jeonse = json!({"intent": "jeonse", "rooms": -1, "state": "sold"});
    let refused = app
        .patch(&path, &owner, &jeonse)
        .await
        .refused(422, "validation_failed");
    assert_eq!(
        refused.refused_fields(),
        [
            "/state unknown_value",
            "/rooms out_of_range",
            "/asking_price not_allowed",
            "/deposit required"
        ]
    );
    let complete = json!({"intent": "jeonse", "asking_price": null, "deposit": 500_000_000});
    let changed = app.patch(&path, &owner, &complete).await.expect(200);
    assert_eq!(
        (changed.text("intent"), &changed.json["deposit"]),
        ("jeonse".to_owned(), &json!(500_000_000))
    );
    app.patch(&path, &owner, &json!({"owner_id": "x"}))
        .await
        .refused(400, "unknown_field");
}

#[tokio::test]
async fn the_life_of_a_signal_goes_by_its_table() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app.publish(&owner, |body| body["state"] = json!("draft")).await;
    let go = async |state: &str| app.patch(&path, &owner, &json!({ "state": state })).await;
    go("paused").await.refused(409, "forbidden_step");
    for state in ["active", "paused", "active", "matched"] {
        assert_eq!(go(state).await.expect(200).text("state"), state);
    }
    go("active").await.refused(409, "forbidden_step");
    app.patch(&path, &owner, &json!({"rooms": 2}))
        .await
        .refused(409, "forbidden_step");
    go("closed").await.expect(200);
    for state in ["active", "draft", "matched"] {
        go(state).await.refused(409, "forbidden_step");
    }
}

/// SIG-2: what has found somebody ends by no clock, so its owner can close it whenever they come to it.
#[tokio::test]
async fn a_matched_signal_can_be_closed_after_its_end() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let end = "2027-01-15T08:01:00Z";
    let path = app.publish(&owner, |body| body["expires_at"] = json!(end)).await;
    let go = async |state: &str| app.patch(&path, &owner, &json!({ "state": state })).await;
    go("matched").await.expect(200);
    app.world.clock.advance_seconds(60);
    let closed = go("closed").await.expect(200);
    assert_eq!(closed.text("state"), "closed");
    assert_eq!(closed.text("expires_at"), "2027-01-15T08:01:00.000000Z");
}

/// CONV-6, RFC 7396: what every signal has cannot be removed.
#[tokio::test]
async fn null_is_no_value_of_what_a_signal_must_have() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app.publish(&owner, |_| ()).await;
    for name in [
        "state",
        "intent",
        "property_type",
        "region_code",
        "address",
        "area_m2",
        "description",
        "visibility",
    ] {
        app.patch(&path, &owner, &json!({ name: null }))
            .await
            .refused(400, "wrong_type");
    }
    assert_eq!(app.get(&path, &owner).await.expect(200).json["version"], 1);
}

#[tokio::test]
async fn time_ends_a_signal_without_anybodys_help() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app
        .publish(&owner, |body| body["expires_at"] = json!("2027-01-16T08:00:00Z"))
        .await;
    let state = async || app.get(&path, &owner).await.expect(200).text("state");
    assert_eq!(state().await, "active");
    app.world
        .clock
        .set(domain::Timestamp::parse_rfc3339("2027-01-16T08:00:00Z").unwrap());
    let fresh = app
        .world
        .mint(owner.user, Role::User, domain::user::Tier::Premium);
    let read = app.get(&path, &fresh).await.expect(200);
    assert_eq!(read.text("state"), "expired");
    for change in [
        json!({"state": "paused"}),
        json!({"expires_at": "2028-01-01T00:00:00Z"}),
        json!({"state": "active"}),
    ] {
        app.patch(&path, &fresh, &change)
            .await
            .refused(409, "forbidden_step");
    }
}

#[tokio::test]
async fn whoever_means_another_version_changes_nothing() {
    let app = App::new();
    let (owner, other) = (app.person(Role::User).await, app.person(Role::User).await);
    let path = app.publish(&owner, |_| ()).await;
    let body = json!({"rooms": 2});
    let tagged = conditional(&app, &path, &owner, ("if-match", "\"v1\""), &body)
        .await
        .expect(200);
    assert_eq!(tagged.header("etag"), "\"v2\"");
    conditional(&app, &path, &owner, ("if-match", "\"v1\""), &body)
        .await
        .refused(412, "precondition_failed");
    conditional(&app, &path, &other, ("if-match", "\"v2\""), &body)
        .await
        .refused(404, "not_found");
    app.patch(&path, &other, &body).await.refused(404, "not_found");

    let mut delete = testkit::get(&path, &owner.token);
    *delete.method_mut() = Method::DELETE;
    delete.headers_mut().insert("if-match", "\"v1\"".parse().unwrap());
    app.ask(delete).await.refused(412, "precondition_failed");

    let mut known = testkit::get(&path, &owner.token);
    known
        .headers_mut()
        .insert("if-none-match", "\"v2\"".parse().unwrap());
    let unchanged = app.ask(known).await.expect(304);
    assert_eq!(
        (unchanged.json, unchanged.headers["etag"].to_str().unwrap()),
        (Value::Null, "\"v2\"")
    );
    assert_eq!(unchanged.headers["cache-control"], "private, no-cache");
}

#[tokio::test]
async fn parallel_changes_of_different_fields_all_count() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app.publish(&owner, |_| ()).await;
    let (floor, rooms) = (json!({"floor": 3}), json!({"rooms": 4}));
    let (a, b) = tokio::join!(app.patch(&path, &owner, &floor), app.patch(&path, &owner, &rooms));
    a.expect(200);
    b.expect(200);
    let read = app.get(&path, &owner).await.expect(200);
    assert_eq!(
        (&read.json["floor"], &read.json["rooms"], &read.json["version"]),
        (&json!(3), &json!(4), &json!(3))
    );
}
