//! The names of regions; see the migration for where they come from.

use domain::region::{Region, RegionPrefix, Regions};
use sql::{Database, Error};

use crate::codec::{read_optional_text, read_text};

/// All of them, some hundred rows: read once and kept.
///
/// # Errors
/// [`Error`].
pub async fn all(db: &Database) -> Result<Regions, Error> {
    let rows = db
        .query("SELECT code, parent, name_ko, name_en FROM regions", Vec::new())
        .await?;
    let regions: Result<Vec<_>, Error> = rows
        .iter()
        .map(|row| {
            Ok(Region {
                code: read_text(row, 0, "region", RegionPrefix::parse)?,
                parent: read_optional_text(row, 1, "region", RegionPrefix::parse)?,
                name_ko: row.get(2)?,
                name_en: row.get(3)?,
            })
        })
        .collect();
    Ok(Regions::new(regions?))
}
