//! `GET /api/v1/signals/{id}` (SIG-2, SIG-3, CONV-9).

use domain::user::Role;
use serde_json::json;
use testkit::get;

use super::{App, PATH};

#[tokio::test]
async fn others_see_neither_address_nor_visibility() {
    let app = App::new();
    let (owner, other) = (app.person(Role::User).await, app.person(Role::User).await);
    let path = app.publish(&owner, |_| ()).await;
    let seen = app.get(&path, &other).await.expect(200);
    assert_eq!(seen.json["owned"], false);
    assert_eq!(seen.text("region_code"), "1168010100");
    assert!(!seen.json.to_string().contains("테헤란로"));
    assert!(seen.json.get("visibility").is_none());
    assert!(
        !seen.json.to_string().contains(&owner.user.to_string()),
        "nor who it is"
    );
    let own = app.get(&path, &owner).await.expect(200);
    assert_eq!(own.text("address"), "서울특별시 강남구 테헤란로 1");
}

#[tokio::test]
async fn who_sees_what() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let (user, agent, admin) = (
        app.person(Role::User).await,
        app.person(Role::Agent).await,
        app.person(Role::Admin).await,
    );
    for (visibility, for_user, for_agent) in [
        ("public", true, true),
        ("agents_only", false, true),
        ("private", false, false),
    ] {
        let path = app
            .publish(&owner, |body| body["visibility"] = json!(visibility))
            .await;
        app.get(&path, &owner).await.expect(200);
        for (person, sees) in [(&user, for_user), (&agent, for_agent), (&admin, for_agent)] {
            let answer = app.get(&path, person).await;
            // 404, never 403: whether it exists is its owner's own affair.
            let _ = if sees {
                answer.expect(200)
            } else {
                answer.refused(404, "not_found")
            };
        }
    }
}

#[tokio::test]
async fn what_has_expired_is_its_owners() {
    let app = App::new();
    let (owner, other) = (app.person(Role::User).await, app.person(Role::User).await);
    let end = "2027-01-15T08:01:00Z";
    let path = app.publish(&owner, |body| body["expires_at"] = json!(end)).await;
    app.get(&path, &other).await.expect(200);
    let before = app.get(&path, &owner).await.expect(200);
    let again = async || {
        let mut known = get(&path, &owner.token);
        let tag = before.header("etag").parse().unwrap();
        known.headers_mut().insert("if-none-match", tag);
        app.ask(known).await
    };
    again().await.expect(304);
    app.world.clock.advance_seconds(60);
    app.get(&path, &other).await.refused(404, "not_found");
    let after = again().await.expect(200);
    assert_eq!(
        after.text("state"),
        "expired",
        "what its owner has is another answer"
    );
    assert_eq!(after.header("etag"), "\"v1.over\"");
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let app = App::new();
    let owner = app.person(Role::User).await;
    let path = app.publish(&owner, |_| ()).await;
    let upper = path.rsplit('/').next().unwrap().to_uppercase();
    let paths = [
        "1",
        "0",
        "mine%2F",
        "%00",
        "..%2F..",
        upper.as_str(),
        "01a3185c-5087-7279-8ce1-9b8fd00eeeab",
    ];
    for id in paths {
        app.get(&format!("{PATH}/{id}"), &owner)
            .await
            .refused(404, "not_found");
    }
}
