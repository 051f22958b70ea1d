//! What an access token says.

use domain::session::Session;
use domain::user::{Role, Tier, User};
use domain::{Id, Timestamp};
use serde::{Deserialize, Serialize};

/// A verified access token, or one that is about to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// `sub`: the person.
    pub user: Id<User>,
    /// `sid`: the sign-in.
    pub session: Id<Session>,
    /// `tier`: what the person pays for.
    pub tier: Tier,
    /// `role`: what the person may do.
    pub role: Role,
    /// `tv`: raised to void every earlier token of the person (AUTH-13).
    pub version: i64,
    /// `exp`, in whole seconds.
    pub expires_at: Timestamp,
}

/// The private claims as they stand in the token.
#[derive(Serialize, Deserialize)]
pub(super) struct Private {
    pub sid: String,
    pub tier: String,
    pub role: String,
    pub tv: i64,
    /// Who asked for the token (RFC 9068, section 2.2). Tokens of before this claim have none.
    #[serde(default)]
    pub client_id: String,
}
