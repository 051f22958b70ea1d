//! Who may call what: every route of every component.

use std::collections::BTreeSet;

use guard::route::{Access, Route};
use realcare_blackbox::{App, Person, refusal};

use crate::tables::tables;

fn listed() -> BTreeSet<String> {
    let list = include_str!("../../public-routes.txt");
    let lines = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// The path with an id in place of each parameter.
fn concrete(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.strip_prefix('{') {
        Some(_) => "01890000-0000-7000-8000-000000000000",
        None => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

// GUARD-1
#[test]
fn the_list_of_public_routes_is_the_tables() {
    let manifest = include_str!("../../../../spin.toml");
    let tables = tables();
    for line in manifest
        .lines()
        .filter_map(|line| line.strip_prefix("component = \""))
    {
        let component = line.trim_end_matches('"');
        assert!(
            tables.iter().any(|(known, _)| *known == component),
            "{component} serves routes and is not walked: add it to tables.rs"
        );
    }
    let public = tables.iter().flat_map(|(_, table)| table);
    let public = public.filter(|route| route.access == Access::Public);
    assert_eq!(public.map(name).collect::<BTreeSet<_>>(), listed());
}

// GUARD-1
#[test]
fn every_route_asks_for_a_token_unless_it_is_listed() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let listed = listed();
    for route in tables().iter().flat_map(|(_, table)| table) {
        let name = name(route);
        let path = concrete(route.path);
        let anonymous = client.request(route.method.clone(), &path).send();
        if listed.contains(&name) {
            assert!(
                ![401, 404, 405].contains(&anonymous.status) || path.contains("01890000"),
                "{name}: {anonymous:?}"
            );
            continue;
        }
        if route.access == Access::Internal {
            // Who does not have the key learns nothing, not even that there is one.
            refusal(&anonymous, 404, "not_found");
            let person = client
                .request(route.method.clone(), &path)
                .bearer(&person.access)
                .send();
            refusal(&person, 404, "not_found");
            continue;
        }
        refusal(&anonymous, 401, "authentication_required");
        let forged = client.request(route.method.clone(), &path).bearer("a.b.c").send();
        refusal(&forged, 401, "invalid_token");
        if route.access == Access::Admin {
            let person = client
                .request(route.method.clone(), &path)
                .bearer(&person.access)
                .send();
            refusal(&person, 403, "forbidden");
        }
    }
}

// GUARD-1: outside development the outbox is no route at all.
#[test]
fn production_has_no_development_routes() {
    let app = App::with().variable("environment", "production").start();
    refusal(&app.client().get("/api/v1/dev/outbox").send(), 404, "not_found");
}
