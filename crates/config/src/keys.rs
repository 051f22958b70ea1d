//! Ed25519 keys with their key ids.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::Secret;

/// The key that signs access tokens (AUTH-4).
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its `kid`.
    pub id: String,
    /// The seed of the key pair (RFC 8032).
    pub seed: Secret<[u8; 32]>,
}

/// A key that verifies access tokens (AUTH-4).
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    /// Its `kid`.
    pub id: String,
    /// The public key (RFC 8032).
    pub public: [u8; 32],
}

/// A key that encrypts the tokens of providers (AUTH-15).
#[derive(Clone, Debug)]
pub struct EncryptionKey {
    /// Its id, which stands beside what it encrypted.
    pub id: String,
    /// The AES-256 key.
    pub key: Secret<[u8; 32]>,
}

pub(crate) fn encryption_keys(raw: &str) -> Option<Vec<EncryptionKey>> {
    let keys: Vec<EncryptionKey> = raw
        .split(',')
        .map(|one| {
            let (id, key) = split(one.trim())?;
            let key = Secret::new(key);
            Some(EncryptionKey { id, key })
        })
        .collect::<Option<_>>()?;
    let twice =
        |(place, key): (usize, &EncryptionKey)| keys.iter().take(place).any(|other| other.id == key.id);
    let unique = !keys.iter().enumerate().any(twice);
    unique.then_some(keys)
}

pub(crate) fn signing_key(raw: &str) -> Option<SigningKey> {
    let (id, seed) = split(raw)?;
    Some(SigningKey {
        id,
        seed: Secret::new(seed),
    })
}

pub(crate) fn verifying_keys(raw: &str) -> Option<Vec<VerifyingKey>> {
    raw.split(',')
        .map(|one| split(one.trim()).map(|(id, public)| VerifyingKey { id, public }))
        .collect()
}

pub(crate) fn bytes32(raw: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(raw).ok()?.try_into().ok()
}

fn split(raw: &str) -> Option<(String, [u8; 32])> {
    let (id, key) = raw.split_once(':')?;
    let plain = !id.is_empty()
        && id.len() <= 64
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    plain.then_some(())?;
    Some((id.to_owned(), bytes32(key)?))
}
