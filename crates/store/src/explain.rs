//! How an engine goes about a statement: for tests, and for people who tune it.

use sql::{Database, Engine, Error, Value};

/// The engine's plan, one line for each step.
pub(crate) async fn explain(
    db: &Database,
    (statement, parameters): (String, Vec<Value>),
) -> Result<Vec<String>, Error> {
    let (explain, column) = match db.engine() {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        Engine::Postgres => ("EXPLAIN", 0),
    };
    let rows = db.query(&format!("{explain} {statement}"), parameters).await?;
    rows.iter().map(|row| row.get(column)).collect()
}
