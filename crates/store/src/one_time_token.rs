//! One-time tokens (AUTH-1, AUTH-2).

use domain::one_time_token::Purpose;
use domain::outbox::Mail;
use domain::{Email, Id, Timestamp};
use sql::{Database, Engine, Error, Value};

use crate::audit::Event;
use crate::codec::{at, id};

/// Uses a verification token and marks its account's address as verified; `false` when the token is unknown, used or too old
/// (AUTH-2). One statement: a trigger marks the address. Of N parallel attempts one succeeds. The account is locked before its token, as by
/// whatever voids tokens.
///
/// # Errors
/// [`Error`]; then the token is as good as before.
pub async fn verify_email(
    db: &Database,
    hash: &[u8; 32],
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let lock = match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR NO KEY UPDATE OF u",
    };
    let statement = format!(
        "WITH account AS (
             SELECT u.id FROM users u JOIN one_time_tokens t ON t.user_id = u.id WHERE t.token_hash = $1 {lock})
         UPDATE one_time_tokens SET used_at = $2, audit = $3
         WHERE token_hash = $1 AND purpose = $4 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $2
             AND user_id IN (SELECT account.id FROM account)
         RETURNING user_id"
    );
    let parameters = vec![
        hash.into(),
        at(now),
        audit.value(),
        Purpose::VerifyEmail.as_str().into(),
    ];
    let used = db.query_optional(&statement, parameters).await?;
    Ok(used.is_some())
}

/// A mail with a one-time token that somebody asks for.
pub struct MailRequest<'a> {
    /// SHA-256 of the address.
    pub account: &'a [u8; 32],
    /// The address.
    pub email: &'a Email,
    /// SHA-256 of the token.
    pub token_hash: &'a [u8; 32],
    /// The token itself, for the mail.
    pub token: &'a str,
    /// The id of the mail.
    pub mail_id: Id<Mail>,
    /// The language of the mail, `en` or `ko`.
    pub language: &'static str,
    /// Now.
    pub now: Timestamp,
    /// For the audit log, if the mail is written.
    pub audit: &'a Event,
}

/// Writes another verification mail if the address belongs to an account that is not verified; its older tokens become void
/// (AUTH-2). One statement, by the trigger of the view `verification_requests`; the caller cannot tell what happened.
///
/// # Errors
/// [`Error`]; then nothing was written.
pub async fn request_verification(db: &Database, request: &MailRequest<'_>) -> Result<(), Error> {
    db.query(
        "INSERT INTO verification_requests (account, email, token_hash, token_expires_at, token, mail_id, language,
             requested_at, audit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        request.values(Purpose::VerifyEmail),
    )
    .await
    .map(|_| ())
}

impl MailRequest<'_> {
    pub(crate) fn values(&self, purpose: Purpose) -> Vec<Value> {
        vec![
            self.account.into(),
            self.email.as_str().into(),
            self.token_hash.into(),
            at(self.now.plus(purpose.lifetime())),
            self.token.into(),
            id(self.mail_id),
            self.language.into(),
            at(self.now),
            self.audit.value(),
        ]
    }
}
