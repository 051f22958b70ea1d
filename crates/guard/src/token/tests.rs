use super::*;
use crate::token::sign::Signer;
use config::{Secret, SigningKey, VerifyingKey};
use domain::Random;
use proptest::prelude::*;

struct Counting;
impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(i % 251).unwrap();
        }
    }
}

const ISSUER: &str = "https://api.example.com";

fn public(seed: u8) -> [u8; 32] {
    *ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new([seed; 32])).pk
}

fn signer_of(id: &str, seed: u8, issuer: &str, audience: &str) -> Signer {
    let key = SigningKey {
        id: id.to_owned(),
        seed: Secret::new([seed; 32]),
    };
    Signer::new(&key, issuer.to_owned(), audience.to_owned()).unwrap()
}

fn signer() -> Signer {
    signer_of("k1", 1, ISSUER, "realcare")
}

fn verifier() -> Verifier {
    let keys = [("k1", 1), ("k2", 2)].map(|(id, seed)| VerifyingKey {
        id: id.to_owned(),
        public: public(seed),
    });
    Verifier::new(
        &Tokens {
            audience: "realcare".to_owned(),
            keys: keys.to_vec(),
        },
        ISSUER,
    )
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn access(expires_at: i64) -> AccessToken {
    AccessToken {
        user: Id::new(at(1), &Counting),
        session: Id::new(at(2), &Counting),
        tier: Tier::Free,
        role: Role::User,
        version: 3,
        expires_at: at(expires_at),
    }
}

const NOW: i64 = 1_800_000_000;

#[test]
fn two_keys_are_active_at_once() {
    for (id, seed) in [("k1", 1), ("k2", 2)] {
        let token = signer_of(id, seed, ISSUER, "realcare")
            .sign(&access(NOW + 60), at(NOW), &Counting)
            .unwrap();
        assert_eq!(verifier().verify(&token, at(NOW)), Ok(access(NOW + 60)));
    }
}

#[test]
fn what_is_pinned_must_hold() {
    let cases = [
        (signer_of("k9", 1, ISSUER, "realcare"), Reason::UnknownKey),
        (signer_of("k1", 2, ISSUER, "realcare"), Reason::NotVerified),
        (
            signer_of("k1", 1, "https://evil.example", "realcare"),
            Reason::NotVerified,
        ),
        (signer_of("k1", 1, ISSUER, "other"), Reason::NotVerified),
    ];
    for (signer, reason) in cases {
        let token = signer.sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
        assert_eq!(verifier().verify(&token, at(NOW)), Err(reason));
    }
}

#[test]
fn the_type_must_be_an_access_tokens() {
    let pair = Ed25519KeyPair::from_bytes(
        &ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new([1; 32]))
            .sk
            .to_vec(),
    );
    let claims = Claims::create(Duration::from_mins(1))
        .with_issuer(ISSUER)
        .with_audience("realcare");
    let token = pair.unwrap().with_key_id("k1").sign(claims).unwrap();
    assert_eq!(verifier().verify(&token, at(NOW)), Err(Reason::NotVerified));
}

#[test]
fn times_have_thirty_seconds_of_leeway_cached_or_not() {
    let token = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
    for verifier in [verifier(), {
        let warm = verifier();
        warm.verify(&token, at(NOW)).unwrap();
        warm
    }] {
        assert!(verifier.verify(&token, at(NOW + 89)).is_ok());
        assert_eq!(verifier.verify(&token, at(NOW + 91)), Err(Reason::Expired));
    }
    assert!(verifier().verify(&token, at(NOW - 29)).is_ok());
    assert_eq!(verifier().verify(&token, at(NOW - 31)), Err(Reason::NotVerified));
}

#[test]
fn attacks_on_the_form_fail() {
    use base64::Engine;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let good = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
    let payload = good.split('.').nth(1).unwrap();
    let none = format!(
        "{}.{payload}.",
        encode(r#"{"alg":"none","typ":"at+jwt","kid":"k1"}"#)
    );
    let hs256 = format!(
        "{}.{payload}.{}",
        encode(r#"{"alg":"HS256","typ":"at+jwt","kid":"k1"}"#),
        encode("x")
    );
    for token in [
        none.as_str(),
        hs256.as_str(),
        "",
        "a.b",
        "a.b.c",
        "....",
        &good[..good.len() - 4],
    ] {
        assert!(verifier().verify(token, at(NOW)).is_err(), "{token}");
    }
    assert_eq!(
        verifier().verify(&"a".repeat(100_000), at(NOW)),
        Err(Reason::TooLong)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_token_reads_back(version in 0i64..1000, life in 1i64..3600, premium: bool, role in 0usize..3) {
        let token = AccessToken {
            version,
            tier: if premium { Tier::Premium } else { Tier::Free },
            role: [Role::User, Role::Agent, Role::Admin][role],
            ..access(NOW + life)
        };
        let signed = signer().sign(&token, at(NOW), &Counting).unwrap();
        prop_assert_eq!(verifier().verify(&signed, at(NOW)), Ok(token));
    }

    #[test]
    fn any_changed_character_is_noticed(position in 0usize..400, replacement in "[A-Za-z0-9_-]") {
        let good = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
        let position = position % good.len();
        let mut changed = good.clone();
        changed.replace_range(position..=position, &replacement);
        // The last character of a part carries unused bits; the decoder refuses those too, or the text is the same.
        if changed != good {
            prop_assert!(verifier().verify(&changed, at(NOW)).is_err());
        }
    }
}
