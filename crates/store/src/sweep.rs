//! Sweeping what is over (OPS-7): bounded batches, oldest first, each found by an index of its own. Nothing here asks whose a row is: it is
//! over for everybody.
//!
//! A sweep takes away only what has no effect any more, so it never matters whether one ran. Two at once share the work: on Postgres
//! each leaves alone what the other has locked, on SQLite there is one writer at a time.

use std::time::Duration;

use domain::Timestamp;
use domain::sign_in::Lockout;
use sql::{Database, Engine, Error};

use crate::codec::at;

/// Rows in one statement: few enough that nobody waits for it.
pub const BATCH: u32 = 500;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// A session lives for 90 days at most (AUTH-5), so a token that was rotated before that belongs to one that is over.
const LONGEST_SESSION: Duration = Duration::from_secs(91 * 24 * 3600);
/// Mail that was sent or given up: long enough to answer "did you write to me".
const MAIL_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// What is swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// Failed sign-ins of clients that never signed in, a day after the last: the row of failures has begun anew by then (AUTH-10).
    UnknownClients,
    /// Clients that signed in, once they do not count as known any more (AUTH-10).
    KnownClients,
    /// Wider counts whose hour is over (AUTH-10).
    AccountFailures,
    /// Traces of who asked for a mail, after a day (AUTH-2, AUTH-8).
    MailRequests,
    /// Visits to providers, after a day; the last of their codes ends long before (AUTH-14).
    OauthStates,
    /// Kept answers, after their 24 hours (CONV-7).
    IdempotencyKeys,
    /// One-time tokens that have run out, used or not: an unknown token is refused alike (AUTH-1, AUTH-2).
    OneTimeTokens,
    /// Rotated refresh tokens of sessions that are over: an unknown token is refused alike (AUTH-6).
    RotatedTokens,
    /// Mail that was sent, kept or given up, after 30 days (AUTH-17).
    Outbox,
}

/// A table, its key, what is over in it, and since when.
struct Rule {
    table: &'static str,
    key: &'static str,
    /// What sorts by age; `$1` is the end of what is swept.
    age: &'static str,
    /// What must hold besides.
    besides: &'static str,
    end: Timestamp,
}

impl Sweep {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::UnknownClients,
        Self::KnownClients,
        Self::AccountFailures,
        Self::MailRequests,
        Self::OauthStates,
        Self::IdempotencyKeys,
        Self::OneTimeTokens,
        Self::RotatedTokens,
        Self::Outbox,
    ];

    /// The stable spelling in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownClients => "unknown_clients",
            Self::KnownClients => "known_clients",
            Self::AccountFailures => "account_failures",
            Self::MailRequests => "mail_requests",
            Self::OauthStates => "oauth_states",
            Self::IdempotencyKeys => "idempotency_keys",
            Self::OneTimeTokens => "one_time_tokens",
            Self::RotatedTokens => "rotated_tokens",
            Self::Outbox => "outbox_rows",
        }
    }

    fn rule(self, now: Timestamp) -> Rule {
        let rule = |table, key, age, end| Rule {
            table,
            key,
            age,
            besides: "",
            end,
        };
        let lockout = Lockout::DEFAULT;
        // A row of failures begins anew only after that.
        let forgotten = lockout.memory + Duration::from_micros(1);
        match self {
            Self::UnknownClients => Rule {
                besides: "AND succeeded_at IS NULL",
                ..rule("sign_in_attempts", "id", "last_at", now.minus(forgotten))
            },
            Self::KnownClients => Rule {
                // Whoever fails just now is counted, however long ago the last success was.
                besides: "AND succeeded_at IS NOT NULL AND last_at <= $1",
                ..rule("sign_in_attempts", "id", "succeeded_at", now.minus(lockout.known))
            },
            Self::AccountFailures => rule("account_failures", "account", "ends_at", now),
            Self::MailRequests => rule(
                "mail_requests",
                "account, purpose",
                "requested_at",
                now.minus(DAY),
            ),
            Self::OauthStates => rule("oauth_states", "state_hash", "created_at", now.minus(DAY)),
            Self::IdempotencyKeys => rule("idempotency_keys", "user_id, key_hash", "expires_at", now),
            Self::OneTimeTokens => rule("one_time_tokens", "token_hash", "expires_at", now),
            Self::RotatedTokens => rule(
                "refresh_token_usage",
                "token_hash",
                "used_at",
                now.minus(LONGEST_SESSION),
            ),
            Self::Outbox => Rule {
                besides: "AND (sent_at IS NOT NULL OR kept_at IS NOT NULL OR failed_at IS NOT NULL)",
                ..rule("outbox", "id", "created_at", now.minus(MAIL_KEPT))
            },
        }
    }
}

/// Takes away up to [`BATCH`] rows that are over and says how many; fewer than that means that nothing is left. One statement.
///
/// # Errors
/// [`Error`].
pub async fn sweep(db: &Database, what: Sweep, now: Timestamp) -> Result<u32, Error> {
    let rule = what.rule(now);
    let Rule { table, key, .. } = &rule;
    let statement = format!(
        "DELETE FROM {table} WHERE ({key}) IN ({found}) RETURNING 1",
        found = rule.found(db.engine())
    );
    let rows = db.query(&statement, vec![at(rule.end)]).await?;
    Ok(u32::try_from(rows.len()).unwrap_or(BATCH))
}

/// How the engine finds what is over: for a test that no sweep reads a whole table.
///
/// # Errors
/// [`Error`].
pub async fn explain(db: &Database, what: Sweep, now: Timestamp) -> Result<String, Error> {
    let rule = what.rule(now);
    let (prefix, column) = match db.engine() {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN ", 3),
        Engine::Postgres => ("EXPLAIN ", 0),
    };
    let statement = format!("{prefix}{}", rule.found(db.engine()));
    let rows = db.query(&statement, vec![at(rule.end)]).await?;
    let lines: Result<Vec<String>, Error> = rows.iter().map(|row| row.get(column)).collect();
    Ok(lines?.join("\n"))
}

impl Rule {
    /// The keys of what is over, oldest first.
    fn found(&self, engine: Engine) -> String {
        let Self {
            table,
            key,
            age,
            besides,
            ..
        } = self;
        // What somebody is just changing may not be over any more; the next sweep will know.
        let lock = match engine {
            Engine::Sqlite => "",
            Engine::Postgres => "FOR UPDATE SKIP LOCKED",
        };
        format!("SELECT {key} FROM {table} WHERE {age} <= $1 {besides} ORDER BY {age} LIMIT {BATCH} {lock}")
    }
}
