//! Sessions.

pub mod end;
pub mod end_all;
pub mod end_others;
pub mod issue;
pub mod list;
pub mod login;
pub mod logout;
pub mod refresh;
