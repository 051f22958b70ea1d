//! Public keys and what they say of signatures.

use ed25519_dalek::{Signature, VerifyingKey};

/// A public key of Ed25519 (RFC 8032). The points of small order are no keys: for them, one signature fits every message.
pub(super) struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads the 32 bytes of a key; `None` if they are none.
    pub fn read(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    /// Whether this is the signature of `message`, in the one form that the signer wrote: the scalar is below the order of the group, R is
    /// canonical and not of small order, and the equation holds without the cofactor.
    pub fn holds(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}
