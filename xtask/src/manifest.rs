//! What the commands read of `spin.toml`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml_edit::{DocumentMut, Item};

/// A route and the component that answers it.
pub struct Route {
    /// The path pattern, for example `/api/v1/signals/...`.
    pub path: String,
    /// The component's name.
    pub component: String,
}

/// Loads `spin.toml` in a form that keeps comments when written back.
pub fn load(root: &Path) -> Result<DocumentMut> {
    let text = fs::read_to_string(root.join("spin.toml"))
        .context("cannot read spin.toml; is it in the project's root?")?;
    text.parse::<DocumentMut>().map_err(|error| {
        anyhow::anyhow!(
            "spin.toml is broken: {}",
            error.to_string().trim().replace('\n', " ")
        )
    })
}

/// The HTTP routes of the manifest, in its order.
pub fn routes(manifest: &DocumentMut) -> Vec<Route> {
    let triggers = manifest.get("trigger").and_then(|trigger| trigger.get("http"));
    let Some(triggers) = triggers.and_then(Item::as_array_of_tables) else {
        return Vec::new();
    };
    triggers
        .iter()
        .filter_map(|trigger| {
            let text = |key: &str| trigger.get(key).and_then(Item::as_str).map(str::to_owned);
            Some(Route {
                path: text("route")?,
                component: text("component")?,
            })
        })
        .collect()
}
