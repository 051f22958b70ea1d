//! What `store` promises, run on every engine: SQLite always, Postgres where `REALCARE_TEST_POSTGRES_URL` names a server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

/// Makes each `async fn name(Fresh)` of a file a test on each engine.
macro_rules! on_each_engine {
    ($state:ident: $($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
            async fn $name() {
                testkit::on_sqlite(testkit::State::$state, super::$name).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
            async fn $name() {
                testkit::on_postgres(testkit::State::$state, super::$name).await;
            })+
        }
    };
}

mod accounts;
mod agents;
mod analyses;
mod analysis_work;
mod audit;
mod contract_changes;
mod contracts;
mod data;
mod errors;
mod health;
mod idempotency_keys;
mod interests;
mod invariants;
mod managed_accounts;
mod one_time_tokens;
mod outbox;
mod outbox_delivery;
mod passwords;
mod places;
mod provider_buckets;
mod provider_unlinks;
mod provider_visits;
mod providers;
mod reality_checks;
mod regions;
mod search;
mod search_filters;
mod search_pages;
mod search_plans;
mod search_text;
mod session_races;
mod sessions;
mod sign_ins;
mod sign_ins_under_way;
mod sign_outs;
mod signals;
mod sweeps;
mod tasks;
mod timeline_races;
mod timelines;
mod transactions;
mod upcoming;
mod users;
mod values;
