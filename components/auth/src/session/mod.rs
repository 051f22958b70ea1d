//! Sessions.

pub mod issue;
pub mod login;
pub mod logout;
pub mod refresh;
