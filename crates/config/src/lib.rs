//! Configuration (GUARD-12): Spin variables only, read once per instance into types that cannot be wrong.
//!
//! Every variable is described in [`FIELDS`], from which the reference page and `cargo xtask check-config` are made.

mod analyst;
mod error;
mod field;
mod gemini;
mod keys;
mod limits;
mod mail;
mod outside;
mod passwords;
mod providers;
mod secret;
mod sections;
#[cfg(target_family = "wasm")]
mod spin;
mod values;

pub use analyst::Analyst;
pub use error::{ConfigError, Refused};
pub use field::{FIELDS, Field};
pub use gemini::{Gemini, GeminiQuota};
pub use keys::{EncryptionKey, SigningKey, VerifyingKey};
pub use limits::{Class, RateLimits};
pub use mail::{Internal, MailApi, MailProvider, MailQuota, Pages};
pub use outside::OutsideServices;
pub use passwords::{Argon2Cost, PasswordScheme, PasswordStrength, Passwords};
pub use providers::{ProviderApp, Providers};
pub use secret::Secret;
pub use sections::{Cursors, DatabaseTarget, Edge, Environment, Service, Signing, Tokens};
#[cfg(target_family = "wasm")]
pub use spin::fetch;
pub use values::Values;
