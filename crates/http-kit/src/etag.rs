//! Strong entity tags from versions (CONV-6; RFC 9110, sections 8.8.3 and 13.1): `"v7"` is version 7.
//!
//! An encoded answer is another representation and has another strong tag, `"v7-gzip"`: the guard adds the suffix when it compresses. Both
//! name the same version here.
//!
//! Where one version has several answers, in several languages or before and after a day, each has a variant of the tag, `"v7.ko"`. A change names
//! the version only, so `If-Match` takes any of them.
//!
//! What has no version, such as a file, has a digest of its bytes for a tag ([`tag_content`]).

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::version::Expected;
use serde::Serialize;

use crate::problem::{Code, Problem};
use crate::reply;

/// More tags than any client holds of one thing.
const MOST: usize = 16;

/// The versions that a client wants to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Expected);

impl IfMatch {
    /// For the statement that makes the change, so that nobody gets in between.
    pub const fn expected(&self) -> &Expected {
        &self.0
    }

    /// Why a change met nothing: the thing has another version, or there is none for this person.
    pub fn missed(&self, exists: bool) -> Problem {
        match self.0 {
            Expected::OneOf(_) if exists => Problem::new(Code::PreconditionFailed),
            _ => Problem::new(Code::NotFound),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(match tags(&parts.headers, &header::IF_MATCH) {
            Tags::None | Tags::Any => Expected::Whatever,
            // A weak tag never matches here (section 13.1.1).
            Tags::These(tags) => {
                let versions = tags.iter().filter_map(|tag| named(tag));
                Expected::OneOf(versions.map(|(version, _)| version).take(MOST).collect())
            }
        }))
    }
}

/// The versions that a client has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfNoneMatch(Tags);

impl IfNoneMatch {
    /// Whether the client has this version.
    pub fn has(&self, current: i64) -> bool {
        self.held(current, "").is_some()
    }

    /// The tag under which the client has this variant of this version, the first of those that it sent; `None` if it has not. Weak tags
    /// count as well (section 13.1.2), and come back strong.
    fn held(&self, current: i64, variant: &str) -> Option<String> {
        match &self.0 {
            Tags::None => None,
            Tags::Any => Some(tag_of(current, variant)),
            Tags::These(tags) => {
                let mut strong = tags.iter().map(|tag| tag.strip_prefix("W/").unwrap_or(tag));
                strong
                    .find(|tag| named(tag) == Some((current, variant)))
                    .map(str::to_owned)
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(tags(&parts.headers, &header::IF_NONE_MATCH)))
    }
}

impl IfNoneMatch {
    /// Whether the client has these bytes, in whatever coding. Weak tags count as well.
    pub fn has_content(&self, digest: &str) -> bool {
        match &self.0 {
            Tags::None => false,
            Tags::Any => true,
            Tags::These(tags) => tags
                .iter()
                .any(|tag| opaque(tag.strip_prefix("W/").unwrap_or(tag)) == Some(digest)),
        }
    }
}

/// The answer to a read of something that has this version: 304 without a body if the client has it, with the very tag under which it does. That
/// may be the tag of an encoded answer, and a cache finds by it what still holds (RFC 9110, section 15.4.5; RFC 9111, section 4.3.4).
///
/// # Errors
/// As [`reply::json`].
pub fn read<T: Serialize>(known: &IfNoneMatch, version: i64, value: &T) -> Result<Response, Problem> {
    read_variant(known, (version, ""), value)
}

/// The same where the version has several answers; a variant is a word in small letters.
///
/// # Errors
/// As [`reply::json`].
pub fn read_variant<T: Serialize>(
    known: &IfNoneMatch,
    (version, variant): (i64, &str),
    value: &T,
) -> Result<Response, Problem> {
    let Some(held) = known.held(version, variant) else {
        return changed_variant(StatusCode::OK, (version, variant), value);
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    set(response.headers_mut(), held);
    Ok(response)
}

/// A JSON answer with the tag of the version that it shows.
///
/// # Errors
/// As [`reply::json`].
pub fn changed<T: Serialize>(status: StatusCode, version: i64, value: &T) -> Result<Response, Problem> {
    changed_variant(status, (version, ""), value)
}

/// The same where the version has several answers.
///
/// # Errors
/// As [`reply::json`].
pub fn changed_variant<T: Serialize>(
    status: StatusCode,
    (version, variant): (i64, &str),
    value: &T,
) -> Result<Response, Problem> {
    let mut response = reply::json(status, value)?;
    tag_variant(response.headers_mut(), version, variant);
    Ok(response)
}

/// Sets the tag of a version.
pub fn tag(headers: &mut HeaderMap, version: i64) {
    tag_variant(headers, version, "");
}

/// Sets the tag of a variant of a version.
pub fn tag_variant(headers: &mut HeaderMap, version: i64, variant: &str) {
    set(headers, tag_of(version, variant));
}

fn tag_of(version: i64, variant: &str) -> String {
    let dot = if variant.is_empty() { "" } else { "." };
    format!("\"v{version}{dot}{variant}\"")
}

fn set(headers: &mut HeaderMap, tag: String) {
    if let Ok(value) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, value);
    }
}

/// Sets the tag of bytes by their digest, a word of letters, digits and `_`.
pub fn tag_content(headers: &mut HeaderMap, digest: &str) {
    set(headers, format!("\"{digest}\""));
}

/// Gives an encoded answer a strong tag of its own (RFC 9110, section 8.8.3.3).
pub fn encoded(headers: &mut HeaderMap, coding: &str) {
    let known = headers.get(header::ETAG).and_then(|value| value.to_str().ok());
    let own = known
        .and_then(|tag| tag.strip_suffix('"'))
        .map(|tag| format!("{tag}-{coding}\""));
    if let Some(value) = own.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        headers.insert(header::ETAG, value);
    }
}

/// The tags of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    /// The header is not there.
    None,
    /// `*`
    Any,
    /// Quoted and perhaps weak, as they were sent.
    These(Vec<String>),
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Tags {
    let mut values = headers.get_all(name).iter().peekable();
    if values.peek().is_none() {
        return Tags::None;
    }
    // What is no text is a tag of nobody's. Ours hold no comma.
    let tags: Vec<String> = values
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(|tag| tag.trim().to_owned())
        .collect();
    if tags.iter().any(|tag| tag == "*") {
        Tags::Any
    } else {
        Tags::These(tags)
    }
}

/// What stands in a strong tag of ours, without the coding.
fn opaque(tag: &str) -> Option<&str> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let plain = ["-gzip", "-br"]
        .iter()
        .find_map(|coding| inner.strip_suffix(coding));
    Some(plain.unwrap_or(inner))
}

/// Which of several answers to one version an answer is, by its tag; empty where there is only one.
pub fn variant_of(headers: &HeaderMap) -> &str {
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    tag.and_then(named).map_or("", |(_, variant)| variant)
}

/// The version that a strong tag of ours names, and the variant; that is empty where there is only one.
fn named(tag: &str) -> Option<(i64, &str)> {
    let plain = opaque(tag)?.strip_prefix('v')?;
    let (digits, variant) = match plain.split_once('.') {
        Some((_, "")) => return None,
        Some(both) => both,
        None => (plain, ""),
    };
    let word = variant.bytes().all(|byte| byte.is_ascii_lowercase());
    // As it is written: without leading zeros.
    let counted =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    (word && counted).then(|| Some((digits.parse().ok()?, variant)))?
}

#[cfg(test)]
#[path = "etag_tests.rs"]
mod tests;
