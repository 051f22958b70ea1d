//! Visits to providers (AUTH-14): begun in one browser, come back once, and exchanged once by the app that began.

use domain::outbox::Mail;
use domain::provider::{Provider, Subject};
use domain::user::User;
use domain::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use sql::{Database, Error};

use crate::audit::Event;
use crate::codec::{at, id, read_id, read_text};
use crate::identity::Arrival;
use crate::user::{Grants, read_grants};

/// A visit that begins.
pub struct NewVisit<'a> {
    /// SHA-256 of the state.
    pub state_hash: &'a [u8; 32],
    /// Whom it is to.
    pub provider: Provider,
    /// SHA-256 of the cookie of the browser.
    pub browser_hash: &'a [u8; 32],
    /// The S256 challenge of the app.
    pub app_challenge: &'a str,
    /// The verifier for the provider, sealed for the holder of the state.
    pub verifier_sealed: &'a [u8],
    /// Where the browser goes in the end.
    pub return_to: Option<&'a str>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// Notes that a visit begins. One statement.
///
/// # Errors
/// [`Error`].
pub async fn begin(db: &Database, new: &NewVisit<'_>) -> Result<(), Error> {
    db.query(
        "INSERT INTO oauth_states (state_hash, provider, browser_hash, app_challenge, verifier_sealed, return_to, expires_at,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            new.state_hash.into(),
            new.provider.as_str().into(),
            new.browser_hash.into(),
            new.app_challenge.into(),
            new.verifier_sealed.into(),
            new.return_to.into(),
            at(new.expires_at),
            at(new.now),
        ],
    )
    .await
    .map(|_| ())
}

/// A visit that came back.
pub struct Visit {
    /// The verifier for the provider, sealed for the holder of the state.
    pub verifier_sealed: Vec<u8>,
    /// Where the browser goes.
    pub return_to: Option<String>,
}

/// Takes a visit that comes back in the browser in which it began; `None` for any other, for one that came back before and for one
/// that took too long. One statement: of N parallel attempts one succeeds. A wrong browser uses nothing up.
///
/// # Errors
/// [`Error`].
pub async fn come_back(
    db: &Database,
    state_hash: &[u8; 32],
    browser_hash: &[u8; 32],
    provider: Provider,
    now: Timestamp,
) -> Result<Option<Visit>, Error> {
    let row = db
        .query_optional(
            "UPDATE oauth_states SET used_at = $1
             WHERE state_hash = $2 AND browser_hash = $3 AND provider = $4 AND used_at IS NULL AND expires_at > $1
             RETURNING verifier_sealed, return_to",
            vec![
                at(now),
                state_hash.into(),
                browser_hash.into(),
                provider.as_str().into(),
            ],
        )
        .await?;
    row.map(|row| {
        Ok(Visit {
            verifier_sealed: row.get(0)?,
            return_to: row.get(1)?,
        })
    })
    .transpose()
}

/// Ties the account behind a subject to the visit, with the code that the app will exchange; `false` when there is no such account.
/// One statement.
///
/// # Errors
/// [`Error`].
pub async fn sign_in(
    db: &Database,
    state_hash: &[u8; 32],
    provider: Provider,
    subject: &Subject,
    code_hash: &[u8; 32],
    expires_at: Timestamp,
) -> Result<bool, Error> {
    let row = db
        .query_optional(
            "UPDATE oauth_states SET code_hash = $1, code_expires_at = $2, user_id = (
                 SELECT i.user_id FROM provider_identities i WHERE i.provider = $3 AND i.subject = $4)
             WHERE state_hash = $5 AND used_at IS NOT NULL AND code_hash IS NULL AND proof_hash IS NULL AND EXISTS (
                 SELECT 1 FROM provider_identities i JOIN users u ON u.id = i.user_id AND u.deleted_at IS NULL
                 WHERE i.provider = $3 AND i.subject = $4)
             RETURNING user_id",
            vec![
                code_hash.into(),
                at(expires_at),
                provider.as_str().into(),
                subject.as_str().into(),
                state_hash.into(),
            ],
        )
        .await?;
    Ok(row.is_some())
}

/// Uses a code that the app with this challenge was given; `None` when it is unknown, used, too old or another app's. One
/// statement: of N parallel attempts one succeeds.
///
/// # Errors
/// [`Error`].
pub async fn exchange(
    db: &Database,
    code_hash: &[u8; 32],
    app_challenge: &str,
    now: Timestamp,
) -> Result<Option<(Id<User>, Grants)>, Error> {
    let row = db
        .query_optional(
            "UPDATE oauth_states SET exchanged_at = $1
             WHERE code_hash = $2 AND app_challenge = $3 AND exchanged_at IS NULL AND code_expires_at > $1
                 AND EXISTS (SELECT 1 FROM users u WHERE u.id = oauth_states.user_id AND u.deleted_at IS NULL)
             RETURNING user_id,
                 (SELECT u.tier FROM users u WHERE u.id = oauth_states.user_id),
                 (SELECT u.role FROM users u WHERE u.id = oauth_states.user_id),
                 (SELECT u.token_version FROM users u WHERE u.id = oauth_states.user_id)",
            vec![at(now), code_hash.into(), app_challenge.into()],
        )
        .await?;
    row.map(|row| Ok((read_id(&row, 0)?, read_grants(&row, 1)?)))
        .transpose()
}

/// What waits for a proof, as it stands in the row.
#[derive(Serialize, Deserialize)]
struct Waiting {
    identity_id: String,
    user_id: String,
    subject: String,
    email: String,
    name: String,
    key_id: String,
    access_expires_at: Option<String>,
    mail_id: String,
    language: String,
}

/// The question for a proof of an address.
pub struct Question<'a> {
    /// SHA-256 of the token in the mail.
    pub proof_hash: &'a [u8; 32],
    /// The token itself, for the mail.
    pub token: &'a str,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The id of the mail that asks.
    pub mail_id: Id<Mail>,
}

/// Mails a token to the address of somebody who comes, and keeps who it is until the proof is given. One statement, by the trigger
/// of the view `provider_proofs`.
///
/// # Errors
/// [`Error`]; then no mail waits.
pub async fn ask_for_proof(
    db: &Database,
    state_hash: &[u8; 32],
    arrival: &Arrival<'_>,
    question: &Question<'_>,
) -> Result<(), Error> {
    let waiting = Waiting {
        identity_id: arrival.identity.to_string(),
        user_id: arrival.user.to_string(),
        subject: arrival.subject.as_str().to_owned(),
        email: arrival.email.as_str().to_owned(),
        name: arrival.name.as_str().to_owned(),
        key_id: arrival.tokens.key_id.clone(),
        access_expires_at: arrival.tokens.access_expires_at.map(|at| at.to_string()),
        mail_id: arrival.mail_id.to_string(),
        language: arrival.language.to_owned(),
    };
    db.query(
        "INSERT INTO provider_proofs (state_hash, proof_hash, proof_expires_at, arrival, access_sealed, refresh_sealed, mail_id,
             recipient, language, person_name, token, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        vec![
            state_hash.into(),
            question.proof_hash.into(),
            at(question.expires_at),
            serde_json::to_string(&waiting).unwrap_or_default().into(),
            arrival.tokens.access.clone().into(),
            arrival.tokens.refresh.clone().into(),
            id(question.mail_id),
            arrival.email.as_str().into(),
            arrival.language.into(),
            arrival.name.as_str().into(),
            question.token.into(),
            at(arrival.now),
        ],
    )
    .await
    .map(|_| ())
}

/// Gives the proof in the app that began: makes the account or ties the identity to the one of the address, as
/// [`crate::identity::enter`] does. Gives who it is at which provider; `None` when the token is unknown, used, too old or another
/// app's. One statement, by a trigger: of N parallel attempts one succeeds.
///
/// # Errors
/// [`Error`]; then the token is as good as before.
pub async fn prove(
    db: &Database,
    proof_hash: &[u8; 32],
    app_challenge: &str,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<(Provider, Subject)>, Error> {
    let row = db
        .query_optional(
            "UPDATE oauth_states SET proven_at = $1, audit = $2
             WHERE proof_hash = $3 AND app_challenge = $4 AND proven_at IS NULL AND proof_expires_at > $1
             RETURNING provider, arrival",
            vec![at(now), audit.value(), proof_hash.into(), app_challenge.into()],
        )
        .await?;
    row.map(|row| {
        let provider = read_text(&row, 0, "provider", |raw| Provider::parse(raw).ok_or(()))?;
        let subject = read_text(&row, 1, "arrival", |raw| {
            let waiting: Waiting = serde_json::from_str(raw).map_err(|_| ())?;
            Subject::parse(&waiting.subject).ok_or(())
        })?;
        Ok((provider, subject))
    })
    .transpose()
}
