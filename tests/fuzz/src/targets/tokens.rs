//! Access tokens (AUTH-4) and cursors (CONV-5): what nobody can forge.

use std::sync::LazyLock;

use config::{Secret, SigningKey, Tokens, VerifyingKey};
use domain::user::{Role, Tier};
use domain::{Id, Random, Timestamp};
use guard::token::{AccessToken, Signer, Verifier};
use http_kit::cursor::Cursors;

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const ISSUER: &str = "https://api.example.com";
const SEED: [u8; 32] = [1; 32];

struct Zeros;

impl Random for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let pair = ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(SEED));
    let key = VerifyingKey {
        id: "k1".to_owned(),
        public: *pair.pk,
    };
    Verifier::new(
        &Tokens {
            audience: "realcare".to_owned(),
            keys: vec![key],
        },
        ISSUER,
    )
});

/// The one token that counts: it has no part that is not determined.
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let key = SigningKey {
        id: "k1".to_owned(),
        seed: Secret::new(SEED),
    };
    let signer = Signer::new(key, ISSUER.to_owned(), "realcare".to_owned());
    let token = AccessToken {
        user: Id::new(NOW, &Zeros),
        session: Id::new(NOW, &Zeros),
        tier: Tier::Free,
        role: Role::User,
        version: 1,
        expires_at: Timestamp::from_micros(NOW.micros() + 600_000_000),
    };
    signer.sign(&token, NOW, &Zeros).expect("a token")
});

/// Any text, and the good token with that text in its place: only the good one is a token.
pub fn access_token(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let at = bytes.first().map_or(0, |byte| usize::from(*byte) % GOOD.len());
    let piece: String = text.chars().skip(1).collect();
    let mended = format!(
        "{}{piece}{}",
        &GOOD[..at],
        &GOOD[(at + piece.len()).min(GOOD.len())..]
    );
    for token in [text.as_ref(), mended.as_str()] {
        let verdict = VERIFIER.verify(token, NOW);
        assert!(verdict.is_err() || token == *GOOD, "{token} counts");
    }
}

/// A cursor that opens is the one that its position is sealed to, and nothing opens that of another list.
pub fn cursor(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (mine, others) = (Cursors::new([7; 32], "a"), Cursors::new([7; 32], "b"));
    if let Ok(position) = mine.open(&text) {
        assert_eq!(mine.seal(&position), text);
    }
    let sealed = mine.seal(&text);
    assert_eq!(mine.open(&sealed).ok().as_deref(), Some(text.as_ref()));
    assert!(others.open(&sealed).is_err());
}
