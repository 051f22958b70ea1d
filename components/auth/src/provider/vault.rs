//! The tokens of providers, encrypted (AUTH-15): AES-256-GCM, the id of the key in the row, the identity as associated data, so that
//! a token that is moved to another row opens nothing.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use config::EncryptionKey;
use domain::provider::ProviderIdentity;
use domain::{Id, Random, Timestamp, random};
use store::identity::Sealed;

/// The bytes of a nonce (NIST SP 800-38D, section 8.2), in front of what it was used for. Drawn at random: far below 2^32 tokens
/// are sealed under one key.
const NONCE: usize = 12;

/// Opens and seals. The first key seals.
pub struct Vault(Vec<EncryptionKey>);

/// The tokens of an identity. It has no debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token, if there is one.
    pub refresh: Option<String>,
    /// When the access token ends, if the provider says.
    pub access_expires_at: Option<Timestamp>,
}

/// Tokens could not be sealed or opened; never what they are.
#[derive(Debug)]
pub struct VaultError(pub &'static str);

impl Vault {
    /// A vault with these keys.
    pub const fn new(keys: Vec<EncryptionKey>) -> Self {
        Self(keys)
    }

    /// Seals tokens for the row of an identity.
    ///
    /// # Errors
    /// [`VaultError`] when the cipher refuses.
    pub fn seal(
        &self,
        tokens: &Tokens,
        identity: Id<ProviderIdentity>,
        random: &dyn Random,
    ) -> Result<Sealed, VaultError> {
        let key = self.0.first().ok_or(VaultError("there is no key"))?;
        let seal = |kind, token: &str| encrypt(key, &about(identity, kind), token.as_bytes(), random);
        Ok(Sealed {
            access: seal("access", &tokens.access)?,
            refresh: tokens
                .refresh
                .as_deref()
                .map(|token| seal("refresh", token))
                .transpose()?,
            key_id: key.id.clone(),
            access_expires_at: tokens.access_expires_at,
        })
    }

    /// Opens the tokens of an identity.
    ///
    /// # Errors
    /// [`VaultError`] when the key is gone or the row was changed.
    pub fn open(&self, sealed: &Sealed, identity: Id<ProviderIdentity>) -> Result<Tokens, VaultError> {
        let key = self.0.iter().find(|key| key.id == sealed.key_id);
        let key = key.ok_or(VaultError("the key is gone"))?;
        let open = |kind, bytes: &[u8]| decrypt(key, &about(identity, kind), bytes);
        Ok(Tokens {
            access: open("access", &sealed.access)?,
            refresh: sealed
                .refresh
                .as_deref()
                .map(|bytes| open("refresh", bytes))
                .transpose()?,
            access_expires_at: sealed.access_expires_at,
        })
    }

    /// Whether a row was sealed with a key that no longer seals.
    pub fn is_outdated(&self, sealed: &Sealed) -> bool {
        self.0.first().is_some_and(|key| key.id != sealed.key_id)
    }
}

fn about(identity: Id<ProviderIdentity>, kind: &str) -> String {
    format!("provider_identities/{identity}/{kind}")
}

fn cipher(key: &EncryptionKey) -> Aes256Gcm {
    Aes256Gcm::new(key.key.expose().into())
}

fn encrypt(key: &EncryptionKey, aad: &str, msg: &[u8], random: &dyn Random) -> Result<Vec<u8>, VaultError> {
    let nonce: [u8; NONCE] = random::bytes(random);
    let payload = Payload {
        msg,
        aad: aad.as_bytes(),
    };
    let sealed = cipher(key).encrypt(&Nonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| VaultError("the cipher refused"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &EncryptionKey, aad: &str, sealed: &[u8]) -> Result<String, VaultError> {
    let broken = VaultError("the row does not open");
    let Some((nonce, msg)) = sealed.split_first_chunk::<NONCE>() else {
        return Err(broken);
    };
    let payload = Payload {
        msg,
        aad: aad.as_bytes(),
    };
    let opened = cipher(key).decrypt(&Nonce::from(*nonce), payload);
    let text = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::Secret;
    use http_kit::platform::SystemRandom;

    fn key(id: &str, byte: u8) -> EncryptionKey {
        EncryptionKey {
            id: id.to_owned(),
            key: Secret::new([byte; 32]),
        }
    }

    fn id(number: u8) -> Id<ProviderIdentity> {
        Id::new(
            Timestamp::from_micros(i64::from(number) * 1_000_000),
            &SystemRandom,
        )
    }

    fn tokens() -> Tokens {
        Tokens {
            access: "access-secret".to_owned(),
            refresh: Some("refresh-secret".to_owned()),
            access_expires_at: Some(Timestamp::from_micros(5)),
        }
    }

    #[test]
    fn only_its_own_row_opens_a_token() {
        let vault = Vault::new(vec![key("k1", 1)]);
        let (mine, other) = (id(1), id(2));
        let sealed = vault.seal(&tokens(), mine, &SystemRandom).unwrap();
        assert!(vault.open(&sealed, mine).unwrap() == tokens());
        assert!(vault.open(&sealed, other).is_err(), "moved to another row");
        let swapped = Sealed {
            access: sealed.refresh.clone().unwrap(),
            ..sealed.clone()
        };
        assert!(vault.open(&swapped, mine).is_err(), "moved to another column");
        for place in 0..sealed.access.len() {
            let mut changed = sealed.clone();
            changed.access[place] ^= 1;
            assert!(vault.open(&changed, mine).is_err(), "byte {place}");
        }
        let again = vault.seal(&tokens(), mine, &SystemRandom).unwrap();
        assert_ne!(again.access, sealed.access, "another nonce every time");
        assert!(!sealed.access.windows(6).any(|part| part == b"secret"));
    }

    #[test]
    fn an_old_key_opens_and_the_first_one_seals() {
        let old = Vault::new(vec![key("k1", 1)]);
        let mine = id(3);
        let sealed = old.seal(&tokens(), mine, &SystemRandom).unwrap();
        let rotated = Vault::new(vec![key("k2", 2), key("k1", 1)]);
        assert!(rotated.open(&sealed, mine).unwrap() == tokens());
        assert!(rotated.is_outdated(&sealed));
        let fresh = rotated.seal(&tokens(), mine, &SystemRandom).unwrap();
        assert!(fresh.key_id == "k2" && !rotated.is_outdated(&fresh));
        let retired = Vault::new(vec![key("k2", 2)]);
        assert!(retired.open(&sealed, mine).is_err() && retired.open(&fresh, mine).is_ok());
    }
}
