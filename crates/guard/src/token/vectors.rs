//! Published vectors for Ed25519 against what verifies our tokens: the key is read as [`super::Verifier`] reads it, the signature checked
//! by the library behind it. A vector's message is no token, so this is the floor below.

use super::Verifier;
use crate::token::key::PublicKey;
use config::{Tokens, VerifyingKey};

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).filter(|pair| *pair != b"-");
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Whether the key can be configured at all.
fn is_key(public: &[u8]) -> bool {
    let Ok(public) = public.try_into() else {
        return false;
    };
    let keys = vec![VerifyingKey {
        id: "k1".to_owned(),
        public,
    }];
    let audience = "realcare".to_owned();
    !Verifier::new(&Tokens { audience, keys }, "https://api.example.com")
        .keys
        .is_empty()
}

/// Whether a signature holds.
fn holds(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = public.try_into().ok().and_then(PublicKey::read);
    match (key, signature.try_into()) {
        (Some(key), Ok(signature)) => key.holds(message, signature),
        _ => false,
    }
}

/// Project Wycheproof: truncated, extended and compressed signatures, S + L, encodings of R that are not canonical, edge values.
/// Every one of its 151 vectors ends as it says.
#[test]
fn wycheproof() {
    let (mut key, mut count) = (Vec::new(), 0);
    for line in include_str!("vectors/wycheproof.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        match fields[..] {
            ["key", public] => {
                key = unhex(public);
                assert!(is_key(&key), "{line}");
            }
            [number, result, flag, message, signature] if number != "#" => {
                let found = holds(&key, &unhex(message), &unhex(signature));
                assert_eq!(found, result == "valid", "{number} {flag}");
                count += 1;
            }
            _ => {}
        }
    }
    assert_eq!(count, 151);
}

/// Edge cases of the points A and R, where implementations differ. Ours refuses every point of small order, as key and as R, with
/// them everything that is not canonical, and what holds only after multiplying by the cofactor (a residue of small order). It takes
/// what has a component of small order beside one of large order, if the equation holds as it stands: such a signature can be made
/// by the holder of the secret key only.
#[test]
fn edge_cases_of_points() {
    let mut count = 0;
    for line in include_str!("vectors/points.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let [number, key, signature, message, flags] = fields[..] else {
            continue;
        };
        if number == "#" {
            continue;
        }
        let flags: Vec<&str> = flags.split(',').collect();
        let has = |flag: &str| flags.contains(&flag);
        let message = message.replace('_', " ");
        let key = unhex(key);
        let expected = !has("low_order_A") && !has("low_order_R") && !has("low_order_residue");
        assert_eq!(
            holds(&key, message.as_bytes(), &unhex(signature)),
            expected,
            "{number} {flags:?}"
        );
        assert_eq!(is_key(&key), !has("low_order_A"), "{number} {flags:?}");
        count += 1;
    }
    assert_eq!(count, 66);
}

/// All encodings of points of small order (order 1, 2, 4, 8), the canonical ones and the others.
#[test]
fn a_key_of_small_order_cannot_be_configured() {
    const POINTS: [&str; 14] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    for point in POINTS {
        assert!(!is_key(&unhex(point)), "{point}");
    }
    // Not 32 bytes, and no point on the curve.
    for wrong in ["", "01", &"01".repeat(31), &"01".repeat(33), &"02".repeat(32)] {
        assert!(!is_key(&unhex(wrong)), "{wrong}");
    }
}
