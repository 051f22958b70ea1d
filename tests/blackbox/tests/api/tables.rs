//! The route tables of every component, as the components have them.

use config::Environment;
use guard::route::{Route, table};

/// Component and table. `cargo xtask new-component` adds a row.
pub fn tables() -> Vec<(&'static str, Vec<Route>)> {
    vec![
        ("affordability", table(&affordability::routes::entries())),
        ("analysis", table(&analysis::routes::entries())),
        ("auth", table(&auth::routes::entries(Environment::Development))),
        ("contracts", table(&contracts::routes::entries())),
        ("health", table(&health::routes::entries())),
        ("mail", table(&mail::routes::entries())),
        ("maintenance", table(&maintenance::routes::entries())),
        ("progress", table(&progress::routes::entries())),
        ("signals", table(&signals::routes::entries())),
        ("docs", table(&docs::routes::entries())),
    ]
}
