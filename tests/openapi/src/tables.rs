//! The route tables of every component with what documents their routes.

use config::Environment;
use guard::route::{Access, Route, operations};
use http_kit::doc::Operation;

/// A component's routes and what documents them.
pub type Table = Vec<(Route, Option<Operation>)>;

/// Component and table, as production has it. `cargo xtask new-component` adds a row.
pub fn tables() -> Vec<(&'static str, Table)> {
    vec![
        ("affordability", operations(&affordability::routes::entries())),
        ("analysis", operations(&analysis::routes::entries())),
        (
            "auth",
            operations(&auth::routes::entries(Environment::Production)),
        ),
        ("contracts", operations(&contracts::routes::entries())),
        ("docs", operations(&docs::routes::entries())),
        ("health", operations(&health::routes::entries())),
        ("mail", operations(&mail::routes::entries())),
        ("maintenance", operations(&maintenance::routes::entries())),
        ("progress", operations(&progress::routes::entries())),
        ("signals", operations(&signals::routes::entries())),
    ]
}

/// Whether a route is in the document. Routes for our own components are nobody else's, and say so by answering 404; pages are for people,
/// and no program has a use for an operation that answers with one.
pub fn is_public(route: &Route) -> bool {
    route.access != Access::Internal && !is_page(route)
}

/// The pages of the API and of the guide, and the files that they are made of.
fn is_page(route: &Route) -> bool {
    let first = route.path.split('/').nth(1);
    first.is_some_and(|segment| ["docs", "redoc"].contains(&segment))
}
