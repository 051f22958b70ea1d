//! `store::sweep` (OPS-7): what is over goes, in batches, and nothing else.

use std::time::Duration;

use domain::signal::{NewSignal, STEPS, State};
use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Engine, Instant, Value};
use store::signal_expiry::expire;
use store::sweep::{BATCH, Sweep, explain, sweep};
use testkit::Fresh;

use crate::data::{Data, at_once, flat, later};

on_each_engine! { Migrated:
    each_sweep_takes_what_is_over_and_nothing_else,
    a_batch_is_bounded,
    sweeps_at_once_share_the_work,
    every_sweep_walks_an_index,
    a_swept_refresh_token_is_refused_like_an_unknown_one,
    signals_follow_their_end_and_look_as_before,
}

const MICROSECOND: Duration = Duration::from_micros(1);
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

fn at(at: Timestamp) -> Value {
    Value::Instant(Instant(at.micros()))
}

/// Writes one row whose age is `at`; `number` makes its key differ.
async fn write(data: &Data, what: Sweep, user: Id<User>, at_: Timestamp, number: u16) {
    let mut key = data.hash();
    key[..2].copy_from_slice(&number.to_be_bytes());
    let (key, at_): (Value, Value) = ((&key).into(), at(at_));
    let (statement, parameters) = match what {
        Sweep::UnknownClients => (
            "INSERT INTO sign_in_attempts (id, account, failures, last_at, retry_at) VALUES ($1, $1, 3, $2, $2)",
            vec![key, at_],
        ),
        Sweep::KnownClients => (
            "INSERT INTO sign_in_attempts (id, account, failures, last_at, retry_at, succeeded_at)
             VALUES ($1, $1, 0, $2, $2, $2)",
            vec![key, at_],
        ),
        Sweep::AccountFailures => (
            "INSERT INTO account_failures (account, failures, ends_at) VALUES ($1, 100, $2)",
            vec![key, at_],
        ),
        Sweep::MailRequests => (
            "INSERT INTO mail_requests (account, purpose, requested_at) VALUES ($1, 'verify_email', $2)",
            vec![key, at_],
        ),
        Sweep::OauthStates => (
            "INSERT INTO oauth_states (state_hash, provider, browser_hash, app_challenge, verifier_sealed, created_at, expires_at)
             VALUES ($1, 'kakao', $1, 'c', $1, $2, $2)",
            vec![key, at_],
        ),
        Sweep::IdempotencyKeys => (
            "INSERT INTO idempotency_keys (user_id, key_hash, request_hash, object_id, claimed_until, expires_at)
             VALUES ($1, $2, $2, $3, $4, $4)",
            vec![user.uuid().into(), key, data.id::<()>().uuid().into(), at_],
        ),
        Sweep::OneTimeTokens => (
            "INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at)
             VALUES ($1, $2, 'verify_email', $3, $3)",
            vec![key, user.uuid().into(), at_],
        ),
        Sweep::RotatedTokens => (
            "INSERT INTO refresh_token_usage (token_hash, session_id, used_at)
             SELECT $1, s.id, $2 FROM sessions s LIMIT 1",
            vec![key, at_],
        ),
        Sweep::Outbox => (
            "INSERT INTO outbox (id, recipient, template, language, created_at, next_attempt_at, sent_at)
             VALUES ($1, 'a@b.example', 'verify_email', 'en', $2, $2, $2)",
            vec![data.id::<()>().uuid().into(), at_],
        ),
    };
    data.run(statement, parameters).await;
}

/// How old a row is when it is over, and its table.
fn over(what: Sweep) -> (Duration, &'static str) {
    let (seconds, table) = match what {
        Sweep::UnknownClients => (DAY, "sign_in_attempts"),
        Sweep::KnownClients => (90 * DAY, "sign_in_attempts"),
        Sweep::AccountFailures => (0, "account_failures"),
        Sweep::MailRequests => (DAY, "mail_requests"),
        Sweep::OauthStates => (DAY, "oauth_states"),
        Sweep::IdempotencyKeys => (0, "idempotency_keys"),
        Sweep::OneTimeTokens => (0, "one_time_tokens"),
        Sweep::RotatedTokens => (91 * DAY, "refresh_token_usage"),
        Sweep::Outbox => (30 * DAY, "outbox"),
    };
    (Duration::from_secs(seconds), table)
}

/// Somebody with a session; what registering and attempts leave by triggers is taken away.
async fn somebody(data: &Data) -> Id<User> {
    let user = data.person().await;
    data.sign_in(user).await;
    data.run("DELETE FROM one_time_tokens", Vec::new()).await;
    data.run("DELETE FROM outbox", Vec::new()).await;
    user
}

async fn each_sweep_takes_what_is_over_and_nothing_else(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = somebody(&data).await;
    let now = data.now();
    for what in Sweep::ALL {
        let (age, table) = over(what);
        for number in 0..3 {
            // The first count of failures that is over is over a microsecond later: a row of them begins anew only then.
            write(&data, what, user, now.minus(age + 2 * MICROSECOND), number).await;
            write(&data, what, user, now.minus(age).plus(MICROSECOND), 10 + number).await;
        }
        // What failing leaves besides, by a trigger.
        if table == "sign_in_attempts" {
            data.run("DELETE FROM account_failures", Vec::new()).await;
        }
        assert_eq!(sweep(data.db(), what, now).await.unwrap(), 3, "{what:?}");
        assert_eq!(sweep(data.db(), what, now).await.unwrap(), 0, "{what:?}");
        assert_eq!(data.count(table).await, 3, "{what:?}");
        data.run(&format!("DELETE FROM {table}"), Vec::new()).await;
    }
    // Mail that still waits is nobody's to sweep, however old.
    write(
        &data,
        Sweep::Outbox,
        user,
        now.minus(Duration::from_secs(365 * DAY)),
        1,
    )
    .await;
    data.run("UPDATE outbox SET sent_at = NULL", Vec::new()).await;
    assert_eq!(sweep(data.db(), Sweep::Outbox, now).await.unwrap(), 0);
    data.run("UPDATE outbox SET failed_at = created_at", Vec::new())
        .await;
    assert_eq!(sweep(data.db(), Sweep::Outbox, now).await.unwrap(), 1);
    // A known client that fails just now is counted, however long ago its last success was.
    let old = now.minus(Duration::from_secs(200 * DAY));
    write(&data, Sweep::KnownClients, user, old, 1).await;
    data.run(
        "UPDATE sign_in_attempts SET last_at = $1, failures = 9",
        vec![at(now)],
    )
    .await;
    assert_eq!(sweep(data.db(), Sweep::KnownClients, now).await.unwrap(), 0);
    assert_eq!(sweep(data.db(), Sweep::UnknownClients, now).await.unwrap(), 0);
    // The account itself, its session and the log of events are as they were.
    for table in ["users", "sessions", "audit_events"] {
        assert!(data.count(table).await > 0, "{table}");
    }
}

async fn fill(data: &Data, rows: u16) {
    let old = data.now().minus(Duration::from_secs(2 * DAY));
    let user = data.person().await;
    for number in 0..rows {
        write(data, Sweep::MailRequests, user, old, number).await;
    }
}

async fn a_batch_is_bounded(fresh: Fresh) {
    let data = Data::new(&fresh);
    fill(&data, 1_100).await;
    let mut batches = Vec::new();
    for _ in 0..4 {
        batches.push(sweep(data.db(), Sweep::MailRequests, data.now()).await.unwrap());
    }
    assert_eq!(batches, [BATCH, BATCH, 100, 0]);
}

async fn sweeps_at_once_share_the_work(fresh: Fresh) {
    let data = Data::new(&fresh);
    fill(&data, 900).await;
    let taken = at_once(6, |_| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            let mut taken = 0;
            for _ in 0..3 {
                taken += sweep(&db, Sweep::MailRequests, data.now()).await.unwrap();
            }
            taken
        }
    })
    .await;
    assert_eq!(taken.iter().sum::<u32>(), 900, "every row once: {taken:?}");
    assert_eq!(data.count("mail_requests").await, 0);
}

async fn every_sweep_walks_an_index(fresh: Fresh) {
    let data = Data::new(&fresh);
    if data.db().engine() == Engine::Postgres {
        // A table without rows is always read whole unless that is forbidden.
        data.run("SET enable_seqscan = off", Vec::new()).await;
        data.run("SET enable_bitmapscan = off", Vec::new()).await;
    }
    for what in Sweep::ALL {
        let plan = explain(data.db(), what, data.now()).await.unwrap();
        match data.db().engine() {
            Engine::Sqlite => assert!(
                plan.starts_with("SEARCH") && plan.contains("INDEX") && !plan.contains("TEMP"),
                "{what:?}: {plan}"
            ),
            Engine::Postgres => assert!(
                plan.contains("Index Scan") && !plan.contains("Sort"),
                "{what:?}: {plan}"
            ),
        }
    }
}

/// AUTH-6: reuse is still recognised as long as it could do harm.
async fn a_swept_refresh_token_is_refused_like_an_unknown_one(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    data.sign_in(user).await;
    let used = data.now();
    write(&data, Sweep::RotatedTokens, user, used, 1).await;
    let rows = data
        .run("SELECT token_hash FROM refresh_token_usage", Vec::new())
        .await;
    let hash: [u8; 32] = rows[0].get::<Vec<u8>>(0).unwrap().try_into().unwrap();
    let last_day = used.plus(Duration::from_secs(90 * DAY));
    assert_eq!(sweep(data.db(), Sweep::RotatedTokens, last_day).await.unwrap(), 0);
    let seen = store::session::find_used(data.db(), &hash, last_day)
        .await
        .unwrap();
    assert!(
        seen.is_some_and(|seen| seen.ended),
        "the session is over and its tokens are known"
    );
    let later = used.plus(Duration::from_secs(92 * DAY));
    assert_eq!(sweep(data.db(), Sweep::RotatedTokens, later).await.unwrap(), 1);
    assert!(
        store::session::find_used(data.db(), &hash, later)
            .await
            .unwrap()
            .is_none()
    );
}

/// SIG-2: the row follows what everybody sees.
async fn signals_follow_their_end_and_look_as_before(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let end = later(data.now(), 60);
    let mut signals = Vec::new();
    for state in State::ALL {
        let new = NewSignal {
            expires_at: Some(end),
            ..flat()
        };
        let signal = data.publish(owner, &new).await.id;
        data.set_state(signal, state.as_str()).await;
        signals.push((signal, state));
    }
    let endless = data.publish(owner, &flat()).await.id;
    assert_eq!(expire(data.db(), end.minus(MICROSECOND)).await.unwrap(), 0);
    let find = async |signal| {
        store::signal::find_own(data.db(), signal, owner)
            .await
            .unwrap()
            .unwrap()
    };
    let mut before = Vec::new();
    for (signal, _) in &signals {
        before.push(find(*signal).await);
    }
    let open = STEPS.iter().filter(|(_, to)| *to == State::Expired).count();
    assert_eq!(
        expire(data.db(), end).await.unwrap(),
        u32::try_from(open).unwrap()
    );
    assert_eq!(expire(data.db(), end).await.unwrap(), 0);
    for ((signal, state), before) in signals.iter().zip(before) {
        let after = find(*signal).await;
        assert_eq!(after.state, state.at(end, Some(end)), "{state:?}");
        assert_eq!(
            after.state,
            before.state.at(end, before.expires_at),
            "as everybody saw it"
        );
        assert_eq!(
            (after.version, after.updated_at),
            (before.version, before.updated_at)
        );
    }
    assert_eq!(find(endless).await.state, State::Active);
}
