//! Postgres at the address in the environment.

use spin_sdk::pg::{
    Connection, DbValue, Error, ParameterValue, PgError, QueryError, wit::postgres as blocking,
};

use crate::{Query, capabilities::variant};

pub async fn run(action: &str, query: &Query, body: &[u8]) -> String {
    let address = match query.get("address") {
        Some(address) => address.clone(),
        None => std::env::var("POSTGRES").unwrap_or_default(),
    };
    let statements = String::from_utf8_lossy(body);
    let statements = statements.lines().filter(|line| !line.trim().is_empty());
    let result = match action {
        "run" => run_all(address, statements).await,
        "blocking" => run_blocking(&address, statements).map_err(Error::PgError),
        "echo" => echo(address).await,
        _ => return "no such action".into(),
    };
    result.unwrap_or_else(|error| show_error(&error))
}

/// Each line is a statement, all on one connection; the rows of the last one are the answer.
async fn run_all<'a>(address: String, statements: impl Iterator<Item = &'a str>) -> Result<String, Error> {
    let connection = Connection::open(address).await?;
    let mut shown = String::new();
    for statement in statements {
        let result = connection.query(statement, []).await?;
        let columns: Vec<_> = result
            .columns()
            .iter()
            .map(|column| format!("{:?}", column.data_type))
            .collect();
        let (_, rows, result) = result.into_inner();
        let rows = rows.collect().await;
        result.await.map_err(Error::PgError)?;
        shown = format!(
            "{} {}",
            columns.join(","),
            rows.iter().map(|row| values(row)).collect::<Vec<_>>().join(";")
        );
    }
    Ok(shown)
}

fn run_blocking<'a>(address: &str, statements: impl Iterator<Item = &'a str>) -> Result<String, PgError> {
    let connection = blocking::Connection::open(address)?;
    let mut shown = String::new();
    for statement in statements {
        let set = connection.query(statement, &[])?;
        shown = set
            .rows
            .iter()
            .map(|row| values(row))
            .collect::<Vec<_>>()
            .join(";");
    }
    Ok(shown)
}

/// Parameters of every kind, and how they come back.
async fn echo(address: String) -> Result<String, Error> {
    let statement = "SELECT $1::bool, $2::int2, $3::int4, $4::int8, $5::float4, $6::float8, $7::text, $8::bytea, $9::date, \
        $10::time, $11::timestamp, timezone('UTC', $12::timestamptz), $13::uuid, $14::jsonb, $15::numeric, $16::int4[], $17::text[], $18::text, $19::interval";
    let parameters = vec![
        ParameterValue::Boolean(true),
        ParameterValue::Int16(-2),
        ParameterValue::Int32(3),
        ParameterValue::Int64(i64::MAX),
        ParameterValue::Floating32(0.5),
        ParameterValue::Floating64(0.25),
        ParameterValue::Str("한국어".into()),
        ParameterValue::Binary(vec![0, 255]),
        ParameterValue::Date((2025, 2, 28)),
        ParameterValue::Time((23, 59, 58, 123_456_000)),
        ParameterValue::Datetime((2025, 2, 28, 23, 59, 58, 123_456_000)),
        ParameterValue::Timestamp(1_700_000_000),
        ParameterValue::Uuid("0191d6a4-5d2f-7c3e-8a1b-0123456789ab".into()),
        ParameterValue::Jsonb(b"{\"a\":[1,null]}".to_vec()),
        ParameterValue::Decimal("4.50".into()),
        ParameterValue::ArrayInt32(vec![Some(1), None]),
        ParameterValue::ArrayStr(vec![Some("a".into()), None]),
        ParameterValue::DbNull,
        ParameterValue::Interval(blocking::Interval {
            micros: 1,
            days: 2,
            months: 3,
        }),
    ];
    let connection = Connection::open(address).await?;
    let (_, rows, result) = connection.query(statement, parameters).await?.into_inner();
    let rows = rows.collect().await;
    result.await.map_err(Error::PgError)?;
    Ok(rows.iter().map(|row| values(row)).collect::<Vec<_>>().join(";"))
}

fn values(row: &[DbValue]) -> String {
    row.iter()
        .map(|value| format!("{value:?}").replace("DbValue::", ""))
        .collect::<Vec<_>>()
        .join(" ")
}

fn show_error(error: &Error) -> String {
    match error {
        Error::PgError(PgError::QueryFailed(QueryError::DbError(error))) => {
            format!("SQLSTATE {}", error.code)
        }
        Error::PgError(error) => variant(error),
        other => variant(other),
    }
}
