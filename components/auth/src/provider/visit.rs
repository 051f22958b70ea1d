//! What a browser and an app hold during a visit: the state, the cookie, the challenges.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Random;
use http_kit::{Code, Problem};
use sha2::{Digest, Sha256};

use crate::secret::Token;

/// The cookie that ties a visit to its browser. The prefix makes browsers refuse it from another host, a path of its own or a
/// connection without TLS (RFC 6265bis, section 4.1.3.2), so nobody can plant one.
const COOKIE: &str = "__Host-realcare-visit";

/// The cookie of the browser, if it sent one of ours.
pub fn browser(headers: &HeaderMap) -> Option<Token> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut values = pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE);
    let (_, value) = values.next()?;
    Token::parse(value)
}

/// The cookie for a browser, or the one it has: two tabs may be on their way at once.
pub fn cookie(headers: &HeaderMap, random: &dyn Random) -> Result<(Token, HeaderValue), Problem> {
    let token = browser(headers).unwrap_or_else(|| Token::generate(random));
    let seconds = domain::provider::VISIT.as_secs();
    // Lax, because the provider sends the browser back from another site.
    let line = format!(
        "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}",
        token.expose()
    );
    let mut value = HeaderValue::try_from(line)
        .map_err(|_| Problem::new(Code::InternalError).because("a cookie that is no header"))?;
    value.set_sensitive(true);
    Ok((token, value))
}

/// The S256 challenge of a verifier (RFC 7636, section 4.2).
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The challenge of an app, if it is one: 32 bytes in base64url.
pub fn parse_challenge(raw: &str) -> Option<String> {
    Token::parse(raw).map(|token| token.expose().to_owned())
}

/// The challenge that an app's verifier answers (RFC 7636, section 4.1: 43 to 128 unreserved characters).
pub fn parse_verifier(raw: &str) -> Option<String> {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    ((43..=128).contains(&raw.len()) && raw.bytes().all(unreserved)).then(|| challenge(raw))
}

/// The nonce of a visit: it follows from the verifier, which nobody but us and the provider ever sees, so it needs no column.
pub fn nonce(verifier: &Token) -> String {
    let mut hash = Sha256::new();
    hash.update(b"realcare id token nonce\0");
    hash.update(verifier.expose());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_kit::platform::SystemRandom;
    use proptest::prelude::*;

    proptest! {
        /// Whatever else a browser sends, the visit's cookie is the one that was set, and nothing else is one.
        #[test]
        fn any_cookie_header_is_read(before in "[ -~]{0,40}", after in "[ -~]{0,40}", noise in prop::collection::vec(0x20..=0xff_u8, 0..80)) {
            let mut headers = HeaderMap::new();
            let (token, _) = cookie(&headers, &SystemRandom).unwrap();
            prop_assume!(!before.contains(COOKIE));
            headers.append(header::COOKIE, format!("{before};{COOKIE}={};{after}", token.expose()).parse().unwrap());
            prop_assert_eq!(browser(&headers).map(|read| read.expose().to_owned()), Some(token.expose().to_owned()));
            let mut others = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&noise) {
                others.append(header::COOKIE, value);
            }
            others.append(header::COOKIE, format!("x{COOKIE}={}", token.expose()).parse().unwrap());
            prop_assert!(browser(&others).is_none());
        }
    }

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(parse_verifier(verifier).as_deref(), Some(expected));
        assert_eq!(parse_challenge(expected).as_deref(), Some(expected));
        for bad in [
            "short",
            &"a".repeat(42),
            &"a".repeat(129),
            &format!("{}!", "a".repeat(43)),
        ] {
            assert_eq!(parse_verifier(bad), None, "{bad}");
        }
        for bad in [
            "",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
        ] {
            assert_eq!(parse_challenge(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_cookie_of_the_browser_is_kept() {
        let mut headers = HeaderMap::new();
        let (first, line) = cookie(&headers, &SystemRandom).unwrap();
        let line = line.to_str().unwrap();
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(line.split("; ").any(|part| part == attribute), "{line}");
        }
        assert!(!line.to_lowercase().contains("domain"), "{line}");
        let sent = format!("theme=dark; {COOKIE}={}; lang=ko", first.expose());
        headers.insert(header::COOKIE, sent.parse().unwrap());
        let (again, _) = cookie(&headers, &SystemRandom).unwrap();
        assert_eq!(again.expose(), first.expose());
        headers.insert(header::COOKIE, format!("{COOKIE}=x").parse().unwrap());
        assert!(browser(&headers).is_none());
    }
}
