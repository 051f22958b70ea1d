//! Who may call what (GUARD-1 to GUARD-4, CONV-9).

use guard::route::{Access, Limit, table};
use testkit::{Fresh, World, request};

use super::{App, PATH, flat};
use crate::routes::entries;

#[tokio::test]
async fn every_route_wants_a_token() {
    let app = App::new();
    let routes = table(&entries());
    assert_eq!(routes.len(), 4);
    for route in routes {
        assert_eq!(route.access, Access::User, "{}", route.path);
        let path = route.path.replace("{id}", "01a3185c-5087-7279-8ce1-9b8fd00eeeab");
        app.ask(request(route.method, &path))
            .await
            .refused(401, "authentication_required");
    }
}

/// What costs money is limited like messages to the assistant; looking at the history is not.
#[tokio::test]
async fn ten_checks_in_a_minute_are_enough() {
    let app = App::new();
    let person = app.person().await;
    for _ in 0..10 {
        app.post(&person, &flat()).await.expect(201);
    }
    let refused = app.post(&person, &flat()).await.refused(429, "quota_exceeded");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(app.planner.told().len(), 10);
    app.get(PATH, &person).await.expect(200);
    let other = app.person().await;
    app.post(&other, &flat()).await.expect(201);
    let posts: Vec<_> = table(&entries())
        .into_iter()
        .filter(|route| route.limit == Limit::Chat)
        .collect();
    assert_eq!(posts.len(), 1);
}

#[tokio::test]
async fn anothers_check_is_not_there() {
    let app = App::new();
    let (owner, other) = (app.person().await, app.person().await);
    let path = app
        .post(&owner, &flat())
        .await
        .expect(201)
        .header("location")
        .to_owned();
    app.get(&path, &other).await.refused(404, "not_found");
    app.delete(&path, &other).await.refused(404, "not_found");
    let list = app.get(PATH, &other).await.expect(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 0);
    app.get(&path, &owner).await.expect(200);
    app.get(&format!("{PATH}/nonsense"), &owner)
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn a_broken_revocation_store_lets_nobody_in() {
    let app = App::new();
    let person = app.person().await;
    app.world.revocations.break_down(true);
    app.post(&person, &flat()).await.refused(503, "store_unavailable");
    assert!(app.planner.told().is_empty());
}

#[tokio::test]
async fn a_mistake_of_ours_shows_nothing_of_ours() {
    let app = App::with(World::over(Fresh::empty_sqlite()), 100_000);
    let person = app.world.stranger();
    let answer = app.post(&person, &flat()).await.refused(500, "internal_error");
    let text = answer.json.to_string();
    assert!(!text.contains("table") && !text.contains("8333334"), "{text}");
}
