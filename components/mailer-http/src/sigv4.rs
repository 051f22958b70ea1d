//! AWS Signature Version 4, as far as a JSON `POST` needs it
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).
//!
//! Written here because the maintained crate, `aws-sigv4`, brings the runtime of the SDK with it (`aws-smithy-runtime-api`,
//! `aws-smithy-http`, `aws-credential-types` and two versions of `http`) for what are two hashes and five MACs.

use base16ct::lower::encode_string as hex;
use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who signs, and for what.
pub(crate) struct Credentials<'a> {
    /// The id of the access key.
    pub key_id: &'a str,
    /// The secret access key.
    pub secret: &'a str,
    /// The region.
    pub region: &'a str,
    /// The service's name in signatures.
    pub service: &'a str,
}

/// The value of `x-amz-date`: `YYYYMMDDTHHMMSSZ`.
pub(crate) fn date(now: Timestamp) -> String {
    let text = now.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    let digits: String = whole.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    format!("{digits}Z")
}

/// The value of `Authorization`. `headers` are those that are signed: in lower case, sorted, values trimmed, with `host` and
/// `x-amz-date`. `path` is in canonical form and there is no query.
pub(crate) fn authorization(
    credentials: &Credentials<'_>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    date: &str,
) -> String {
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    let request = format!("{method}\n{path}\n\n{lines}\n{names}\n{}", hash(body));
    let day = date.split('T').next().unwrap_or_default();
    let Credentials {
        key_id,
        secret,
        region,
        service,
    } = credentials;
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n{}", hash(request.as_bytes()));
    let mut key = mac(format!("AWS4{secret}").as_bytes(), day);
    for part in [*region, *service, "aws4_request"] {
        key = mac(&key, part);
    }
    let signature = hex(&mac(&key, &to_sign));
    format!("{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

/// HMAC-SHA-256 (RFC 2104), which takes keys of any length.
fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The credentials of AWS's published test suite for this algorithm (`aws-signing-test-suite/v4`, as in the repository
    /// `awslabs/aws-c-auth`); the signatures below are its `header-signature.txt`.
    const SUITE: Credentials<'static> = Credentials {
        key_id: "AKIDEXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region: "us-east-1",
        service: "service",
    };

    const DATE: &str = "20150830T123600Z";

    #[track_caller]
    fn signed(method: &str, headers: &[(&str, &str)], body: &str, names: &str, signature: &str) {
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={names}, Signature={signature}"
        );
        let found = authorization(&SUITE, method, "/", headers, body.as_bytes(), DATE);
        assert_eq!(found, expected);
    }

    #[test]
    fn get_vanilla() {
        signed(
            "GET",
            &[("host", "example.amazonaws.com"), ("x-amz-date", DATE)],
            "",
            "host;x-amz-date",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        );
    }

    #[test]
    fn post_with_a_body() {
        signed(
            "POST",
            &[
                ("content-length", "13"),
                ("content-type", "application/x-www-form-urlencoded"),
                ("host", "example.amazonaws.com"),
                (
                    "x-amz-content-sha256",
                    "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
                ),
                ("x-amz-date", DATE),
            ],
            "Param1=value1",
            "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
            "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        );
    }

    #[test]
    fn a_date_is_written_without_its_fraction() {
        let at = Timestamp::parse("2015-08-30T12:36:00.999999Z").unwrap();
        assert_eq!(date(at), DATE);
    }
}
