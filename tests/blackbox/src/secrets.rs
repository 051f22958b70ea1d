//! Random secrets in the forms that `cargo xtask up` makes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_compact::{KeyPair, Seed};
use serde_json::Value;

/// The secrets of one app.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// `<kid>:<seed>`.
    pub signing_key: String,
    /// `<kid>:<public key>`.
    pub verifying_keys: String,
    /// 32 bytes.
    pub cursor_key: String,
    /// 32 bytes.
    pub internal_key: String,
    /// `<kid>:<32 bytes>`.
    pub encryption_keys: String,
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
            internal_key: encode(&random()),
            encryption_keys: format!("{id}:{}", encode(&random())),
        }
    }
}

impl Secrets {
    /// A token with this header and these claims under the app's own signing key.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let (_, seed) = self.signing_key.split_once(':').expect("a key id in front");
        let seed = URL_SAFE_NO_PAD.decode(seed).expect("base64url");
        let pair = KeyPair::from_seed(Seed::from_slice(&seed).expect("32 bytes"));
        let signed = format!(
            "{}.{}",
            encode(header.to_string().as_bytes()),
            encode(claims.to_string().as_bytes())
        );
        let signature = pair.sk.sign(signed.as_bytes(), None);
        format!("{signed}.{}", encode(signature.as_ref()))
    }
}

/// Header and claims of a token, unverified.
pub fn read_token(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
        serde_json::from_slice(&bytes).unwrap_or_default()
    });
    (parts.next().expect("a header"), parts.next().expect("claims"))
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
