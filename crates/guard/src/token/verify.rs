//! Verifying, with everything pinned: algorithm, key by `kid`, issuer, audience, type, times (AUTH-4).

use std::collections::{HashMap, HashSet};

use config::Tokens;
use domain::user::{Role, Tier};
use domain::{Id, Timestamp};
use jwt_simple::JWTError;
use jwt_simple::prelude::*;
use sha2::{Digest, Sha256};

use super::cache::Cache;
use super::claims::{AccessToken, Private};
use super::sign::seconds;
use super::{LEEWAY_SECONDS, TYPE};

/// The one algorithm (RFC 8037).
const ALGORITHM: &str = "EdDSA";
/// The longest token that is looked at, in bytes. Ours have about 500.
const LONGEST: usize = 4096;

/// Why a token does not count. For the log only: clients always get the same answer (GUARD-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Longer than any token of ours.
    TooLong,
    /// Not three parts of base64url with JSON in them.
    Malformed,
    /// No `kid`, or one that is not ours.
    UnknownKey,
    /// Another algorithm than EdDSA.
    WrongAlgorithm,
    /// Not the signature of the named key.
    BadSignature,
    /// Another type than `at+jwt`.
    WrongType,
    /// Not ours.
    WrongIssuer,
    /// Not for us.
    WrongAudience,
    /// Before its beginning, or from the future.
    NotYetValid,
    /// Past its end.
    Expired,
    /// No person in it.
    SubjectMissing,
    /// Another claim is missing or cannot be read.
    ClaimMissing,
    /// The session or every session of the person was revoked (GUARD-2).
    Revoked,
}

impl Reason {
    /// The stable spelling in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Malformed => "malformed",
            Self::UnknownKey => "unknown_key",
            Self::WrongAlgorithm => "wrong_algorithm",
            Self::BadSignature => "bad_signature",
            Self::WrongType => "wrong_type",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::SubjectMissing => "subject_missing",
            Self::ClaimMissing => "claim_missing",
            Self::Revoked => "revoked",
        }
    }
}

/// Verifies access tokens and remembers those that held.
pub struct Verifier {
    keys: HashMap<String, Ed25519PublicKey>,
    issuers: HashSet<String>,
    audiences: HashSet<String>,
    cache: Cache,
}

impl Verifier {
    /// A verifier for tokens of `issuer`. A key that is no point on the curve verifies nothing and is left out.
    pub fn new(tokens: &Tokens, issuer: &str) -> Self {
        let keys = tokens.keys.iter().filter_map(|key| {
            let public = Ed25519PublicKey::from_bytes(&key.public).ok()?;
            Some((key.id.clone(), public))
        });
        Self {
            keys: keys.collect(),
            issuers: HashSet::from([issuer.to_owned()]),
            audiences: HashSet::from([tokens.audience.clone()]),
            cache: Cache::default(),
        }
    }

    /// What a token says, if it counts at `now`. Revocation is looked up elsewhere, on every request.
    ///
    /// # Errors
    /// The [`Reason`] why it does not count.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<AccessToken, Reason> {
        if token.len() > LONGEST {
            return Err(Reason::TooLong);
        }
        let key = Sha256::digest(token).into();
        let verified = match self.cache.get(&key) {
            Some(known) => known,
            None => {
                let verified = self.verify_afresh(token, now)?;
                self.cache.insert(key, verified.clone());
                verified
            }
        };
        // Asked of both, because the library's last second is one later: an instance must not know more than another.
        if now.seconds() < verified.expires_at.seconds().saturating_add(LEEWAY_SECONDS) {
            Ok(verified)
        } else {
            Err(Reason::Expired)
        }
    }

    fn verify_afresh(&self, token: &str, now: Timestamp) -> Result<AccessToken, Reason> {
        let metadata = Token::decode_metadata(token).map_err(|_| Reason::Malformed)?;
        let key = metadata
            .key_id()
            .and_then(|id| self.keys.get(id))
            .ok_or(Reason::UnknownKey)?;
        // The library takes the name of RFC 9864 too, and an empty `crit`, which RFC 7515 (section 4.1.11) forbids.
        if metadata.algorithm() != ALGORITHM {
            return Err(Reason::WrongAlgorithm);
        }
        if metadata.critical().is_some() {
            return Err(Reason::Malformed);
        }
        let claims = key
            .verify_token::<Private>(token, Some(self.options(now)))
            .map_err(|error| reason(&error))?;
        if claims.subject.is_none() {
            return Err(Reason::SubjectMissing);
        }
        read(&claims).ok_or(Reason::ClaimMissing)
    }

    fn options(&self, now: Timestamp) -> VerificationOptions {
        VerificationOptions {
            required_signature_type: Some(TYPE.to_owned()),
            allowed_issuers: Some(self.issuers.clone()),
            allowed_audiences: Some(self.audiences.clone()),
            time_tolerance: Some(Duration::from_secs(LEEWAY_SECONDS.unsigned_abs())),
            artificial_time: Some(seconds(now)),
            max_token_length: Some(LONGEST),
            ..VerificationOptions::default()
        }
    }
}

fn reason(error: &jwt_simple::Error) -> Reason {
    match error.downcast_ref::<JWTError>() {
        Some(JWTError::AlgorithmMismatch) => Reason::WrongAlgorithm,
        Some(JWTError::InvalidSignature) => Reason::BadSignature,
        Some(JWTError::RequiredSignatureTypeMismatch) => Reason::WrongType,
        Some(JWTError::RequiredIssuerMismatch | JWTError::RequiredIssuerMissing) => Reason::WrongIssuer,
        Some(JWTError::RequiredAudienceMismatch | JWTError::RequiredAudienceMissing) => Reason::WrongAudience,
        Some(JWTError::TokenNotValidYet | JWTError::ClockDrift) => Reason::NotYetValid,
        Some(JWTError::TokenHasExpired) => Reason::Expired,
        // A claim of the wrong form, an unknown critical extension, a signature of the wrong length.
        _ => Reason::Malformed,
    }
}

/// Every claim of AUTH-4 must be there: the library only checks those that are.
fn read(claims: &JWTClaims<Private>) -> Option<AccessToken> {
    claims.issued_at.and(claims.invalid_before)?;
    claims.jwt_id.as_ref()?;
    let expires = i64::try_from(claims.expires_at?.as_secs()).ok()?;
    Some(AccessToken {
        user: Id::parse(claims.subject.as_ref()?).ok()?,
        session: Id::parse(&claims.custom.sid).ok()?,
        tier: Tier::parse(&claims.custom.tier).ok()?,
        role: Role::parse(&claims.custom.role).ok()?,
        version: claims.custom.tv,
        expires_at: Timestamp::from_micros(expires.checked_mul(1_000_000)?),
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
#[path = "vectors.rs"]
mod vectors;

#[cfg(test)]
#[path = "jose.rs"]
mod jose;

#[cfg(test)]
#[path = "spelling.rs"]
mod spelling;
