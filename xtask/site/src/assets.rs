//! The pages to try and to read the API: Swagger UI and Redoc, as their packages bring them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::list::{Policy, Site};

/// Where Redoc would load a picture from, and an empty picture in its place: nothing comes from anywhere else.
const REDOC_PICTURE: &str = "https://cdn.redoc.ly/redoc/logo-mini.svg";
const EMPTY_PICTURE: &str = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/// Adds both pages; `own` holds what is ours of them, `packages` is a `node_modules`, `icon` an address.
///
/// # Errors
/// A file that is missing, or that has not the form that is expected here.
pub fn add(site: &mut Site, own: &Path, packages: &Path, icon: &str) -> Result<()> {
    let swagger = packages.join("swagger-ui-dist");
    let redoc = text(&packages.join("redoc/bundles/redoc.standalone.js"))?;
    if redoc.matches(REDOC_PICTURE).count() != 1 {
        bail!("Redoc names its picture {REDOC_PICTURE} not once: look at the new version");
    }
    let redoc = redoc.replace(REDOC_PICTURE, EMPTY_PICTURE);
    let docs = [
        ("{{icon}}", icon.to_owned()),
        (
            "{{style}}",
            site.add_asset(
                "swagger-ui.css",
                text(&swagger.join("swagger-ui.css"))?.as_bytes(),
            )?,
        ),
        (
            "{{script}}",
            site.add_asset(
                "swagger-ui.js",
                text(&swagger.join("swagger-ui-bundle.js"))?.as_bytes(),
            )?,
        ),
        (
            "{{start}}",
            site.add_asset("docs.js", text(&own.join("docs.js"))?.as_bytes())?,
        ),
    ];
    let docs = fill(&text(&own.join("docs.html"))?, &docs)?;
    site.add("/docs", docs.as_bytes(), Policy::Swagger)?;
    site.add("/docs/", docs.as_bytes(), Policy::Swagger)?;
    let pages = [
        ("{{icon}}", icon.to_owned()),
        ("{{script}}", site.add_asset("redoc.js", redoc.as_bytes())?),
        (
            "{{style}}",
            site.add_asset("redoc.css", text(&own.join("redoc.css"))?.as_bytes())?,
        ),
        (
            "{{start}}",
            site.add_asset("redoc-start.js", text(&own.join("redoc-start.js"))?.as_bytes())?,
        ),
    ];
    let page = fill(&text(&own.join("redoc.html"))?, &pages)?;
    site.add("/redoc", page.as_bytes(), Policy::Redoc)
}

/// The text with each name once replaced by its value.
fn fill(template: &str, values: &[(&str, String)]) -> Result<String> {
    let mut filled = template.to_owned();
    for (name, value) in values {
        if filled.matches(name).count() != 1 {
            bail!("{name} stands not once in a page of components/docs/assets");
        }
        filled = filled.replace(name, value);
    }
    Ok(filled)
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
