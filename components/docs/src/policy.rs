//! What the browser lets each page do (GUARD-7; Content Security Policy Level 3). The API's own policy allows nothing at all; these are as
//! narrow as the pages work with. No page holds a script or a style of its own, so none of them needs a nonce; none evaluates strings.
//! `cargo xtask browser` opens the pages and fails on a violation.

use serde::Deserialize;

/// Whose page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// The page to try the API: Swagger UI.
    Swagger,
    /// The page to read it: Redoc.
    Redoc,
    /// A page of the guide: text, and no script.
    Guide,
    /// No page: data, scripts and styles are not shown by themselves.
    Data,
}

/// Scripts and styles from files of ours, small pictures in the style sheet (`data:`), calls to this API and nobody else.
const SWAGGER: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                       base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// As [`SWAGGER`], and three things more: styled-components adds rules to a style element that it begins empty, which is allowed by the
/// SHA-256 of nothing; the scroll bars of the menu bring one style of two rules, always the same, allowed by its SHA-256; the search runs in
/// a worker that the script makes from its own text (`blob:`).
const REDOC: &str = "default-src 'none'; script-src 'self'; \
                     style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' \
                     'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; img-src 'self' data:; \
                     connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const GUIDE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The API's.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";

impl Policy {
    /// The value of `Content-Security-Policy`.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Swagger => SWAGGER,
            Self::Redoc => REDOC,
            Self::Guide => GUIDE,
            Self::Data => DATA,
        }
    }
}
