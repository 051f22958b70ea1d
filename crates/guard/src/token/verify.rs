//! Verifying, with everything pinned: algorithm, key by `kid`, issuer, audience, type, times (AUTH-4).

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use config::Tokens;
use domain::user::{Role, Tier};
use domain::{Id, Timestamp};
use jwt_simple::claims::Audiences;
use jwt_simple::prelude::*;

use super::cache::Cache;
use super::claims::{AccessToken, Private};
use super::key::PublicKey;
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
    keys: HashMap<String, PublicKey>,
    issuer: String,
    audience: String,
    cache: Cache,
}

impl Verifier {
    /// A verifier for tokens of `issuer`. A key that is none verifies nothing and is left out.
    pub fn new(tokens: &Tokens, issuer: &str) -> Self {
        let keys = tokens.keys.iter().filter_map(|key| {
            let public = PublicKey::read(&key.public)?;
            Some((key.id.clone(), public))
        });
        Self {
            keys: keys.collect(),
            issuer: issuer.to_owned(),
            audience: tokens.audience.clone(),
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
        if let Some(known) = self.cache.get(token) {
            return if is_over(known.expires_at.seconds(), now) {
                Err(Reason::Expired)
            } else {
                Ok(known)
            };
        }
        let verified = self.verify_afresh(token, now)?;
        self.cache.insert(token, verified.clone());
        Ok(verified)
    }

    fn verify_afresh(&self, token: &str, now: Timestamp) -> Result<AccessToken, Reason> {
        let header = Token::decode_metadata(token).map_err(|_| Reason::Malformed)?;
        let key = header
            .key_id()
            .and_then(|id| self.keys.get(id))
            .ok_or(Reason::UnknownKey)?;
        // `alg` has one name; the library knows that of RFC 9864 too.
        if header.algorithm() != ALGORITHM {
            return Err(Reason::WrongAlgorithm);
        }
        // There is no extension that we understand, and an empty `crit` is forbidden (RFC 7515, section 4.1.11).
        if header.critical().is_some() {
            return Err(Reason::Malformed);
        }
        let is_access_token = |kind: &str| kind.eq_ignore_ascii_case(TYPE);
        if !header.signature_type().is_some_and(is_access_token) {
            return Err(Reason::WrongType);
        }
        let claims = signed(token, key)?;
        self.check(&claims, now)?;
        if claims.subject.is_none() {
            return Err(Reason::SubjectMissing);
        }
        read(&claims).ok_or(Reason::ClaimMissing)
    }

    /// Times with their leeway, issuer and audience (RFC 7519, section 4.1).
    fn check(&self, claims: &JWTClaims<Private>, now: Timestamp) -> Result<(), Reason> {
        // The leeway is added to the present: a claim may be as large as it likes.
        let latest = seconds(now).as_secs() + LEEWAY_SECONDS.unsigned_abs();
        let begins_later = |at: Option<UnixTimeStamp>| at.is_some_and(|at| at.as_secs() > latest);
        if begins_later(claims.issued_at) || begins_later(claims.invalid_before) {
            return Err(Reason::NotYetValid);
        }
        let ends = claims
            .expires_at
            .and_then(|end| i64::try_from(end.as_secs()).ok());
        if ends.is_some_and(|end| is_over(end, now)) {
            return Err(Reason::Expired);
        }
        if claims.issuer.as_ref() != Some(&self.issuer) {
            return Err(Reason::WrongIssuer);
        }
        let is_for_us = match &claims.audiences {
            None => false,
            Some(Audiences::AsString(audience)) => *audience == self.audience,
            Some(Audiences::AsSet(audiences)) => audiences.contains(&self.audience),
        };
        if is_for_us {
            Ok(())
        } else {
            Err(Reason::WrongAudience)
        }
    }
}

/// Whether a token that ends at this second is over, with its leeway; asked of new ones and of those that are remembered, so that no instance
/// knows more than another.
const fn is_over(end: i64, now: Timestamp) -> bool {
    now.seconds() >= end.saturating_add(LEEWAY_SECONDS)
}

/// The claims of a token in its three parts (RFC 7515, section 7.1), if its signature is that of `key`.
fn signed(token: &str, key: &PublicKey) -> Result<JWTClaims<Private>, Reason> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Reason::Malformed)?;
    let (_, claims) = signed.split_once('.').ok_or(Reason::Malformed)?;
    if claims.contains('.') {
        return Err(Reason::Malformed);
    }
    let signature = decode(signature)?.try_into().map_err(|_| Reason::Malformed)?;
    if !key.holds(signed.as_bytes(), &signature) {
        return Err(Reason::BadSignature);
    }
    serde_json::from_slice(&decode(claims)?).map_err(|_| Reason::Malformed)
}

/// base64url without padding, in its one form (RFC 7515, section 2).
fn decode(text: &str) -> Result<Vec<u8>, Reason> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Reason::Malformed)
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
