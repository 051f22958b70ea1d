//! Routes: Spin's own router, asked for every route of the manifest, finds that route.

use realcare_house::{expect_none, toml};

/// The routes in the manifest's order, in the router's spelling.
fn routes() -> Vec<String> {
    let manifest = toml("spin.toml");
    let triggers = manifest
        .get("trigger")
        .and_then(|trigger| trigger.get("http"))
        .and_then(toml::Value::as_array)
        .expect("spin.toml has [[trigger.http]]");
    let route = |trigger: &toml::Value| {
        trigger
            .get("route")?
            .as_str()
            .map(|route| route.replace("/...", "/*"))
    };
    triggers.iter().filter_map(route).collect()
}

#[test]
fn every_route_reaches_its_own_component() {
    let routes = routes();
    let mut router = routefinder::Router::new();
    for route in &routes {
        router
            .add(route.as_str(), route.clone())
            .expect("the router takes the route");
    }
    let lost: Vec<String> = routes
        .iter()
        .filter_map(|route| {
            let path = route.replace("/*", "/some/thing");
            let found = router.best_match(&path).map(|found| found.handler().clone());
            (found.as_ref() != Some(route)).then(|| format!("{path} goes to {found:?} instead of {route}"))
        })
        .collect();
    expect_none(
        lost,
        "Spin's router orders routes with dots inconsistently: keep the catch-all first and routes with dots second",
    );
}
