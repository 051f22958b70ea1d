//! SQLite, through the asynchronous functions and the blocking ones.

use spin_sdk::sqlite::{Connection, Error, RowResult, Value, wit::sqlite as blocking};

use crate::Query;

pub async fn run(action: &str, query: &Query, body: &[u8]) -> String {
    let database = query.get("db").map_or("default", String::as_str);
    let statements = String::from_utf8_lossy(body);
    let statements = statements.lines().filter(|line| !line.trim().is_empty());
    let result = match action {
        "run" => run_all(database, statements).await,
        "blocking" => run_blocking(database, statements),
        "undrained" => undrained(database, statements).await,
        "separate" => separate(database).await,
        "values" => values(database).await,
        "open-many" => return open_many(database).await,
        _ => return "no such action".into(),
    };
    result.unwrap_or_else(|error| format!("{error:?}"))
}

/// Each line is a statement, all on one connection; the rows of the last one are the answer.
async fn run_all<'a>(database: &str, statements: impl Iterator<Item = &'a str>) -> Result<String, Error> {
    let connection = Connection::open(database).await?;
    let mut shown = String::new();
    for statement in statements {
        let result = connection.execute(statement, []).await?;
        let columns = result.columns().join(",");
        shown = format!("[{columns}] {}", rows(&result.collect().await?));
    }
    let changes = connection.changes().await;
    Ok(format!(
        "{shown} changes={changes} rowid={}",
        connection.last_insert_rowid().await
    ))
}

fn run_blocking<'a>(database: &str, statements: impl Iterator<Item = &'a str>) -> Result<String, Error> {
    let connection = blocking::Connection::open(database)?;
    let mut shown = String::new();
    for statement in statements {
        let result = connection.execute(statement, &[])?;
        shown = format!("[{}] {}", result.columns.join(","), rows(&result.rows));
    }
    Ok(format!(
        "{shown} changes={} rowid={}",
        connection.changes(),
        connection.last_insert_rowid()
    ))
}

/// What each statement says at once, and what it says when it is drained.
async fn undrained<'a>(database: &str, statements: impl Iterator<Item = &'a str>) -> Result<String, Error> {
    let connection = Connection::open(database).await?;
    let mut shown = Vec::new();
    for statement in statements {
        let result = connection.execute(statement, []).await;
        let at_once = if result.is_ok() { "ok" } else { "failed" };
        let drained = match result?.collect().await {
            Ok(_) => "ok".to_owned(),
            Err(error) => format!("{error:?}"),
        };
        shown.push(format!("{at_once} then {drained}"));
    }
    Ok(shown.join("\n"))
}

/// A temporary table is seen by the connection that made it only.
async fn separate(database: &str) -> Result<String, Error> {
    let one = Connection::open(database).await?;
    let other = Connection::open(database).await?;
    one.execute("CREATE TEMP TABLE mine (x)", [])
        .await?
        .collect()
        .await?;
    let own = one
        .execute("SELECT * FROM mine", [])
        .await?
        .collect()
        .await
        .is_ok();
    let others = other
        .execute("SELECT * FROM mine", [])
        .await?
        .collect()
        .await
        .is_ok();
    Ok(format!("own {own} other {others}"))
}

async fn values(database: &str) -> Result<String, Error> {
    let connection = Connection::open(database).await?;
    let parameters = [
        Value::Integer(i64::MAX),
        Value::Real(0.5),
        Value::Text("한국어".into()),
        Value::Blob(vec![0, 255]),
        Value::Null,
    ];
    let result = connection
        .execute("SELECT $1, $2, $3, $4, $5", parameters)
        .await?;
    Ok(rows(&result.collect().await?))
}

async fn open_many(database: &str) -> String {
    let mut open = Vec::new();
    loop {
        match Connection::open(database).await {
            Ok(connection) => open.push(connection),
            Err(error) => return format!("{} {error:?}", open.len()),
        }
    }
}

fn rows(rows: &[RowResult]) -> String {
    let row = |row: &RowResult| row.values.iter().map(value).collect::<Vec<_>>().join(",");
    rows.iter().map(row).collect::<Vec<_>>().join(";")
}

fn value(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => format!("{bytes:?}"),
        Value::Null => "NULL".into(),
    }
}
