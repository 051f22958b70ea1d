//! Attacks on JOSE one by one (RFC 8725, section 2, and what libraries fell for since): what is signed by others, said in other words or
//! written in another way than ours. Each has the reason that the log gives; the client always gets the same answer.

use serde_json::{Value, json};

use super::Reason;
use super::tests::{NOW, at, claims_of_an_ordinary_token, encode, public, signature, verifier};

pub(super) const HEADER: &str = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k1"}"#;

pub(super) fn found(token: &str) -> Result<(), Reason> {
    verifier().verify(token, at(NOW)).map(|_| ())
}

/// A token of exactly this text, signed by the key of `seed` whatever it says.
pub(super) fn signed(header: &str, claims: &str, seed: u8) -> String {
    let text = format!("{}.{}", encode(header), encode(claims));
    let signature = signature(&text, seed);
    format!("{text}.{signature}")
}

pub(super) fn ours(header: &str) -> String {
    signed(header, &claims_of_an_ordinary_token().to_string(), 1)
}

fn theirs(header: &str) -> String {
    signed(header, &claims_of_an_ordinary_token().to_string(), 9)
}

pub(super) fn with(field: &str, value: Value) -> String {
    let mut header: Value = serde_json::from_str(HEADER).unwrap();
    header[field] = value;
    header.to_string()
}

pub(super) fn claiming(field: &str, value: &str) -> String {
    // As text, so that numbers can be what no library writes.
    let mut claims = claims_of_an_ordinary_token();
    claims[field] = json!("here");
    signed(HEADER, &claims.to_string().replace("\"here\"", value), 1)
}

#[track_caller]
pub(super) fn all(cases: Vec<(String, String, Reason)>) {
    for (name, token, reason) in cases {
        assert_eq!(found(&token), Err(reason), "{name}: {token}");
    }
}

#[test]
fn the_forge_works() {
    assert_eq!(found(&ours(HEADER)), Ok(()));
    assert_eq!(found(&claiming("tv", "3")), Ok(()));
}

#[test]
fn algorithms() {
    let mut cases = Vec::new();
    let names = [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS512", "ES256", "RS256", "PS256", "eddsa", "EdDSA ",
        "Ed25519", "Ed448", "ES256K",
    ];
    for name in names {
        let header = with("alg", json!(name));
        cases.push((
            format!("{name}, our signature"),
            ours(&header),
            Reason::WrongAlgorithm,
        ));
        let (rest, _) = ours(&header)
            .rsplit_once('.')
            .map(|(rest, last)| (rest.to_owned(), last.to_owned()))
            .unwrap();
        for signature in ["", "AA", &encode([0; 64])] {
            cases.push((
                format!("{name}, {signature}"),
                format!("{rest}.{signature}"),
                Reason::WrongAlgorithm,
            ));
        }
    }
    for value in [
        json!(null),
        json!(["EdDSA"]),
        json!({"a": 1}),
        json!(1),
        json!(true),
    ] {
        cases.push((format!("{value}"), ours(&with("alg", value)), Reason::Malformed));
    }
    cases.push((
        "missing".into(),
        ours(r#"{"typ":"at+jwt","kid":"k1"}"#),
        Reason::Malformed,
    ));
    all(cases);
}

/// The public key is public: whoever takes it for the secret of a MAC lets everybody in.
#[test]
fn the_public_key_is_no_secret() {
    use hmac::{Hmac, KeyInit, Mac};
    let raw = public(1);
    let text = encode(raw);
    let der = [
        &[
            0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
        ],
        &raw[..],
    ]
    .concat();
    let pem = {
        use base64::Engine;
        let body = base64::engine::general_purpose::STANDARD.encode(&der);
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    };
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": text}).to_string();
    for secret in [
        &raw[..],
        text.as_bytes(),
        &der,
        pem.as_bytes(),
        jwk.as_bytes(),
        b"",
    ] {
        let header = with("alg", json!("HS256"));
        let message = format!(
            "{}.{}",
            encode(header),
            encode(claims_of_an_ordinary_token().to_string())
        );
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
        mac.update(message.as_bytes());
        let token = format!("{message}.{}", encode(mac.finalize().into_bytes()));
        assert_eq!(found(&token), Err(Reason::WrongAlgorithm));
        // Under the right name the MAC is a signature of the wrong length.
        let token = token.replacen(&encode(with("alg", json!("HS256"))), &encode(HEADER), 1);
        assert_eq!(found(&token), Err(Reason::Malformed));
    }
}

/// A key that the token brings along or points to is never used, so what it signed is a bad signature at best.
#[test]
fn keys_that_a_token_brings() {
    let key = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(public(9)), "kid": "k1"});
    let evil = json!("https://evil.example/keys");
    let chain = json!(["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"]);
    let mut cases = Vec::new();
    for (field, value, reason) in [
        ("jwk", key.clone(), Reason::Malformed),
        ("jwk", json!(key.to_string()), Reason::BadSignature),
        ("jku", evil.clone(), Reason::BadSignature),
        ("x5u", evil, Reason::BadSignature),
        ("x5c", chain, Reason::BadSignature),
        ("x5t", json!("AAAA"), Reason::BadSignature),
        ("x5t#S256", json!("AAAA"), Reason::BadSignature),
        ("jku", json!("file:///dev/null"), Reason::BadSignature),
        ("jwks", json!({"keys": [key]}), Reason::BadSignature),
    ] {
        cases.push((field.to_owned(), theirs(&with(field, value)), reason));
    }
    let kids = [
        "k9",
        "",
        "K1",
        "k1 ",
        " k1",
        "k1\0",
        "k1\n",
        "../k1",
        "../../../../dev/null",
        "k1' OR '1'='1",
        "k1;k2",
        "k1,k2",
        "https://evil.example/k1",
        "*",
        "%6b1",
    ];
    for kid in kids {
        cases.push((
            format!("kid {kid:?}"),
            theirs(&with("kid", json!(kid))),
            Reason::UnknownKey,
        ));
        cases.push((
            format!("kid {kid:?}, ours"),
            ours(&with("kid", json!(kid))),
            Reason::UnknownKey,
        ));
    }
    for kid in [json!(1), json!(["k1"]), json!({"kid": "k1"}), json!(true)] {
        cases.push((format!("kid {kid}"), ours(&with("kid", kid)), Reason::Malformed));
    }
    cases.push((
        "kid null".into(),
        ours(&with("kid", json!(null))),
        Reason::UnknownKey,
    ));
    // Each key signs under its own name only.
    cases.push((
        "kid of the other key".into(),
        ours(&with("kid", json!("k2"))),
        Reason::BadSignature,
    ));
    all(cases);
}

/// What has to be understood and is not (RFC 7515, section 4.1.11; RFC 7797).
#[test]
fn critical_headers() {
    let mut cases = Vec::new();
    for value in [
        json!([]),
        json!(["exp"]),
        json!(["b64"]),
        json!(["alg"]),
        json!(["k", "k"]),
        json!("exp"),
        json!({}),
        json!([1]),
    ] {
        cases.push((
            format!("crit {value}"),
            ours(&with("crit", value)),
            Reason::Malformed,
        ));
    }
    let header = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k1","b64":false,"crit":["b64"]}"#;
    let message = format!("{}.{}", encode(header), claims_of_an_ordinary_token());
    let unencoded = format!("{message}.{}", signature(&message, 1));
    cases.push((
        "b64 false, claims as they are".into(),
        unencoded,
        Reason::Malformed,
    ));
    all(cases);
    // Without `crit` it means nothing, as every header that one does not know (RFC 7515, section 4).
    assert_eq!(found(&ours(&with("b64", json!(false)))), Ok(()));
}

#[test]
fn names_that_stand_twice() {
    let claims = claims_of_an_ordinary_token().to_string();
    let twice = |text: &str, more: &str| format!("{{{more},{}", &text[1..]);
    let mut cases = Vec::new();
    for more in [
        r#""alg":"none""#,
        r#""alg":"EdDSA""#,
        r#""kid":"k9""#,
        r#""kid":"k1""#,
        r#""typ":"JWT""#,
    ] {
        cases.push((
            format!("header {more}"),
            ours(&twice(HEADER, more)),
            Reason::Malformed,
        ));
    }
    let others = [
        r#""sub":"x""#,
        r#""exp":9999999999"#,
        r#""aud":"other""#,
        r#""iss":"https://evil.example""#,
        r#""role":"admin""#,
        r#""tv":9"#,
        r#""sid":"x""#,
    ];
    for more in others {
        cases.push((
            format!("claims {more}"),
            signed(HEADER, &twice(&claims, more), 1),
            Reason::Malformed,
        ));
    }
    all(cases);
}
