//! Attempts to sign in, counted before the password is looked at (AUTH-10).

use domain::outbox::Mail;
use domain::sign_in::Lockout;
use domain::{Email, Id, Timestamp};
use sql::{Database, Error, Row};

use crate::audit::Event;
use crate::codec::{at, id, read_optional_id};
use crate::session::{Begun, NewSession, begin as begin_session};
use crate::user::{Credentials, read_grants};

/// Who tries, from where: hashes, so that the table holds no addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// SHA-256 of mail address and client address.
    pub id: [u8; 32],
    /// SHA-256 of the mail address.
    pub account: [u8; 32],
}

/// Counts an attempt as a failure and gives what it needs to be judged: `None` when it must be refused unseen, `Some(None)` for an
/// address without an account, which is counted all the same.
///
/// One statement, so of N parallel attempts of one client no more than [`Lockout::failures`] are let through. The wider count is
/// raised by a trigger; on Postgres attempts of different clients that are under way at the same moment may pass it by
/// as many as they are.
///
/// # Errors
/// [`Error`].
pub async fn begin(
    db: &Database,
    attempt: &Attempt,
    email: &Email,
    rules: &Lockout,
    now: Timestamp,
) -> Result<Option<Option<Credentials>>, Error> {
    let row = db
        .query_optional(
            "INSERT INTO sign_in_attempts (id, account, user_id, failures, last_at, retry_at)
             SELECT $1, $2, (SELECT u.id FROM users u WHERE u.email = $3 AND u.deleted_at IS NULL), 1, $4, $5
             WHERE NOT EXISTS (SELECT 1 FROM account_failures f
                     WHERE f.account = $2 AND f.failures >= $6 AND f.ends_at > $4)
                 OR EXISTS (SELECT 1 FROM sign_in_attempts a WHERE a.id = $1 AND a.succeeded_at > $7)
             ON CONFLICT (id) DO UPDATE SET
                 user_id = excluded.user_id,
                 failures = CASE WHEN sign_in_attempts.failures >= $8 OR sign_in_attempts.last_at < $9 THEN 1
                     ELSE sign_in_attempts.failures + 1 END,
                 notified_at = CASE WHEN sign_in_attempts.failures >= $8 OR sign_in_attempts.last_at < $9 THEN NULL
                     ELSE sign_in_attempts.notified_at END,
                 last_at = excluded.last_at,
                 retry_at = excluded.retry_at
             WHERE sign_in_attempts.failures < $8 OR sign_in_attempts.retry_at <= $4
             RETURNING user_id,
                 (SELECT u.password_hash FROM users u WHERE u.id = sign_in_attempts.user_id),
                 (SELECT u.email_verified_at IS NOT NULL FROM users u WHERE u.id = sign_in_attempts.user_id),
                 (SELECT u.tier FROM users u WHERE u.id = sign_in_attempts.user_id),
                 (SELECT u.role FROM users u WHERE u.id = sign_in_attempts.user_id),
                 (SELECT u.token_version FROM users u WHERE u.id = sign_in_attempts.user_id)",
            vec![
                (&attempt.id).into(),
                (&attempt.account).into(),
                email.as_str().into(),
                at(now),
                at(now.plus(rules.duration)),
                rules.account_failures.into(),
                at(now.minus(rules.known)),
                rules.failures.into(),
                at(now.minus(rules.memory)),
            ],
        )
        .await?;
    row.map(|row| read_credentials(&row)).transpose()
}

fn read_credentials(row: &Row) -> Result<Option<Credentials>, Error> {
    let Some(user) = read_optional_id(row, 0)? else {
        return Ok(None);
    };
    Ok(Some(Credentials {
        id: user,
        password_hash: row.get(1)?,
        verified: row.get(2)?,
        grants: read_grants(row, 3)?,
    }))
}

/// What a lock shuts out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// One client, after as many failures in a row as are allowed.
    Client,
    /// Every client that the account does not know.
    Account,
}

impl Locked {
    /// The stable spelling in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Account => "account",
        }
    }
}

/// The mail that tells an owner of a lock, and the event.
pub struct Alarm<'a> {
    /// The id of the mail.
    pub mail_id: Id<Mail>,
    /// Its language, `en` or `ko`.
    pub language: &'static str,
    /// For the audit log.
    pub audit: &'a Event,
}

/// After a failure: if it led to a lock of which the owner was not told yet, writes the mail and the event, and gives what is locked.
/// One statement; a trigger writes the rows. It runs after every failure, so that all failures take alike long.
///
/// # Errors
/// [`Error`].
pub async fn fail(
    db: &Database,
    attempt: &Attempt,
    rules: &Lockout,
    alarm: &Alarm<'_>,
    now: Timestamp,
) -> Result<Option<Locked>, Error> {
    let row = db
        .query_optional(
            "UPDATE sign_in_attempts SET notified_at = $1,
                 notified_for = CASE WHEN failures >= $2 THEN 'client' ELSE 'account' END,
                 mail_id = $3, language = $4, audit = $5
             WHERE id = $6 AND notified_at IS NULL AND (failures >= $2 OR EXISTS (
                 SELECT 1 FROM account_failures f WHERE f.account = sign_in_attempts.account
                     AND f.failures >= $7 AND f.ends_at > $1 AND f.notified_at IS NULL))
             RETURNING notified_for",
            vec![
                at(now),
                rules.failures.into(),
                id(alarm.mail_id),
                alarm.language.into(),
                alarm.audit.value(),
                (&attempt.id).into(),
                rules.account_failures.into(),
            ],
        )
        .await?;
    row.map(|row| {
        let reason: String = row.get(0)?;
        Ok(if reason == Locked::Client.as_str() {
            Locked::Client
        } else {
            Locked::Account
        })
    })
    .transpose()
}

/// Begins the session to which an attempt led, and ends its row of failures. One statement; a trigger sets the counts.
///
/// # Errors
/// [`Error`].
pub async fn succeed(db: &Database, attempt: &Attempt, new: &NewSession<'_>) -> Result<Begun, Error> {
    begin_session(db, new, (&attempt.id).into()).await
}
