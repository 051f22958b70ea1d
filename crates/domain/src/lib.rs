//! The rules of RealCare: what an e-mail address, a signal, a contract is, and what may happen to it.
//!
//! Everything here is pure. The clock and the randomness come in as parameters ([`clock`], [`random`]), so every rule
//! can be tested without a database, a network or Wasm.

pub mod address;
pub mod affordability;
pub mod agent;
pub mod analysis;
pub mod audit;
pub mod clock;
pub mod contract;
pub mod email;
pub mod field;
pub mod fixed_width;
pub mod id;
pub mod interest;
pub mod money;
pub mod one_time_token;
pub mod outbox;
pub mod password;
pub mod person;
pub mod place;
pub mod progress;
pub mod provider;
pub mod random;
pub mod ratio;
pub mod region;
mod schema;
pub mod session;
pub mod sign_in;
pub mod signal;
#[cfg(test)]
mod spellings;
pub mod text;
pub mod timeline;
pub mod user;
pub mod user_agent;
pub mod version;

pub use clock::{Clock, Date, Timestamp};
pub use email::Email;
pub use field::{FieldCode, FieldError, Fields};
pub use id::Id;
pub use money::Won;
pub use random::Random;
