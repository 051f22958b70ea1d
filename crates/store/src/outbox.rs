//! Mail that waits (AUTH-17).

use domain::outbox::{Mail, Verdict};
use domain::{Id, Timestamp};
use sql::{Database, Engine, Error, Value};

use crate::codec::{at, id, read_at, read_id};

/// A mail as the development outbox shows it.
pub struct Waiting {
    /// The mail.
    pub id: Id<Mail>,
    /// To whom.
    pub recipient: String,
    /// Which text.
    pub template: String,
    /// `en` or `ko`.
    pub language: String,
    /// For the salutation.
    pub person_name: String,
    /// The one-time token, if the text has one.
    pub token: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// The newest mails, newest first. For development only: it is the one read that crosses persons.
///
/// # Errors
/// [`Error`].
pub async fn newest(db: &Database, limit: u16) -> Result<Vec<Waiting>, Error> {
    let statement = format!(
        "SELECT id, recipient, template, language, person_name, token, utc(created_at)
         FROM outbox ORDER BY id DESC LIMIT {limit}"
    );
    let rows = db.query(&statement, Vec::new()).await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                id: read_id(row, 0)?,
                recipient: row.get(1)?,
                template: row.get(2)?,
                language: row.get(3)?,
                person_name: row.get(4)?,
                token: row.get(5)?,
                created_at: read_at(row, 6)?,
            })
        })
        .collect()
}

/// A mail that a drain has for itself until its lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The mail; the idempotency key of its attempts.
    pub id: Id<Mail>,
    /// To whom.
    pub recipient: String,
    /// Which text.
    pub template: String,
    /// `en` or `ko`.
    pub language: String,
    /// For the salutation.
    pub person_name: String,
    /// The one-time token, if the text has one.
    pub token: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Until when nobody else takes it.
    pub leased_until: Timestamp,
}

/// Takes up to `limit` mails that are due, those that wait longest first; nobody else takes them before `leased_until`.
///
/// One statement, so two drains never take the same mail. It crosses persons, as delivering does: what it gives goes to the
/// mailer and nowhere else.
///
/// # Errors
/// [`Error`]; then nothing was taken.
pub async fn claim(
    db: &Database,
    limit: u32,
    leased_until: Timestamp,
    now: Timestamp,
) -> Result<Vec<Claimed>, Error> {
    // SQLite has one writer at a time; on Postgres a drain must not wait for the rows of another.
    let lock = match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let statement = format!(
        "WITH due AS MATERIALIZED (
             SELECT id FROM outbox
             WHERE sent_at IS NULL AND kept_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1
                 AND (claimed_until IS NULL OR claimed_until <= $1)
             ORDER BY next_attempt_at LIMIT {limit} {lock}
         )
         UPDATE outbox SET claimed_until = $2, attempts = attempts + 1 FROM due WHERE outbox.id = due.id
         RETURNING outbox.id, recipient, template, language, person_name, token, utc(created_at), attempts"
    );
    let parameters = vec![at(now), at(leased_until)];
    let rows = db.query(&statement, parameters).await?;
    rows.iter()
        .map(|row| {
            Ok(Claimed {
                id: read_id(row, 0)?,
                recipient: row.get(1)?,
                template: row.get(2)?,
                language: row.get(3)?,
                person_name: row.get(4)?,
                token: row.get(5)?,
                created_at: read_at(row, 6)?,
                attempt: u32::try_from(row.get::<i64>(7)?).unwrap_or(u32::MAX),
                leased_until,
            })
        })
        .collect()
}

/// Writes down what became of a mail. `false` when that is not ours to say any more: the lease has run out and another drain
/// has the mail. That it was sent is true whoever says it.
///
/// # Errors
/// [`Error`]; then the lease runs out and the mail is tried again.
pub async fn settle(db: &Database, mail: &Claimed, verdict: &Verdict, now: Timestamp) -> Result<bool, Error> {
    let (statement, parameters) = settling(mail, verdict, now);
    Ok(db.query_optional(statement, parameters).await?.is_some())
}

fn settling(mail: &Claimed, verdict: &Verdict, now: Timestamp) -> (&'static str, Vec<Value>) {
    let (mail_id, lease) = (id(mail.id), at(mail.leased_until));
    match verdict {
        Verdict::Sent(reference) => (
            "UPDATE outbox SET sent_at = $1, reference = $2, token = NULL, claimed_until = NULL, failed_at = NULL,
                 failure = NULL
             WHERE id = $3 AND sent_at IS NULL RETURNING id",
            vec![at(now), reference.as_str().into(), mail_id],
        ),
        Verdict::Kept => (
            "UPDATE outbox SET kept_at = $1, claimed_until = NULL WHERE id = $2 AND claimed_until = $3 RETURNING id",
            vec![at(now), mail_id, lease],
        ),
        Verdict::Again(next, failure) => (
            "UPDATE outbox SET next_attempt_at = $1, failure = $2, claimed_until = NULL
             WHERE id = $3 AND claimed_until = $4 RETURNING id",
            vec![at(*next), failure.as_str().into(), mail_id, lease],
        ),
        Verdict::Postponed(next, failure) => (
            "UPDATE outbox SET next_attempt_at = $1, failure = $2, claimed_until = NULL, attempts = attempts - 1
             WHERE id = $3 AND claimed_until = $4 RETURNING id",
            vec![at(*next), failure.as_str().into(), mail_id, lease],
        ),
        Verdict::GivenUp(failure) => (
            "UPDATE outbox SET failed_at = $1, failure = $2, token = NULL, claimed_until = NULL
             WHERE id = $3 AND claimed_until = $4 RETURNING id",
            vec![at(now), failure.as_str().into(), mail_id, lease],
        ),
    }
}
