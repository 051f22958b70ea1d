//! Access tokens (AUTH-4): JWT (RFC 7519) of type `at+jwt` (RFC 9068), signed with Ed25519 (RFC 8037).

mod cache;
mod claims;
mod key;
mod sign;
mod verify;

pub use claims::AccessToken;
pub use sign::{SignError, Signer};
pub use verify::{Reason, Verifier};

/// How far clocks may differ.
pub const LEEWAY_SECONDS: i64 = 30;
/// The media type in the header (RFC 9068, section 2.1).
const TYPE: &str = "at+jwt";
/// Who asks for tokens (RFC 9068, section 2.2 wants it said): there is no register of clients, every app that signs people in is ours.
pub const CLIENT: &str = "first-party";
