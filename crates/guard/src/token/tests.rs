use super::*;
use crate::token::sign::Signer;
use config::{Secret, SigningKey, VerifyingKey};
use domain::Random;
use proptest::prelude::*;

pub(super) struct Counting;
impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(i % 251).unwrap();
        }
    }
}

const ISSUER: &str = "https://api.example.com";

pub(super) fn public(seed: u8) -> [u8; 32] {
    *ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new([seed; 32])).pk
}

fn signer_of(id: &str, seed: u8, issuer: &str, audience: &str) -> Signer {
    let key = SigningKey {
        id: id.to_owned(),
        seed: Secret::new([seed; 32]),
    };
    Signer::new(key, issuer.to_owned(), audience.to_owned())
}

pub(super) fn signer() -> Signer {
    signer_of("k1", 1, ISSUER, "realcare")
}

pub(super) fn verifier() -> Verifier {
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

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(super) fn access(expires_at: i64) -> AccessToken {
    AccessToken {
        user: Id::new(at(1), &Counting),
        session: Id::new(at(2), &Counting),
        tier: Tier::Free,
        role: Role::User,
        version: 3,
        expires_at: at(expires_at),
    }
}

pub(super) const NOW: i64 = 1_800_000_000;

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
        (signer_of("k1", 2, ISSUER, "realcare"), Reason::BadSignature),
        (
            signer_of("k1", 1, "https://evil.example", "realcare"),
            Reason::WrongIssuer,
        ),
        (signer_of("k1", 1, ISSUER, "other"), Reason::WrongAudience),
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
    assert_eq!(verifier().verify(&token, at(NOW)), Err(Reason::WrongType));
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
        assert_eq!(verifier.verify(&token, at(NOW + 90)), Err(Reason::Expired));
    }
    assert!(verifier().verify(&token, at(NOW - 30)).is_ok());
    assert_eq!(verifier().verify(&token, at(NOW - 31)), Err(Reason::NotYetValid));
}

#[test]
fn what_is_longer_than_any_token_is_not_looked_at() {
    let text = |length: usize| "a".repeat(length);
    assert_eq!(verifier().verify(&text(4096), at(NOW)), Err(Reason::Malformed));
    assert_eq!(verifier().verify(&text(4097), at(NOW)), Err(Reason::TooLong));
}

/// The log's names of reasons are what alerts are made of (GUARD-10).
#[test]
fn reasons_have_names_that_stay() {
    let names = [
        (Reason::TooLong, "too_long"),
        (Reason::Malformed, "malformed"),
        (Reason::UnknownKey, "unknown_key"),
        (Reason::WrongAlgorithm, "wrong_algorithm"),
        (Reason::BadSignature, "bad_signature"),
        (Reason::WrongType, "wrong_type"),
        (Reason::WrongIssuer, "wrong_issuer"),
        (Reason::WrongAudience, "wrong_audience"),
        (Reason::NotYetValid, "not_yet_valid"),
        (Reason::Expired, "expired"),
        (Reason::SubjectMissing, "subject_missing"),
        (Reason::ClaimMissing, "claim_missing"),
        (Reason::Revoked, "revoked"),
    ];
    for (reason, name) in names {
        assert_eq!(reason.as_str(), name);
    }
}

/// A token with this header and these claims, signed by the key of `seed` whatever the header says.
fn forged(header: &serde_json::Value, claims: &serde_json::Value, seed: u8) -> String {
    let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    format!("{signed}.{}", signature(&signed, seed))
}

/// The signature of a text by the key of `seed`, as it stands in a token.
pub(super) fn signature(text: &str, seed: u8) -> String {
    let pair = ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new([seed; 32]));
    encode(pair.sk.sign(text, None).as_ref())
}

/// What a token of ours says.
pub(super) fn claims_of_an_ordinary_token() -> serde_json::Value {
    let good = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
    let claims = good.split('.').nth(1).unwrap();
    let decoded = base64::engine::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
    serde_json::from_slice(&decoded.unwrap()).unwrap()
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Attacks on JOSE that libraries fell for (RFC 8725, section 2), each with the reason that the log gives.
#[test]
fn known_attacks_fail_for_the_right_reason() {
    use serde_json::json;
    let good = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let claims = claims_of_an_ordinary_token();
    let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "k1"});
    let with = |json: &serde_json::Value, field: &str, value: serde_json::Value| {
        let mut changed = json.clone();
        changed[field] = value;
        changed
    };
    assert!(
        verifier().verify(&forged(&header, &claims, 1), at(NOW)).is_ok(),
        "the forge works"
    );

    let hs256 = {
        use hmac::{Hmac, KeyInit, Mac};
        let signed = format!(
            "{}.{}",
            encode(with(&header, "alg", json!("HS256")).to_string()),
            parts[1]
        );
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&public(1)).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", encode(mac.finalize().into_bytes()))
    };
    let none = format!(
        "{}.{}.",
        encode(with(&header, "alg", json!("none")).to_string()),
        parts[1]
    );
    let theirs = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(public(9))});
    let no_subject = {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove("sub");
        claims
    };
    let cases = [
        ("alg none", none, Reason::WrongAlgorithm),
        ("HS256 keyed with the public key", hs256, Reason::WrongAlgorithm),
        (
            "unknown kid",
            forged(&with(&header, "kid", json!("k9")), &claims, 1),
            Reason::UnknownKey,
        ),
        (
            "no kid",
            forged(&json!({"alg": "EdDSA", "typ": "at+jwt"}), &claims, 1),
            Reason::UnknownKey,
        ),
        (
            "embedded jwk",
            forged(&with(&header, "jwk", theirs), &claims, 9),
            Reason::Malformed,
        ),
        (
            "embedded jku",
            forged(
                &with(&header, "jku", json!("https://evil.example/keys")),
                &claims,
                9,
            ),
            Reason::BadSignature,
        ),
        (
            "crit",
            forged(&with(&header, "crit", json!(["exp"])), &claims, 1),
            Reason::Malformed,
        ),
        (
            "typ of another kind",
            forged(&with(&header, "typ", json!("JWT")), &claims, 1),
            Reason::WrongType,
        ),
        (
            "expired",
            forged(&header, &with(&claims, "exp", json!(NOW - 31)), 1),
            Reason::Expired,
        ),
        (
            "not yet valid",
            forged(&header, &with(&claims, "nbf", json!(NOW + 31)), 1),
            Reason::NotYetValid,
        ),
        (
            "wrong aud",
            forged(&header, &with(&claims, "aud", json!("other")), 1),
            Reason::WrongAudience,
        ),
        (
            "wrong iss",
            forged(&header, &with(&claims, "iss", json!("https://evil.example")), 1),
            Reason::WrongIssuer,
        ),
        ("no sub", forged(&header, &no_subject, 1), Reason::SubjectMissing),
        (
            "truncated signature",
            good[..good.len() - 4].to_owned(),
            Reason::Malformed,
        ),
        (
            "without signature",
            format!("{}.{}", parts[0], parts[1]),
            Reason::Malformed,
        ),
        ("empty", String::new(), Reason::Malformed),
        ("a refresh token", encode([7; 32]), Reason::Malformed),
        ("100 kB", "a".repeat(100_000), Reason::TooLong),
    ];
    for (name, token, reason) in cases {
        assert_eq!(verifier().verify(&token, at(NOW)), Err(reason), "{name}");
    }
}

/// Any JSON, often an object with the names that tokens use.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec![
            "EdDSA", "none", "at+jwt", "k1", "k2", ISSUER, "realcare", "free", "user"
        ])
        .prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "alg", "typ", "kid", "crit", "iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "tier", "role",
        "tv",
    ]);
    leaf.prop_recursive(2, 12, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..10).prop_map(|fields| {
                fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<Value>()
            }),
        ]
    })
}

proptest! {
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

    /// Nobody's text is a token: neither noise nor what looks like one, signed by whom you like (AUTH-4).
    #[test]
    fn what_we_did_not_sign_is_refused(
        noise in any::<String>(), alike in "[A-Za-z0-9_-]{0,60}(\\.[A-Za-z0-9_-]{0,60}){0,4}", header in json(), claims in json(), seed in 3u8..9,
    ) {
        for token in [noise, alike, forged(&header, &claims, seed), forged(&header, &claims_of_an_ordinary_token(), seed)] {
            prop_assert!(verifier().verify(&token, at(NOW)).is_err(), "{token:?}");
        }
    }

    /// Even a key of ours signs nothing into a token but what a token says.
    #[test]
    fn what_we_signed_for_something_else_is_refused(header in json(), claims in json()) {
        let ordinary = claims_of_an_ordinary_token();
        for token in [forged(&header, &ordinary, 1), forged(&serde_json::json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "k1"}), &claims, 1)] {
            prop_assert!(verifier().verify(&token, at(NOW)).is_err(), "{token:?}");
        }
    }

    /// However a token is changed, warm or cold, the answer is the same (GUARD-2) as long as the clock does not run back by more than the leeway.
    #[test]
    fn a_warm_verifier_decides_like_a_cold_one(position in 0usize..400, replacement in "[A-Za-z0-9_.-]{0,3}", later in -30i64..200) {
        let good = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
        let warm = verifier();
        warm.verify(&good, at(NOW)).unwrap();
        let position = position % good.len();
        let mut changed = good.clone();
        changed.replace_range(position..=position, &replacement);
        for token in [&changed, &good] {
            prop_assert_eq!(warm.verify(token, at(NOW + later)), verifier().verify(token, at(NOW + later)));
        }
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
