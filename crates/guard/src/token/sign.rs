//! Signing; only `auth` has a key for it.

use std::sync::OnceLock;

use config::SigningKey;
use domain::{Random, Timestamp};
use jwt_simple::prelude::*;

use super::claims::{AccessToken, Private};
use crate::context::nonce;

/// Signs access tokens.
pub struct Signer {
    key: SigningKey,
    /// Made of the key when somebody signs in: it is half of what an instance would cost, and few instances sign.
    pair: OnceLock<Ed25519KeyPair>,
    issuer: String,
    audience: String,
}

/// The key cannot sign.
#[derive(Debug)]
pub struct SignError(pub String);

impl Signer {
    /// A signer for this issuer and audience.
    pub const fn new(key: SigningKey, issuer: String, audience: String) -> Self {
        Self {
            key,
            pair: OnceLock::new(),
            issuer,
            audience,
        }
    }

    /// The signed token.
    ///
    /// # Errors
    /// [`SignError`] when the library refuses.
    pub fn sign(
        &self,
        token: &AccessToken,
        now: Timestamp,
        random: &dyn Random,
    ) -> Result<String, SignError> {
        let private = Private {
            sid: token.session.to_string(),
            tier: token.tier.as_str().to_owned(),
            role: token.role.as_str().to_owned(),
            tv: token.version,
            client_id: super::CLIENT.to_owned(),
        };
        let mut claims = Claims::with_custom_claims(private, Duration::from_secs(0))
            .with_issuer(&self.issuer)
            .with_audience(&self.audience)
            .with_subject(token.user)
            .with_jwt_id(nonce(random));
        claims.issued_at = Some(seconds(now));
        claims.invalid_before = Some(seconds(now));
        claims.expires_at = Some(seconds(token.expires_at));
        let options = HeaderOptions {
            signature_type: Some(super::TYPE.to_owned()),
            ..HeaderOptions::default()
        };
        self.pair()?
            .sign_with_options(claims, &options)
            .map_err(|error| SignError(error.to_string()))
    }

    fn pair(&self) -> Result<&Ed25519KeyPair, SignError> {
        if let Some(pair) = self.pair.get() {
            return Ok(pair);
        }
        let seed = ed25519_seed(&self.key);
        let pair = Ed25519KeyPair::from_bytes(&seed).map_err(|error| SignError(error.to_string()))?;
        Ok(self.pair.get_or_init(|| pair.with_key_id(&self.key.id)))
    }
}

pub(super) fn seconds(at: Timestamp) -> UnixTimeStamp {
    UnixTimeStamp::from_secs(u64::try_from(at.seconds()).unwrap_or(0))
}

/// The library wants seed and public key in a row.
fn ed25519_seed(key: &SigningKey) -> Vec<u8> {
    let pair = ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(*key.seed.expose()));
    pair.sk.to_vec()
}
