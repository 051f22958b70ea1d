//! Random secrets in the forms that `cargo xtask up` makes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_compact::{KeyPair, Seed};

/// The secrets of one app.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// `<kid>:<seed>`.
    pub signing_key: String,
    /// `<kid>:<public key>`.
    pub verifying_keys: String,
    /// 32 bytes.
    pub cursor_key: String,
}

impl Secrets {
    /// New ones.
    pub fn generate() -> Self {
        let seed = random();
        let public = KeyPair::from_seed(Seed::new(seed)).pk;
        let id: String = random()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            signing_key: format!("{id}:{}", encode(&seed)),
            verifying_keys: format!("{id}:{}", encode(public.as_ref())),
            cursor_key: encode(&random()),
        }
    }
}

/// Base64url of random bytes: unique names, passwords and the like.
pub fn nonce() -> String {
    encode(&random()[..12])
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
