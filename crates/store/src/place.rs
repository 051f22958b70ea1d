//! Where addresses are, roughly (AUTH-12): ranges that the operator loads, looked up when a session begins.

use sql::{Database, Error, Value};

/// How many rows one statement writes; SQLite takes 32 766 parameters, Postgres 65 535.
const CHUNK: usize = 1_000;

/// A range of addresses, both ends included, as [`domain::place::address_key`] gives them.
pub struct Range {
    /// The first address.
    pub low: String,
    /// The last address.
    pub high: String,
    /// What a person calls it, such as `Seoul, KR`.
    pub place: String,
}

/// Puts these ranges in the place of all that were there; sessions keep the place that they began in. One transaction.
///
/// # Errors
/// [`Error`]; then the old ranges are still there.
pub async fn replace(db: &Database, ranges: &[Range]) -> Result<(), Error> {
    let transaction = db.begin().await?;
    transaction.query("DELETE FROM places", Vec::new()).await?;
    for chunk in ranges.chunks(CHUNK) {
        let marks: Vec<String> = (0..chunk.len())
            .map(|row| format!("(${}, ${}, ${})", 3 * row + 1, 3 * row + 2, 3 * row + 3))
            .collect();
        let statement = format!(
            "INSERT INTO places (low, high, place) VALUES {}",
            marks.join(", ")
        );
        let parameters: Vec<Value> = chunk
            .iter()
            .flat_map(|range| [&range.low, &range.high, &range.place])
            .map(|text| text.as_str().into())
            .collect();
        transaction.query(&statement, parameters).await?;
    }
    transaction.commit().await
}
