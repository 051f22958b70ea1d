//! Failures: what trying again may mend, and what it will not.

use std::sync::Arc;

use sql::native::{NativePostgres, NativeSqlite};
use sql::{Database, Engine, Error};
use testkit::{Fresh, event};

use crate::data::{Data, flat};

on_each_engine! { Migrated:
    a_broken_rule_of_the_schema_is_a_failure,
    a_mistake_in_a_statement_is_a_failure,
    a_parameter_of_the_wrong_type_is_a_failure,
    a_failure_does_not_spoil_the_connection,
    a_lost_connection_is_unavailable_once,
}

fn failed<T: std::fmt::Debug>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Failed(_)))
}

fn unavailable<T: std::fmt::Debug>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Unavailable(_)))
}

async fn a_broken_rule_of_the_schema_is_a_failure(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let nobody = store::signal::create(
        data.db(),
        data.id(),
        data.id(),
        (&flat(), domain::signal::State::Active),
        &event(),
        data.now(),
    )
    .await;
    assert!(matches!(nobody, Ok(None)), "an owner without a row: {nobody:?}");
    let signal = data.publish(user, &flat()).await;
    let gone = data.person().await;
    data.run(
        "UPDATE users SET deleted_at = created_at WHERE id = $1",
        vec![gone.uuid().into()],
    )
    .await;
    let left = store::signal::create(
        data.db(),
        data.id(),
        gone,
        (&flat(), domain::signal::State::Active),
        &event(),
        data.now(),
    )
    .await;
    assert!(matches!(left, Ok(None)), "an owner who has left: {left:?}");
    let twice = store::signal::create(
        data.db(),
        signal.id,
        data.person().await,
        (&flat(), domain::signal::State::Active),
        &event(),
        data.now(),
    )
    .await;
    assert!(matches!(twice, Ok(None)), "an id twice: {twice:?}");
    let checks = [
        "UPDATE users SET tier = 'gold'",
        "UPDATE users SET role = 'root'",
        "UPDATE users SET email = NULL",
        "UPDATE signals SET asking_price = NULL",
        "UPDATE signals SET deposit = 1",
        "UPDATE signals SET area = 0",
        "UPDATE signals SET state = 'gone'",
        "DELETE FROM users",
    ];
    for statement in checks {
        let outcome = data.db().query(statement, Vec::new()).await;
        assert!(failed(&outcome), "{statement}: {outcome:?}");
    }
}

async fn a_mistake_in_a_statement_is_a_failure(fresh: Fresh) {
    for statement in ["SELEC 1", "SELECT * FROM nowhere", "SELECT nothing FROM users"] {
        let outcome = fresh.db.query(statement, Vec::new()).await;
        assert!(failed(&outcome), "{statement}: {outcome:?}");
    }
}

async fn a_parameter_of_the_wrong_type_is_a_failure(fresh: Fresh) {
    // SQLite's STRICT tables and Postgres both refuse text in a column of integers; neither was unreachable.
    let data = Data::new(&fresh);
    data.person().await;
    let outcome = data
        .db()
        .query("UPDATE users SET version = $1", vec!["many".into()])
        .await;
    assert!(failed(&outcome), "{outcome:?}");
}

async fn a_failure_does_not_spoil_the_connection(fresh: Fresh) {
    let data = Data::new(&fresh);
    assert!(failed(&data.db().query("SELEC 1", Vec::new()).await));
    data.person().await;
    assert_eq!(data.count("users").await, 1);
}

async fn a_lost_connection_is_unavailable_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    if data.db().engine() == Engine::Sqlite {
        // There is no connection to lose; a locked file is what comes nearest.
        return locked_file(&data).await;
    }
    let held = data.run("SELECT pg_backend_pid()", Vec::new()).await;
    let pid: i64 = held[0].get(0).unwrap();
    let killer = fresh.another_instance();
    killer
        .query(&format!("SELECT pg_terminate_backend({pid})"), Vec::new())
        .await
        .unwrap();
    let first = data.db().query("SELECT 1", Vec::new()).await;
    assert!(unavailable(&first), "{first:?}");
    assert_eq!(
        data.count("users").await,
        0,
        "the next statement has a connection again"
    );
}

async fn locked_file(data: &Data) {
    let writer = data.db().begin().await.unwrap();
    let blocked = Arc::clone(&data.fresh.db);
    let outcome =
        tokio::spawn(async move { blocked.query("UPDATE users SET version = 1", Vec::new()).await });
    let outcome = outcome.await.unwrap();
    assert!(
        unavailable(&outcome),
        "locked for longer than the busy timeout: {outcome:?}"
    );
    drop(writer);
    data.run("UPDATE users SET version = 1", Vec::new()).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let nowhere = Database::new(NativePostgres::new("postgres://nobody@127.0.0.1:1/none"));
    let outcome = nowhere.query("SELECT 1", Vec::new()).await;
    assert!(unavailable(&outcome), "{outcome:?}");
    assert!(
        nowhere
            .begin()
            .await
            .is_err_and(|error| matches!(error, Error::Unavailable(_)))
    );
    assert!(
        unavailable(&store::health::schema_version(&nowhere).await),
        "not mistaken for an empty database"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_unavailable() {
    let nowhere = Database::new(NativeSqlite::new("/nonexistent/folder/test.db"));
    let outcome = nowhere.query("SELECT 1", Vec::new()).await;
    assert!(unavailable(&outcome), "{outcome:?}");
    assert!(
        unavailable(&store::health::schema_version(&nowhere).await),
        "not mistaken for an empty database"
    );
}

#[tokio::test]
async fn a_full_disk_is_unavailable() {
    // As Postgres says of its own (53100): it may be well again later, and no mistake of ours.
    let data = Data::new(&Fresh::sqlite());
    data.run("PRAGMA max_page_count = 1", Vec::new()).await;
    let outcome = data.db().query("CREATE TABLE more (b BLOB)", Vec::new()).await;
    assert!(unavailable(&outcome), "{outcome:?}");
}
