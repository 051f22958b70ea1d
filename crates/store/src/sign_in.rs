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

/// What becomes of an attempt before its password is looked at.
pub enum Admission {
    /// The password may be looked at: against these credentials, or against nobody's for an address without an account, which is
    /// counted all the same.
    Admitted(Option<Credentials>),
    /// As many attempts as may fail are under way already: whoever comes back finds them ended.
    Busy,
    /// Refused unseen, because of a lock.
    Locked,
}

/// Counts an attempt as under way and gives what it needs to be judged. It ends by [`succeed`] or [`fail`]; one that does neither
/// is a failure after [`Lockout::under_way`].
///
/// One statement, so failures and attempts under way of one client together never pass [`Lockout::failures`]. The wider count is
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
) -> Result<Admission, Error> {
    // In the names of the row: a = sign_in_attempts. `lost` attempts have not ended in time; a row begins `anew` after a pause or
    // when its lock is over, both of which take longer than an attempt can be under way; it is `full` while all of its places
    // are taken.
    const LOST: &str = "sign_in_attempts.last_at <= $10";
    const ANEW: &str = "(sign_in_attempts.last_at < $8
                     OR (sign_in_attempts.failures + sign_in_attempts.under_way >= $9 AND sign_in_attempts.retry_at <= $4))";
    const FULL: &str =
        "(sign_in_attempts.last_at > $10 AND sign_in_attempts.failures + sign_in_attempts.under_way >= $9)";
    let statement = format!(
        "INSERT INTO sign_in_attempts (id, account, user_id, failures, under_way, last_at, retry_at)
         SELECT $1, $2, (SELECT u.id FROM users u WHERE u.email = $3 AND u.deleted_at IS NULL), 0, 1, $4, $5
         WHERE NOT EXISTS (SELECT 1 FROM account_failures f
                 WHERE f.account = $2 AND f.failures >= $6 AND f.ends_at > $4)
             OR EXISTS (SELECT 1 FROM sign_in_attempts a WHERE a.id = $1 AND a.succeeded_at > $7)
         ON CONFLICT (id) DO UPDATE SET
             user_id = excluded.user_id,
             failures = CASE WHEN {ANEW} THEN 0
                 WHEN {LOST} THEN sign_in_attempts.failures + sign_in_attempts.under_way
                 ELSE sign_in_attempts.failures END,
             under_way = CASE WHEN {LOST} THEN 1
                 WHEN {FULL} THEN sign_in_attempts.under_way
                 ELSE sign_in_attempts.under_way + 1 END,
             notified_at = CASE WHEN {ANEW} THEN NULL ELSE sign_in_attempts.notified_at END,
             last_at = CASE WHEN {FULL} THEN sign_in_attempts.last_at ELSE excluded.last_at END,
             retry_at = CASE WHEN {FULL} THEN sign_in_attempts.retry_at ELSE excluded.retry_at END,
             verdict = CASE WHEN {FULL} THEN 'busy' ELSE 'admitted' END
         WHERE {ANEW} OR sign_in_attempts.failures + sign_in_attempts.under_way < $9
             OR ({FULL} AND sign_in_attempts.failures < $9)
         RETURNING verdict, user_id,
             (SELECT u.password_hash FROM users u WHERE u.id = sign_in_attempts.user_id),
             (SELECT u.email_verified_at IS NOT NULL FROM users u WHERE u.id = sign_in_attempts.user_id),
             (SELECT u.tier FROM users u WHERE u.id = sign_in_attempts.user_id),
             (SELECT u.role FROM users u WHERE u.id = sign_in_attempts.user_id),
             (SELECT u.token_version FROM users u WHERE u.id = sign_in_attempts.user_id)"
    );
    let parameters = vec![
        (&attempt.id).into(),
        (&attempt.account).into(),
        email.as_str().into(),
        at(now),
        at(now.plus(rules.duration)),
        rules.account_failures.into(),
        at(now.minus(rules.known)),
        at(now.minus(rules.memory)),
        rules.failures.into(),
        at(now.minus(rules.under_way)),
    ];
    let Some(row) = db.query_optional(&statement, parameters).await? else {
        return Ok(Admission::Locked);
    };
    let verdict: String = row.get(0)?;
    if verdict == "busy" {
        return Ok(Admission::Busy);
    }
    read_credentials(&row).map(Admission::Admitted)
}

fn read_credentials(row: &Row) -> Result<Option<Credentials>, Error> {
    let Some(user) = read_optional_id(row, 1)? else {
        return Ok(None);
    };
    Ok(Some(Credentials {
        id: user,
        password_hash: row.get(2)?,
        verified: row.get(3)?,
        grants: read_grants(row, 4)?,
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

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It was admitted, and its password was wrong.
    Wrong,
    /// It was refused unseen: it counts for nothing.
    Unseen,
}

/// Ends an attempt as a failure. If that led to a lock of which the owner was not told yet, writes the mail and the event, and gives
/// what is locked. One statement; a trigger writes the rows. It runs after every failure, so that all failures take alike long.
///
/// # Errors
/// [`Error`].
pub async fn fail(
    db: &Database,
    attempt: &Attempt,
    failure: Failure,
    rules: &Lockout,
    alarm: &Alarm<'_>,
    now: Timestamp,
) -> Result<Option<Locked>, Error> {
    // Attempts that were lost count for the lock as they do in `begin`.
    const CLIENT: &str = "failures + $1 + CASE WHEN last_at <= $2 THEN under_way ELSE 0 END >= $3";
    let tell = format!(
        "notified_at IS NULL AND ({CLIENT} OR EXISTS (
                 SELECT 1 FROM account_failures f WHERE f.account = sign_in_attempts.account
                     AND f.failures >= $4 AND f.ends_at > $5 AND f.notified_at IS NULL))"
    );
    let statement = format!(
        "UPDATE sign_in_attempts SET failures = failures + $1,
             under_way = CASE WHEN under_way > $1 THEN under_way - $1 ELSE 0 END,
             notified_at = CASE WHEN {tell} THEN $5 ELSE notified_at END,
             notified_for = CASE WHEN NOT ({tell}) THEN notified_for WHEN {CLIENT} THEN 'client' ELSE 'account' END,
             mail_id = CASE WHEN {tell} THEN $6 ELSE mail_id END, language = $7,
             audit = CASE WHEN {tell} THEN $8 END
         WHERE id = $9
         RETURNING CASE WHEN mail_id = $6 THEN notified_for END"
    );
    let counts: i64 = match failure {
        Failure::Wrong => 1,
        Failure::Unseen => 0,
    };
    let parameters = vec![
        counts.into(),
        at(now.minus(rules.under_way)),
        rules.failures.into(),
        rules.account_failures.into(),
        at(now),
        id(alarm.mail_id),
        alarm.language.into(),
        alarm.audit.value(),
        (&attempt.id).into(),
    ];
    let row = db.query_optional(&statement, parameters).await?;
    let told: Option<String> = row.map(|row| row.get(0)).transpose()?.flatten();
    Ok(told.map(|reason| {
        if reason == Locked::Client.as_str() {
            Locked::Client
        } else {
            Locked::Account
        }
    }))
}

/// Ends an attempt by the session to which it led, and with it the row of failures before it; attempts beside it go on. One
/// statement; a trigger sets the counts.
///
/// # Errors
/// [`Error`].
pub async fn succeed(db: &Database, attempt: &Attempt, new: &NewSession<'_>) -> Result<Begun, Error> {
    begin_session(db, new, (&attempt.id).into()).await
}
