//! `sql::Transaction`: everything or nothing.

use testkit::Fresh;

use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    a_dropped_transaction_leaves_nothing,
    a_rolled_back_transaction_leaves_nothing_and_no_lock,
    a_failed_statement_leaves_nothing,
    a_committed_transaction_stays,
    nobody_sees_what_is_not_committed,
    parallel_transactions_lose_no_update,
}

const INSERT: &str = "INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at)
    SELECT $1, id, 'test', created_at, created_at FROM users";

async fn a_dropped_transaction_leaves_nothing(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.person().await;
    let before = data.count("one_time_tokens").await;
    for _ in 0..3 {
        let transaction = data.db().begin().await.unwrap();
        transaction
            .query(INSERT, vec![data.hash().to_vec().into()])
            .await
            .unwrap();
        drop(transaction);
        assert_eq!(data.count("one_time_tokens").await, before);
    }
    // Whatever the abandoned ones held is free again.
    data.person().await;
}

async fn a_rolled_back_transaction_leaves_nothing_and_no_lock(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.person().await;
    let before = data.count("one_time_tokens").await;
    let transaction = data.db().begin().await.unwrap();
    transaction
        .query(INSERT, vec![data.hash().to_vec().into()])
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(data.count("one_time_tokens").await, before);
    data.person().await;
}

async fn a_failed_statement_leaves_nothing(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.person().await;
    let before = data.count("one_time_tokens").await;
    let transaction = data.db().begin().await.unwrap();
    let hash = data.hash().to_vec();
    transaction
        .query(INSERT, vec![hash.clone().into()])
        .await
        .unwrap();
    let double = transaction.query(INSERT, vec![hash.into()]).await;
    assert!(matches!(double, Err(sql::Error::Failed(_))), "{double:?}");
    drop(transaction);
    assert_eq!(data.count("one_time_tokens").await, before);
}

async fn a_committed_transaction_stays(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.person().await;
    let before = data.count("one_time_tokens").await;
    let transaction = data.db().begin().await.unwrap();
    assert_eq!(transaction.engine(), data.db().engine());
    transaction
        .query(INSERT, vec![data.hash().to_vec().into()])
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(data.count("one_time_tokens").await, before + 1);
    let elsewhere = fresh.another_instance();
    let rows = elsewhere
        .query("SELECT COUNT(*) FROM one_time_tokens", Vec::new())
        .await
        .unwrap();
    assert_eq!(rows[0].get::<i64>(0).unwrap(), before + 1);
}

async fn nobody_sees_what_is_not_committed(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.person().await;
    let before = data.count("one_time_tokens").await;
    let transaction = data.db().begin().await.unwrap();
    transaction
        .query(INSERT, vec![data.hash().to_vec().into()])
        .await
        .unwrap();
    // The held connection is another one: single statements of other requests do not fall into the transaction.
    assert_eq!(data.count("one_time_tokens").await, before);
    let seen = transaction
        .query("SELECT COUNT(*) FROM one_time_tokens", Vec::new())
        .await
        .unwrap();
    assert_eq!(seen[0].get::<i64>(0).unwrap(), before + 1);
    transaction.commit().await.unwrap();
}

async fn parallel_transactions_lose_no_update(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    at_once(20, |_| {
        let data = data.clone();
        async move {
            let transaction = data.db().begin().await.unwrap();
            let raise = "UPDATE users SET token_version = token_version + 1 WHERE id = $1";
            transaction.query(raise, vec![user.uuid().into()]).await.unwrap();
            transaction.commit().await.unwrap();
        }
    })
    .await;
    let rows = data.run("SELECT token_version FROM users", Vec::new()).await;
    assert_eq!(rows[0].get::<i64>(0).unwrap(), 21);
}
