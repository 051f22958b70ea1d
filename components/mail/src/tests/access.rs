//! Who may drain.

use axum::http::{Method, header};
use guard::route::{Access, table};
use testkit::{get, request};

use super::{App, DRAIN, KEY, drain_request};

#[tokio::test]
async fn every_route_is_for_the_inside() {
    let routes = table(&crate::routes::entries());
    assert_eq!(routes.len(), 1);
    assert!(routes.iter().all(|route| route.access == Access::Internal));
}

#[tokio::test]
async fn without_the_key_there_is_nothing() {
    let app = App::new();
    app.register("minji@example.com").await;
    app.ask(request(Method::POST, DRAIN))
        .await
        .refused(404, "not_found");
    for shown in [
        "Bearer ",
        "Bearer wrong",
        &format!("Basic {KEY}"),
        &format!("Bearer {}", &KEY[1..]),
        &format!("Bearer {}", app.world.stranger().token),
    ] {
        let mut request = request(Method::POST, DRAIN);
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, shown.parse().unwrap());
        app.ask(request).await.refused(404, "not_found");
    }
    let mut twice = drain_request("");
    twice
        .headers_mut()
        .append(header::AUTHORIZATION, "Bearer x".parse().unwrap());
    app.ask(twice).await.refused(404, "not_found");
    assert!(app.mailer.got().is_empty());
    app.drain().await;
    assert_eq!(app.mailer.got().len(), 1);
}

#[tokio::test]
async fn a_limit_is_a_small_number() {
    let app = App::new();
    for query in ["?limit=0", "?limit=1001", "?limit=x", "?all=1"] {
        app.ask(drain_request(query)).await.refused(400, "invalid_query");
    }
    app.ask(get(DRAIN, "")).await.refused(405, "method_not_allowed");
}
