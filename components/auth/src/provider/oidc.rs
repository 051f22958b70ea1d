//! ID tokens (OpenID Connect Core 1.0, section 3.1.3.7): signature, issuer, audience, nonce, times.

use std::collections::HashSet;
use std::sync::PoisonError;
use std::time::Duration;

use domain::Timestamp;
use domain::provider::Subject;
use guard::token::LEEWAY_SECONDS;
use jwt_simple::JWTError;
use jwt_simple::prelude::{
    Audiences, JWTClaims, RS256PublicKey, RSAPublicKeyLike, Token, UnixTimeStamp, VerificationOptions,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::desk::Desk;
use super::grant::Granted;
use super::trouble::Trouble;

/// How long keys are used before they are read again.
const FRESH: Duration = Duration::from_secs(3600);
/// How soon keys may be read again because one is missing: the first time at once, because a provider may just have changed its key,
/// then not for this long, so that made-up key ids cause no calls.
const AGAIN: Duration = Duration::from_secs(60);
/// The longest ID token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// A provider's public keys (RFC 7517), when they were read, and when that was because one was missing.
#[derive(Clone)]
pub struct KeySet {
    keys: Vec<Value>,
    read_at: Timestamp,
    missed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    fn find(&self, id: &str) -> Option<RS256PublicKey> {
        let key = self
            .keys
            .iter()
            .find(|key| key.get("kid").and_then(Value::as_str) == Some(id))?;
        RS256PublicKey::from_jwk(&key.to_string()).ok()
    }
}

/// Who an ID token says came.
pub struct Who {
    /// The person.
    pub subject: Subject,
    /// The address.
    pub email: Option<String>,
    /// Whether the provider has shown it.
    pub email_verified: bool,
    /// The name.
    pub name: Option<String>,
}

/// The claims that are not registered (OpenID Connect Core 1.0, section 5.1).
#[derive(Serialize, Deserialize)]
struct Private {
    email: Option<String>,
    email_verified: Option<Value>,
    name: Option<String>,
    azp: Option<String>,
}

/// Verifies the ID token of a grant.
pub async fn verify(desk: &Desk<'_>, granted: &Granted, nonce: &str) -> Result<Who, Trouble> {
    let token = granted
        .id_token
        .as_deref()
        .ok_or(Trouble::Invalid("id_token_missing"))?;
    let malformed = || Trouble::Invalid("id_token_malformed");
    if token.len() > LONGEST {
        return Err(malformed());
    }
    let metadata = Token::decode_metadata(token).map_err(|_| malformed())?;
    let id = metadata.key_id().ok_or_else(malformed)?;
    let key = key(desk, id).await?;
    let options = options(desk, nonce);
    let claims = key
        .verify_token::<Private>(token, Some(options))
        .map_err(|error| Trouble::Invalid(reason(&error)))?;
    read(desk, claims)
}

/// The key that the token names; an unknown one may be new, so the keys are read again, but not often.
async fn key(desk: &Desk<'_>, id: &str) -> Result<RS256PublicKey, Trouble> {
    let now = desk.now();
    let held = {
        let sets = desk
            .providers()
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sets.get(&desk.provider).cloned()
    };
    let unknown = || Trouble::Invalid("id_token_unknown_key");
    let mut missed_at = None;
    if let Some(held) = held {
        match held.find(id) {
            Some(found) if now < held.read_at.plus(FRESH) => return Ok(found),
            None if held.missed_at.is_some_and(|at| now < at.plus(AGAIN)) => return Err(unknown()),
            Some(_) => {}
            None => missed_at = Some(now),
        }
    }
    let document: Document = desk.get(&desk.registered.endpoints.keys, None).await?;
    let fresh = KeySet {
        keys: document.keys,
        read_at: now,
        missed_at,
    };
    let found = fresh.find(id);
    let mut sets = desk
        .providers()
        .keys
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    sets.insert(desk.provider, fresh);
    found.ok_or_else(unknown)
}

fn options(desk: &Desk<'_>, nonce: &str) -> VerificationOptions {
    let now = u64::try_from(desk.now().seconds()).unwrap_or(0);
    VerificationOptions {
        allowed_issuers: Some(HashSet::from([desk.registered.endpoints.issuer.clone()])),
        allowed_audiences: Some(HashSet::from([desk.registered.app.id.clone()])),
        required_nonce: Some(nonce.to_owned()),
        time_tolerance: Some(jwt_simple::prelude::Duration::from_secs(
            LEEWAY_SECONDS.unsigned_abs(),
        )),
        artificial_time: Some(UnixTimeStamp::from_secs(now)),
        max_token_length: Some(LONGEST),
        ..VerificationOptions::default()
    }
}

fn reason(error: &jwt_simple::Error) -> &'static str {
    match error.downcast_ref::<JWTError>() {
        Some(JWTError::AlgorithmMismatch) => "id_token_wrong_algorithm",
        Some(JWTError::InvalidSignature) => "id_token_bad_signature",
        Some(JWTError::RequiredIssuerMismatch | JWTError::RequiredIssuerMissing) => "id_token_wrong_issuer",
        Some(JWTError::RequiredAudienceMismatch | JWTError::RequiredAudienceMissing) => {
            "id_token_wrong_audience"
        }
        Some(JWTError::RequiredNonceMismatch | JWTError::RequiredNonceMissing) => "id_token_wrong_nonce",
        Some(JWTError::TokenNotValidYet | JWTError::ClockDrift) => "id_token_not_yet_valid",
        Some(JWTError::TokenHasExpired) => "id_token_expired",
        _ => "id_token_malformed",
    }
}

/// What must be there, which the library only checks when it is; and who it was made for, when it was made for several.
fn read(desk: &Desk<'_>, claims: JWTClaims<Private>) -> Result<Who, Trouble> {
    let subject = claims.subject.as_deref().and_then(Subject::parse);
    let complete = claims.expires_at.is_some() && claims.issued_at.is_some();
    let subject = subject
        .filter(|_| complete)
        .ok_or(Trouble::Invalid("id_token_incomplete"))?;
    let several = matches!(&claims.audiences, Some(Audiences::AsSet(set)) if set.len() > 1);
    let party = claims.custom.azp.as_deref();
    let ours = Some(desk.registered.app.id.as_str());
    if (several || party.is_some()) && party != ours {
        return Err(Trouble::Invalid("id_token_wrong_party"));
    }
    let verified = match &claims.custom.email_verified {
        Some(Value::Bool(verified)) => *verified,
        // Some servers write it as text.
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    Ok(Who {
        subject,
        email: claims.custom.email,
        email_verified: verified,
        name: claims.custom.name,
    })
}
