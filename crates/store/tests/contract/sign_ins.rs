//! `store::sign_in` (AUTH-10): what is let through, what is locked, what is told.

use std::sync::Arc;

use domain::sign_in::Lockout;
use domain::user::User;
use domain::{Email, Id};
use store::session::{Begun, NewSession};
use store::sign_in::{Admission, Alarm, Attempt, Failure, Locked, begin, fail, succeed};
use store::user::Credentials;
use testkit::{Fresh, event};

use crate::data::{DAY, Data, at_once, later};

on_each_engine! { Migrated:
    an_attempt_finds_its_account,
    the_eleventh_attempt_of_a_client_is_refused_for_an_hour,
    of_fifty_parallel_attempts_ten_are_let_through,
    a_success_ends_the_row_of_failures,
    a_row_of_failures_is_forgotten_after_a_day,
    other_clients_and_other_accounts_go_on,
    a_lock_is_told_once,
    nobody_is_told_of_a_lock_on_no_account,
    the_wider_count_refuses_only_clients_that_the_account_does_not_know,
    parallel_attempts_of_many_clients_hardly_pass_the_wider_count,
    the_wider_lock_is_told_once,
    a_new_password_opens_every_lock,
    a_sign_in_that_was_overtaken_by_a_reset_does_not_begin,
    racing_with_a_reset_leaves_no_session_of_the_old_password,
}

const RULES: Lockout = Lockout::DEFAULT;
pub const ADDRESS: &str = "minji@example.com";

/// The attempts of a client on an account.
fn of(account: &str, client: u16) -> Attempt {
    let mut id = [0; 32];
    id[..account.len().min(28)].copy_from_slice(&account.as_bytes()[..account.len().min(28)]);
    let account = id;
    id[30..].copy_from_slice(&client.to_be_bytes());
    Attempt { id, account }
}

pub async fn tries(data: &Data, account: &str, client: u16) -> Admission {
    let email = Email::parse(account).unwrap();
    begin(data.db(), &of(account, client), &email, &RULES, data.now())
        .await
        .unwrap()
}

/// Whether an attempt is let through; then it is under way.
pub async fn begins(data: &Data, account: &str, client: u16) -> bool {
    matches!(tries(data, account, client).await, Admission::Admitted(_))
}

pub async fn ends(data: &Data, account: &str, client: u16, failure: Failure) -> Option<Locked> {
    let audit = event();
    let alarm = Alarm {
        mail_id: data.id(),
        language: "en",
        audit: &audit,
    };
    let attempt = of(account, client);
    fail(data.db(), &attempt, failure, &RULES, &alarm, data.now())
        .await
        .unwrap()
}

/// Tries a wrong password as the endpoint does: whether it was looked at, and what the owner was told of.
async fn fails(data: &Data, account: &str, client: u16) -> (bool, Option<Locked>) {
    match tries(data, account, client).await {
        Admission::Admitted(_) => (true, ends(data, account, client, Failure::Wrong).await),
        Admission::Locked => (false, ends(data, account, client, Failure::Unseen).await),
        Admission::Busy => (false, None),
    }
}

/// Whether a wrong password is looked at.
pub async fn passes(data: &Data, account: &str, client: u16) -> bool {
    fails(data, account, client).await.0
}

pub async fn signs_in(data: &Data, user: Id<User>, account: &str, client: u16, version: i64) -> bool {
    let (hash, audit) = (data.hash(), event());
    let new = NewSession {
        id: data.id(),
        user,
        refresh_hash: &hash,
        idle_expires_at: later(data.now(), DAY),
        absolute_expires_at: later(data.now(), DAY),
        user_agent: "",
        client_address: "",
        token_version: version,
        now: data.now(),
        audit: &audit,
    };
    let begun = succeed(data.db(), &of(account, client), &new).await.unwrap();
    begun == Begun::Yes
}

pub async fn lockout_mails(data: &Data) -> usize {
    let mails = store::outbox::newest(data.db(), 1000).await.unwrap();
    mails.iter().filter(|mail| mail.template == "lockout").count()
}

async fn credentials(data: &Data, account: &str) -> Option<Credentials> {
    match tries(data, account, 1).await {
        Admission::Admitted(credentials) => credentials,
        Admission::Busy | Admission::Locked => panic!("the attempt was refused"),
    }
}

async fn an_attempt_finds_its_account(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let found = credentials(&data, ADDRESS).await.unwrap();
    assert_eq!((found.id, found.verified), (user, false));
    assert_eq!(found.password_hash.as_deref(), Some("$argon2id$test"));
    assert_eq!(found.grants.token_version, 1);
    assert!(credentials(&data, "nobody@example.com").await.is_none());
    let gone = vec![
        sql::Value::Instant(sql::Instant(data.now().micros())),
        user.uuid().into(),
    ];
    data.run("UPDATE users SET deleted_at = $1 WHERE id = $2", gone)
        .await;
    assert!(
        credentials(&data, ADDRESS).await.is_none(),
        "a deleted account is never served"
    );
}

async fn the_eleventh_attempt_of_a_client_is_refused_for_an_hour(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.register(ADDRESS).await;
    // An account that does not exist is locked alike.
    for account in [ADDRESS, "nobody@example.com"] {
        for number in 1..=10 {
            assert!(passes(&data, account, 1).await, "attempt {number}");
        }
        assert!(!passes(&data, account, 1).await);
    }
    data.clock.advance_seconds(3599);
    assert!(!passes(&data, ADDRESS, 1).await, "knocking does not matter");
    data.clock.advance_seconds(1);
    for number in 1..=10 {
        assert!(passes(&data, ADDRESS, 1).await, "attempt {number} after the lock");
    }
    assert!(!passes(&data, ADDRESS, 1).await);
}

async fn of_fifty_parallel_attempts_ten_are_let_through(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.register(ADDRESS).await;
    let mut other = data.clone();
    other.fresh.db = std::sync::Arc::new(fresh.another_instance());
    for account in [ADDRESS, "nobody@example.com"] {
        let outcomes = at_once(50, |number| {
            let data = if number % 2 == 0 {
                data.clone()
            } else {
                other.clone()
            };
            async move { begins(&data, account, 1).await }
        })
        .await;
        assert_eq!(
            outcomes.into_iter().filter(|passed| *passed).count(),
            10,
            "{account}"
        );
    }
}

async fn a_success_ends_the_row_of_failures(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    for _ in 0..3 {
        for _ in 0..9 {
            assert!(passes(&data, ADDRESS, 1).await);
        }
        assert!(begins(&data, ADDRESS, 1).await);
        // The tenth was right.
        assert!(signs_in(&data, user, ADDRESS, 1, 1).await);
    }
    let count = "SELECT failures FROM account_failures";
    let wide: i64 = data.run(count, Vec::new()).await[0].get(0).unwrap();
    assert_eq!(wide, 27, "a success takes back what it was counted as");
}

async fn a_row_of_failures_is_forgotten_after_a_day(fresh: Fresh) {
    let data = Data::new(&fresh);
    for _ in 0..9 {
        assert!(passes(&data, ADDRESS, 1).await);
    }
    data.clock.advance_seconds(DAY + 1);
    for number in 1..=10 {
        assert!(passes(&data, ADDRESS, 1).await, "attempt {number}");
    }
    assert!(!passes(&data, ADDRESS, 1).await);
}

async fn other_clients_and_other_accounts_go_on(fresh: Fresh) {
    let data = Data::new(&fresh);
    for _ in 0..11 {
        passes(&data, ADDRESS, 1).await;
    }
    assert!(!passes(&data, ADDRESS, 1).await);
    assert!(passes(&data, ADDRESS, 2).await);
    assert!(passes(&data, "other@example.com", 1).await);
}

async fn a_lock_is_told_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let before = data.count("audit_events").await;
    let mut outcomes = Vec::new();
    for _ in 0..14 {
        outcomes.push(fails(&data, ADDRESS, 1).await);
    }
    assert_eq!(outcomes[8], (true, None));
    assert_eq!(outcomes[9], (true, Some(Locked::Client)));
    assert!(outcomes[10..].iter().all(|outcome| *outcome == (false, None)));
    assert_eq!(lockout_mails(&data).await, 1);
    assert_eq!(data.count("audit_events").await, before + 1);
    let filter = store::audit::Filter {
        object: Some(user.uuid()),
        ..Default::default()
    };
    let events = store::audit::list(data.db(), &filter, None, 10).await.unwrap();
    assert_eq!(events[0].object_kind, "user");

    // The next lock is another one.
    data.clock.advance_seconds(3600);
    for _ in 0..12 {
        fails(&data, ADDRESS, 1).await;
    }
    assert_eq!(lockout_mails(&data).await, 2);

    // All at once.
    let others = at_once(24, |_| {
        let data = data.clone();
        async move { fails(&data, ADDRESS, 2).await.1 }
    })
    .await;
    assert_eq!(others.into_iter().flatten().collect::<Vec<_>>(), [Locked::Client]);
    assert_eq!(lockout_mails(&data).await, 3);
}

async fn nobody_is_told_of_a_lock_on_no_account(fresh: Fresh) {
    let data = Data::new(&fresh);
    for _ in 0..12 {
        fails(&data, "nobody@example.com", 1).await;
    }
    assert_eq!(lockout_mails(&data).await, 0);
    assert_eq!(data.count("audit_events").await, 0);
}

async fn the_wider_count_refuses_only_clients_that_the_account_does_not_know(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    assert!(begins(&data, ADDRESS, 999).await);
    assert!(signs_in(&data, user, ADDRESS, 999, 1).await);
    data.clock.advance_seconds(80 * DAY);
    for client in 0..100 {
        assert!(passes(&data, ADDRESS, client).await, "client {client}");
    }
    for client in [100, 101, 0] {
        assert!(!passes(&data, ADDRESS, client).await, "client {client}");
    }
    assert!(passes(&data, ADDRESS, 999).await, "the owner's own");
    data.clock.advance_seconds(3600);
    assert!(passes(&data, ADDRESS, 100).await, "the hour is over");
    data.clock.advance_seconds(11 * DAY);
    for client in 0..100 {
        passes(&data, ADDRESS, client).await;
    }
    assert!(!passes(&data, ADDRESS, 999).await, "known for 90 days");
}

async fn parallel_attempts_of_many_clients_hardly_pass_the_wider_count(fresh: Fresh) {
    let instances = instances(&fresh).await;
    let outcomes = at_once(200, |number| {
        let data = instances[number % INSTANCES].clone();
        async move { begins(&data, ADDRESS, u16::try_from(number).unwrap()).await }
    })
    .await;
    let passed = outcomes.into_iter().filter(|passed| *passed).count();
    // On Postgres by as many as are under way at once: a connection takes one after the other.
    let slack = match fresh.db.engine() {
        sql::Engine::Sqlite => 0,
        sql::Engine::Postgres => INSTANCES,
    };
    assert!((100..=100 + slack).contains(&passed), "{passed} passed");
}

/// As many connections as attempts are under way at once.
const INSTANCES: usize = 8;

/// Each with its connection, which is open: a handle that many use at the same moment for the first time opens one for each of them.
async fn instances(fresh: &Fresh) -> Vec<Data> {
    let mut instances = Vec::new();
    for _ in 0..INSTANCES {
        let mut data = Data::new(fresh);
        data.fresh.db = Arc::new(fresh.another_instance());
        data.count("users").await;
        instances.push(data);
    }
    instances
}

async fn the_wider_lock_is_told_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.register(ADDRESS).await;
    let outcomes = at_once(130, |number| {
        let data = data.clone();
        async move { fails(&data, ADDRESS, u16::try_from(number).unwrap()).await }
    })
    .await;
    let told: Vec<_> = outcomes.into_iter().filter_map(|(_, told)| told).collect();
    assert!(!told.is_empty() && told.iter().all(|told| *told == Locked::Account));
    assert_eq!(lockout_mails(&data).await, 1, "{told:?}");
}

async fn a_new_password_opens_every_lock(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    for client in 0..10 {
        for _ in 0..10 {
            assert!(passes(&data, ADDRESS, client).await);
        }
    }
    assert!(!passes(&data, ADDRESS, 0).await && !passes(&data, ADDRESS, 50).await);
    reset(&data, user).await;
    assert!(passes(&data, ADDRESS, 0).await && passes(&data, ADDRESS, 50).await);
}

/// A new password, by a token of the test's own.
pub async fn reset(data: &Data, user: Id<User>) -> i64 {
    let (token, audit) = (data.hash(), event());
    let end = sql::Value::Instant(sql::Instant(later(data.now(), 900).micros()));
    data.run(
        "UPDATE users SET reset_token_hash = $1, reset_expires_at = $2, reset_used_at = NULL WHERE id = $3",
        vec![(&token).into(), end, user.uuid().into()],
    )
    .await;
    let using = store::password::Reset {
        user,
        token_hash: &token,
        password_hash: "new",
        notice: store::password::Notice {
            mail_id: data.id(),
            language: "en",
        },
        now: data.now(),
        audit: &audit,
    };
    store::password::reset(data.db(), &using).await.unwrap().unwrap()
}

async fn a_sign_in_that_was_overtaken_by_a_reset_does_not_begin(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    assert!(begins(&data, ADDRESS, 1).await);
    let version = reset(&data, user).await;
    assert!(!signs_in(&data, user, ADDRESS, 1, 1).await);
    assert_eq!(data.count("sessions").await, 0);
    assert!(signs_in(&data, user, ADDRESS, 1, version).await);
}

async fn racing_with_a_reset_leaves_no_session_of_the_old_password(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let mut other = data.clone();
    other.fresh.db = std::sync::Arc::new(fresh.another_instance());
    for round in 1..=15 {
        at_once(9, |number| {
            let data = if number % 2 == 0 {
                data.clone()
            } else {
                other.clone()
            };
            async move {
                if number == 4 {
                    reset(&data, user).await;
                } else {
                    signs_in(&data, user, ADDRESS, 1, round).await;
                }
            }
        })
        .await;
        let living = data
            .run("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL", Vec::new())
            .await;
        assert_eq!(living[0].get::<i64>(0).unwrap(), 0, "round {round}");
    }
}
