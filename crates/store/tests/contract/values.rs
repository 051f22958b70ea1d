//! Values on their way in and out: the same on every engine (CONV-2).

use domain::{Date, Timestamp};
use sql::{Engine, Instant, Value};
use testkit::Fresh;

use crate::data::Data;

on_each_engine! { Empty:
    instants_keep_their_microseconds,
    instants_compare_by_time,
    days_read_back,
    ids_read_back_and_sort_alike,
    bytes_read_back,
    texts_read_back,
    numbers_and_truths_read_back,
    null_is_null_in_every_type,
    a_wrong_type_is_said_so,
    parameters_may_be_used_twice,
}

/// A table with one column of each type, as the migrations declare them.
async fn table(fresh: &Fresh) -> Data {
    let data = Data::new(fresh);
    let columns = match data.db().engine() {
        Engine::Postgres => "n BIGINT, a TIMESTAMPTZ, d DATE, u UUID, b BYTEA, t TEXT, i BIGINT, f BOOLEAN",
        Engine::Sqlite => "n INTEGER, a TEXT, d TEXT, u TEXT, b BLOB, t TEXT, i INTEGER, f INTEGER",
    };
    data.run(&format!("CREATE TABLE v ({columns})"), Vec::new()).await;
    data
}

/// Writes one value and reads it back twice: from the statement that wrote it and from the table.
async fn back<T: sql::FromValue + PartialEq + std::fmt::Debug>(data: &Data, column: &str, value: Value) -> T {
    let shown = if column == "a" { "utc(a)" } else { column };
    let insert = format!("INSERT INTO v (n, {column}) VALUES ($1, $2) RETURNING {shown}");
    let number = data.count("v").await;
    let returned: T = data.run(&insert, vec![number.into(), value]).await[0]
        .get(0)
        .unwrap();
    let select = format!("SELECT {shown} FROM v WHERE n = $1");
    let read: T = data.run(&select, vec![number.into()]).await[0].get(0).unwrap();
    assert_eq!(returned, read);
    read
}

async fn instants_keep_their_microseconds(fresh: Fresh) {
    let data = table(&fresh).await;
    let texts = [
        "2027-01-15T08:00:00.123457Z",
        "1970-01-01T00:00:00.000000Z",
        "1969-12-31T23:59:59.999999Z",
        "2026-12-31T15:00:00.000001Z",
        "9999-12-31T23:59:59.999999Z",
        "2028-02-29T23:59:59.999000Z",
    ];
    for text in texts {
        let instant = Instant(Timestamp::parse(text).unwrap().micros());
        let read: Instant = back(&data, "a", Value::Instant(instant)).await;
        assert_eq!(Timestamp::from_micros(read.0).to_string(), text);
    }
}

async fn instants_compare_by_time(fresh: Fresh) {
    let data = table(&fresh).await;
    let now = data.now().micros();
    for offset in [-1_000_000, -1, 0, 1, 1_000_000] {
        back::<Instant>(&data, "a", Value::Instant(Instant(now + offset))).await;
    }
    for (comparison, expected) in [("<", 2), ("<=", 3), ("=", 1), (">", 2)] {
        let statement = format!("SELECT COUNT(*) FROM v WHERE a {comparison} $1");
        let rows = data.run(&statement, vec![Value::Instant(Instant(now))]).await;
        assert_eq!(rows[0].get::<i64>(0).unwrap(), expected, "{comparison}");
    }
}

async fn days_read_back(fresh: Fresh) {
    let data = table(&fresh).await;
    for text in ["2028-02-29", "1900-01-01", "9999-12-31", "2026-11-21"] {
        let read: String = back(&data, "d", Value::Day(text.to_owned())).await;
        assert_eq!(Date::parse(&read), Date::parse(text));
        assert_eq!(read, text);
    }
}

async fn ids_read_back_and_sort_alike(fresh: Fresh) {
    let data = table(&fresh).await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        let id = data.id::<()>().uuid();
        assert_eq!(back::<uuid::Uuid>(&data, "u", Value::Uuid(id)).await, id);
        ids.push(id);
    }
    ids.sort();
    let rows = data.run("SELECT u FROM v ORDER BY u", Vec::new()).await;
    let sorted: Vec<uuid::Uuid> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    assert_eq!(ids, sorted);
}

async fn bytes_read_back(fresh: Fresh) {
    let data = table(&fresh).await;
    let every: Vec<u8> = (0..=255).collect();
    for bytes in [Vec::new(), vec![0], every, vec![7; 100_000]] {
        assert_eq!(back::<Vec<u8>>(&data, "b", bytes.clone().into()).await, bytes);
    }
}

async fn texts_read_back(fresh: Fresh) {
    let data = table(&fresh).await;
    let long = "가".repeat(50_000);
    for text in [
        "",
        "'; DROP TABLE v; --",
        "김민지 👩‍👩‍👧",
        "a\n\tb",
        "$1 $2",
        "2027-01-15",
        "\\x00",
        "NULL",
        &long,
    ] {
        assert_eq!(back::<String>(&data, "t", text.into()).await, text);
    }
}

async fn numbers_and_truths_read_back(fresh: Fresh) {
    let data = table(&fresh).await;
    for number in [0, 1, -1, i64::MAX, i64::MIN, 10_000_000_000_000] {
        assert_eq!(back::<i64>(&data, "i", number.into()).await, number);
    }
    for truth in [true, false] {
        assert_eq!(back::<bool>(&data, "f", truth.into()).await, truth);
    }
}

async fn null_is_null_in_every_type(fresh: Fresh) {
    let data = table(&fresh).await;
    assert_eq!(back::<Option<Instant>>(&data, "a", Value::Null).await, None);
    assert_eq!(back::<Option<String>>(&data, "d", Value::Null).await, None);
    assert_eq!(back::<Option<Vec<u8>>>(&data, "b", Value::Null).await, None);
    assert_eq!(back::<Option<String>>(&data, "t", Value::Null).await, None);
    assert_eq!(back::<Option<i64>>(&data, "i", Value::Null).await, None);
    assert_eq!(back::<Option<bool>>(&data, "f", Value::Null).await, None);
    let unset = Value::from(None::<&str>);
    assert_eq!(back::<Option<String>>(&data, "u", unset).await, None);
}

async fn a_wrong_type_is_said_so(fresh: Fresh) {
    let data = table(&fresh).await;
    let row = &data
        .run(
            "INSERT INTO v (t, i) VALUES ($1, $2) RETURNING t, i, b",
            vec!["x".into(), 1.into()],
        )
        .await[0];
    assert!(matches!(
        row.get::<i64>(0),
        Err(sql::Error::Decode {
            column: 0,
            expected: "integer"
        })
    ));
    assert!(matches!(
        row.get::<String>(1),
        Err(sql::Error::Decode { column: 1, .. })
    ));
    assert!(row.get::<Vec<u8>>(2).is_err(), "NULL is no value");
    assert!(row.get::<String>(9).is_err(), "there is no such column");
    assert_eq!(row.get::<Option<Vec<u8>>>(2).unwrap(), None);
}

async fn parameters_may_be_used_twice(fresh: Fresh) {
    let data = table(&fresh).await;
    let instant = Value::Instant(Instant(data.now().micros()));
    let statement = "INSERT INTO v (n, i, a, t) VALUES ($1, $1, $2, $3) RETURNING i, utc(a), t";
    let row = &data.run(statement, vec![5.into(), instant, "t".into()]).await[0];
    assert_eq!(row.get::<i64>(0).unwrap(), 5);
    assert_eq!(row.get::<Instant>(1).unwrap().0, data.now().micros());
}
