//! Sessions.

pub mod attempt;
pub mod begin;
pub mod end;
pub mod end_all;
pub mod end_others;
pub mod ending;
pub mod issue;
pub mod list;
pub mod login;
pub mod logout;
pub mod refresh;
#[cfg(any(test, feature = "test-sign-in"))]
pub mod test_sign_in;
