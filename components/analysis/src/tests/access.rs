//! Who may have analyses worked on.

use axum::http::{Method, header};
use guard::route::{Access, table};
use testkit::{get, request};

use super::{App, KEY, RUN};

#[tokio::test]
async fn every_route_is_for_the_inside() {
    let routes = table(&crate::routes::entries());
    assert_eq!(routes.len(), 1);
    assert!(routes.iter().all(|route| route.access == Access::Internal));
}

#[tokio::test]
async fn without_the_key_there_is_nothing() {
    let app = App::new();
    app.waiting().await;
    app.ask(request(Method::POST, RUN))
        .await
        .refused(404, "not_found");
    let token = format!("Bearer {}", app.world.stranger().token);
    for shown in ["Bearer wrong", &format!("Basic {KEY}"), &token] {
        let mut request = request(Method::POST, RUN);
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, shown.parse().unwrap());
        app.ask(request).await.refused(404, "not_found");
    }
    assert!(app.analyst.asked().is_empty());
    app.ask(get(RUN, "")).await.refused(405, "method_not_allowed");
    assert_eq!(app.run().await, [1, 0, 0, 0]);
}
