//! Attacks on JOSE by how a token is written: parts, encodings, numbers, documents in places that are not theirs.

use serde_json::json;

use super::jose::{HEADER, all, claiming, found, ours, signed, with};
use super::tests::{Counting, NOW, access, at, encode, signature, signer, verifier};
use super::{LONGEST, Reason};

/// One token has one spelling (RFC 7515, section 2: base64url without padding, line breaks or anything else).
#[test]
fn other_spellings_of_a_good_token() {
    let good = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{good}")
    };
    let mut spellings = vec![
        format!("{good}."),
        format!("{good}.."),
        format!(".{good}"),
        format!("{good}.AA"),
        format!("{good}.{signature}"),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!("{header}..{signature}"),
        format!(".{claims}.{signature}"),
        format!("{header}.{signature}"),
        "..".to_owned(),
        ".".to_owned(),
        "...".to_owned(),
        "....".to_owned(),
        format!("{header}.AA.{claims}.AA.{signature}"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("\u{feff}{good}"),
        format!("{good}\0"),
        good.replacen('.', " .", 1),
        good.replacen('.', ".\n", 1),
        good.replacen('.', "%2E", 1),
        good.replacen('.', "..", 1),
        format!("\"{good}\""),
        format!("Bearer {good}"),
        json!({"protected": header, "payload": claims, "signature": signature}).to_string(),
        json!({"payload": claims, "signatures": [{"protected": header, "signature": signature}]}).to_string(),
    ];
    for (place, part) in parts.iter().enumerate() {
        let put = |text: String| {
            let mut parts: Vec<&str> = parts.clone();
            parts[place] = &text;
            parts.join(".")
        };
        spellings.extend([
            put(format!("{part}=")),
            put(format!("{part}==")),
            put(format!("={part}")),
            put(format!("{part}A")),
            put(part[1..].to_owned()),
            put(part[..part.len() - 1].to_owned()),
            put(format!("{}\n{}", &part[..8], &part[8..])),
            put(format!("{} {}", &part[..8], &part[8..])),
        ]);
        // The last character of a part whose length is no multiple of four carries bits that mean nothing and must be zero.
        if part.len() % 4 != 0 {
            const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let last = ALPHABET.find(&part[part.len() - 1..]).unwrap();
            spellings.push(put(format!(
                "{}{}",
                &part[..part.len() - 1],
                &ALPHABET[last + 1..last + 2]
            )));
        }
        if part.contains(['-', '_']) {
            spellings.push(put(part.replace('-', "+").replace('_', "/")));
        }
    }
    for spelling in spellings {
        let refused = found(&spelling);
        assert!(refused.is_err(), "{spelling:?}");
        // Nor does a token that is known already lend its standing to another spelling.
        let warm = verifier();
        warm.verify(&good, at(NOW)).unwrap();
        assert_eq!(
            warm.verify(&spelling, at(NOW)).map(|_| ()),
            refused,
            "{spelling:?}"
        );
    }
}

/// S + L is the same signature to whoever does not look (RFC 8032, section 5.1.7).
#[test]
fn a_signature_has_one_form() {
    let good = signer().sign(&access(NOW + 60), at(NOW), &Counting).unwrap();
    let (rest, last) = good.rsplit_once('.').unwrap();
    let bytes: Vec<u8> =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, last).unwrap();
    let (r, s) = bytes.split_at(32);
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    let sum: Vec<u8> = s
        .iter()
        .zip(ORDER)
        .map(|(a, b)| {
            let sum = u16::from(*a) + u16::from(b) + carry;
            carry = sum >> 8;
            sum.to_le_bytes()[0]
        })
        .collect();
    let zero = [0; 32];
    for (name, signature) in [
        ("S + L", [r, &sum].concat()),
        ("S and R changed places", [s, r].concat()),
        ("S = 0", [r, &zero].concat()),
        ("R = 0", [&zero, s].concat()),
        ("both 0", vec![0; 64]),
        ("R alone", r.to_vec()),
        ("one byte short", bytes[..63].to_vec()),
        ("one byte long", [&bytes[..], &[0]].concat()),
        ("twice", [&bytes[..], &bytes].concat()),
        ("nothing", Vec::new()),
    ] {
        assert!(found(&format!("{rest}.{}", encode(signature))).is_err(), "{name}");
    }
}

/// Numbers that no clock shows: nothing overflows. A date may have a fraction (RFC 7519, section 2), and one that is further away than
/// the library counts is the last one that it counts, in 2106; both need our signature.
#[test]
fn numbers_out_of_all_bounds() {
    const FAR: [&str; 6] = [
        "1e19",
        "1e308",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
    ];
    const FRACTIONS: [&str; 2] = ["1.5", "0.1e1"];
    const WRONG: [&str; 11] = [
        "1e400",
        "-1e400",
        "-1",
        "-9223372036854775808",
        "\"1800000060\"",
        "null",
        "true",
        "[1]",
        "{}",
        "NaN",
        "",
    ];
    for field in ["exp", "nbf", "iat", "tv"] {
        for value in FAR.iter().chain(&FRACTIONS).chain(&WRONG) {
            let fine = match field {
                "exp" => FAR.contains(value),
                "nbf" | "iat" => FRACTIONS.contains(value),
                // Any 64-bit number: whether it is the account's is judged elsewhere.
                _ => value.parse::<i64>().is_ok(),
            };
            assert_eq!(found(&claiming(field, value)).is_ok(), fine, "{field}: {value}");
        }
    }
}

#[test]
fn what_stands_in_the_place_of_claims() {
    let good = ours(HEADER);
    let mut cases = vec![
        (
            "a JWT in a JWT".into(),
            signed(&with("cty", json!("JWT")), &good, 1),
            Reason::Malformed,
        ),
        (
            "a JWT as a string".into(),
            signed(HEADER, &json!(good).to_string(), 1),
            Reason::Malformed,
        ),
        ("nothing".into(), signed(HEADER, "", 1), Reason::Malformed),
        (
            "two documents".into(),
            signed(HEADER, "{}{}", 1),
            Reason::Malformed,
        ),
        (
            "not UTF-8".into(),
            {
                let text = format!("{}.{}", encode(HEADER), encode([0xff, 0xfe]));
                format!("{text}.{}", signature(&text, 1))
            },
            Reason::Malformed,
        ),
        ("a header that is no object".into(), ours("[]"), Reason::Malformed),
        (
            "a header after a byte order mark".into(),
            ours(&format!("\u{feff}{HEADER}")),
            Reason::Malformed,
        ),
        (
            "a header of many brackets".into(),
            ours(&"[".repeat(2000)),
            Reason::Malformed,
        ),
        (
            "claims of many brackets".into(),
            signed(HEADER, &"[".repeat(2000), 1),
            Reason::Malformed,
        ),
        (
            "too long".into(),
            ours(&with("x", json!("x".repeat(LONGEST)))),
            Reason::TooLong,
        ),
    ];
    for text in ["null", "[]", "1", "\"\"", "{}", "{\"sub\":null}"] {
        cases.push((text.to_owned(), signed(HEADER, text, 1), Reason::Malformed));
    }
    for kind in [
        "JWT",
        "jwt",
        "rt+jwt",
        "at+jwt\0",
        "at+jwt;v=1",
        "logout+jwt",
        "dpop+jwt",
        "",
    ] {
        cases.push((
            format!("typ {kind:?}"),
            ours(&with("typ", json!(kind))),
            Reason::WrongType,
        ));
    }
    all(cases);
}
