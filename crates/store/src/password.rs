//! Passwords: resetting, changing, hashing anew (AUTH-8, AUTH-9).

use domain::one_time_token::Purpose;
use domain::outbox::Mail;
use domain::person::PersonName;
use domain::session::Session;
use domain::user::User;
use domain::{Email, Id, Timestamp};
use serde::Serialize;
use sql::{Database, Error, Value};

use crate::audit::Event;
use crate::codec::{at, id, read_id, read_optional_at, read_text};
use crate::one_time_token::MailRequest;
use crate::user::{Grants, read_grants};

/// Writes a reset mail if the address belongs to an account; an older token becomes void (AUTH-8). One statement, by the trigger
/// of the view `reset_requests`; the caller cannot tell what happened.
///
/// # Errors
/// [`Error`]; then nothing was written.
pub async fn request_reset(db: &Database, request: &MailRequest<'_>) -> Result<(), Error> {
    db.query(
        "INSERT INTO reset_requests (account, email, token_hash, token_expires_at, token, mail_id, language,
             requested_at, audit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        request.values(Purpose::ResetPassword),
    )
    .await
    .map(|_| ())
}

/// The account behind a reset token.
pub struct Resettable {
    /// The account.
    pub user: Id<User>,
    /// Its address, which the new password must not repeat.
    pub email: Email,
    /// Its name, likewise.
    pub name: PersonName,
    /// The present version of its access tokens.
    pub token_version: i64,
    /// When the token was used, if it was.
    pub used_at: Option<Timestamp>,
}

/// The account whose newest reset token this is, used or not, unless the token is too old.
///
/// # Errors
/// [`Error`].
pub async fn find_reset(
    db: &Database,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Resettable>, Error> {
    let row = db
        .query_optional(
            "SELECT id, email, name, token_version, utc(reset_used_at)
             FROM users WHERE reset_token_hash = $1 AND reset_expires_at > $2 AND deleted_at IS NULL",
            vec![token_hash.into(), at(now)],
        )
        .await?;
    row.map(|row| {
        Ok(Resettable {
            user: read_id(&row, 0)?,
            email: read_text(&row, 1, "address", Email::parse)?,
            name: read_text(&row, 2, "name", PersonName::parse)?,
            token_version: row.get(3)?,
            used_at: read_optional_at(&row, 4)?,
        })
    })
    .transpose()
}

/// The mail that tells a person of a new password.
pub struct Notice {
    /// Its id.
    pub mail_id: Id<Mail>,
    /// Its language, `en` or `ko`.
    pub language: &'static str,
}

/// As it stands in the `notice` column.
#[derive(Serialize)]
struct NoticeDocument {
    id: String,
    language: &'static str,
}

impl Notice {
    fn value(&self) -> Value {
        let document = NoticeDocument {
            id: self.mail_id.to_string(),
            language: self.language,
        };
        serde_json::to_string(&document).unwrap_or_default().into()
    }
}

/// A password that is set without the old one.
pub struct Reset<'a> {
    /// Whose.
    pub user: Id<User>,
    /// SHA-256 of the token.
    pub token_hash: &'a [u8; 32],
    /// The new password's hash.
    pub password_hash: &'a str,
    /// The mail to the person.
    pub notice: Notice,
    /// Now.
    pub now: Timestamp,
    /// For the audit log.
    pub audit: &'a Event,
}

/// Uses a reset token: sets the password, raises the version of access tokens, verifies the address (the mail reached it), ends
/// all sessions and locks, and tells the person (AUTH-8). Gives the version below which access tokens are void; `None` when the token
/// is unknown, used, void or too old. One statement: a trigger does what concerns other rows. Of N parallel attempts one succeeds.
///
/// # Errors
/// [`Error`]; then the token is as good as before.
pub async fn reset(db: &Database, reset: &Reset<'_>) -> Result<Option<i64>, Error> {
    let row = db
        .query_optional(
            "UPDATE users SET password_hash = $1, reset_used_at = $2, password_changed_at = $2, updated_at = $2,
                 email_verified_at = COALESCE(email_verified_at, $2), password_changed_in = NULL, password_proven_at = $2,
                 token_version = token_version + 1, version = version + 1, notice = $3, audit = $4
             WHERE id = $5 AND reset_token_hash = $6 AND reset_used_at IS NULL AND reset_expires_at > $2
                 AND deleted_at IS NULL
             RETURNING token_version",
            vec![
                reset.password_hash.into(),
                at(reset.now),
                reset.notice.value(),
                reset.audit.value(),
                id(reset.user),
                reset.token_hash.into(),
            ],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}

/// A password that its owner changes.
pub struct Change<'a> {
    /// Whose.
    pub user: Id<User>,
    /// In which sign-in; it goes on.
    pub session: Id<Session>,
    /// The hash that the present password was checked against.
    pub old_hash: &'a str,
    /// The new password's hash.
    pub new_hash: &'a str,
    /// The mail to the person.
    pub notice: Notice,
    /// Now.
    pub now: Timestamp,
    /// For the audit log.
    pub audit: &'a Event,
}

/// Changes a password: raises the version of access tokens, voids a reset token, ends every other session and every lock, and tells
/// the person (AUTH-8). Gives what the caller's next access token says; `None` when the password or the session is not what it was
/// any more. One statement: of N parallel attempts one succeeds.
///
/// # Errors
/// [`Error`]; then nothing was changed.
pub async fn change(db: &Database, change: &Change<'_>) -> Result<Option<Grants>, Error> {
    let row = db
        .query_optional(
            "UPDATE users SET password_hash = $1, password_changed_at = $2, updated_at = $2, password_changed_in = $3,
                 reset_token_hash = NULL, token_version = token_version + 1, version = version + 1, notice = $4,
                 audit = $5
             WHERE id = $6 AND password_hash = $7 AND deleted_at IS NULL
                 AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = $3 AND s.user_id = $6 AND s.ended_at IS NULL)
             RETURNING tier, role, token_version",
            vec![
                change.new_hash.into(),
                at(change.now),
                id(change.session),
                change.notice.value(),
                change.audit.value(),
                id(change.user),
                change.old_hash.into(),
            ],
        )
        .await?;
    row.map(|row| read_grants(&row, 0)).transpose()
}

/// Who asks to change a password, by which access token.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The person.
    pub user: Id<User>,
    /// The sign-in.
    pub session: Id<Session>,
    /// The version of the access token.
    pub token_version: i64,
}

/// The version of an account's tokens, if some below it may live on because nobody could be told: the asker's own is below it, or the
/// password was changed in this very sign-in after `since`.
///
/// # Errors
/// [`Error`].
pub async fn find_voided(db: &Database, asker: Asker, since: Timestamp) -> Result<Option<i64>, Error> {
    let row = db
        .query_optional(
            "SELECT token_version FROM users WHERE id = $1 AND deleted_at IS NULL
                 AND (token_version > $2 OR (password_changed_in = $3 AND password_changed_at > $4))",
            vec![
                id(asker.user),
                asker.token_version.into(),
                id(asker.session),
                at(since),
            ],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}

/// Puts a new hash of the same password in the place of `old_hash`, if that still stands there (AUTH-9). One statement; nothing
/// else about the account changes.
///
/// # Errors
/// [`Error`].
pub async fn rehash(db: &Database, user: Id<User>, old_hash: &str, new_hash: &str) -> Result<(), Error> {
    db.query(
        "UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3 AND deleted_at IS NULL",
        vec![new_hash.into(), id(user), old_hash.into()],
    )
    .await
    .map(|_| ())
}
