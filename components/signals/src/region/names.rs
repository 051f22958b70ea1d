//! The names of regions, held by an instance.

use std::sync::OnceLock;

use domain::region::Regions;
use guard::problem;
use http_kit::Problem;
use store::{Database, region};

/// Read at the first use and kept as long as the instance: they change by migrations only, and an instance serves some hundred requests.
#[derive(Default)]
pub struct Names(OnceLock<Regions>);

impl Names {
    /// The names.
    ///
    /// # Errors
    /// What the database says, at the first use.
    pub async fn get(&self, db: &Database) -> Result<&Regions, Problem> {
        if let Some(regions) = self.0.get() {
            return Ok(regions);
        }
        // Two requests that come first at once both read the same.
        let regions = region::all(db).await.map_err(problem::database)?;
        Ok(self.0.get_or_init(|| regions))
    }
}
