//! Secrets that a client holds: 256 random bits in base64url, of which only the SHA-256 is stored (AUTH-1, AUTH-5).

use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Random, random};
use sha2::{Digest, Sha256};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A secret on its way to or from a client. It has no debug output.
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        let bytes: [u8; 32] = random::bytes(random);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// One that a client sent; `None` for what was never one of ours.
    pub fn parse(raw: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(raw).ok()?;
        (bytes.len() == 32).then(|| Self(raw.to_owned()))
    }

    /// The secret itself, for the client or the mail.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// `successor`, so that only the holder of this token can read it; `None` if the cipher refuses.
    pub fn seal(&self, successor: &Self) -> Option<Vec<u8>> {
        // The key belongs to this token alone and seals a single message, so the nonce may be constant.
        self.cipher()
            .encrypt(&Nonce::default(), successor.0.as_bytes())
            .ok()
    }

    /// The successor that was sealed for the holder of this token.
    pub fn unseal(&self, sealed: &[u8]) -> Option<Self> {
        let bytes = self.cipher().decrypt(&Nonce::default(), sealed).ok()?;
        Self::parse(std::str::from_utf8(&bytes).ok()?)
    }

    fn cipher(&self) -> Aes256Gcm {
        let mut hash = Sha256::new();
        // Not the stored hash: whoever reads the database must not be able to derive the key.
        hash.update(b"realcare refresh token successor\0");
        hash.update(&self.0);
        let key: [u8; 32] = hash.finalize().into();
        Aes256Gcm::new(&key.into())
    }
}

impl PartialSchema for Token {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]{43}$"))
            .description(Some("256 random bits in base64url."))
            .into()
    }
}

impl ToSchema for Token {}

#[cfg(test)]
mod tests {
    use super::*;
    use http_kit::platform::SystemRandom;

    #[test]
    fn only_the_predecessor_reads_its_successor() {
        let (first, second) = (Token::generate(&SystemRandom), Token::generate(&SystemRandom));
        let sealed = first.seal(&second).unwrap();
        assert_eq!(first.unseal(&sealed).unwrap().expose(), second.expose());
        assert!(second.unseal(&sealed).is_none());
        assert!(
            !sealed
                .windows(8)
                .any(|part| second.expose().as_bytes().starts_with(part))
        );
    }

    #[test]
    fn what_was_never_ours_is_not_a_token() {
        for raw in ["", "short", "not base64url!", &"A".repeat(44), &"A".repeat(1000)] {
            assert!(Token::parse(raw).is_none(), "{raw}");
        }
        assert!(Token::parse(Token::generate(&SystemRandom).expose()).is_some());
    }
}
