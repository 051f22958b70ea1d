//! The site: everything that the component `docs` serves, as files in one folder with a list of them.
//!
//! It is made of `openapi.json`, of Swagger UI and Redoc out of their npm packages, and of the guide in `docs/`, rendered by mdBook. The
//! component reads the list (`components/docs/src/site.rs`) and sends the files as they lie there.

pub mod assets;
pub mod book;
pub mod errors;
pub mod links;
pub mod list;

use std::path::Path;

use anyhow::{Context, Result};

use crate::list::{Policy, Site};

/// Makes the site of the project at `root` in the folder `out`, with the npm packages that lie in `packages`. Without them there are no
/// `/docs` and `/redoc`, and the component says so.
///
/// # Errors
/// A source that is missing or broken, and a link in the guide that leads nowhere.
pub fn make(root: &Path, packages: Option<&Path>, out: &Path) -> Result<()> {
    let mut site = Site::open(out)?;
    let document = root.join("openapi.json");
    let document = std::fs::read(&document).with_context(|| format!("cannot read {}", document.display()))?;
    site.add("/openapi.json", &document, Policy::Data)?;
    let icon = std::fs::read(root.join("docs/theme/icon.svg")).context("docs/theme has no icon.svg")?;
    let icon = site.add_asset("icon.svg", &icon)?;
    book::add(&mut site, &root.join("docs"), &icon)?;
    if let Some(packages) = packages {
        assets::add(&mut site, &root.join("components/docs/assets"), packages, &icon)?;
    }
    site.close()
}
