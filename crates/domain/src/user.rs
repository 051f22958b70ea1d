//! Accounts.

use serde::Serialize;
use utoipa::ToSchema;

use crate::field::FieldCode;

/// The row of an account.
pub struct User;

/// What an account has paid for; decides its rate limits (GUARD-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Everybody.
    Free,
    /// Paying customers.
    Premium,
}

impl Tier {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Premium => "premium",
        }
    }

    /// Reads the stored spelling.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        match raw {
            "free" => Ok(Self::Free),
            "premium" => Ok(Self::Premium),
            _ => Err(FieldCode::UnknownValue),
        }
    }
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everybody.
    User,
    /// A verified estate agent (AUTH-19).
    Agent,
    /// The people who run the service.
    Admin,
}

impl Role {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }

    /// Reads the stored spelling.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        match raw {
            "user" => Ok(Self::User),
            "agent" => Ok(Self::Agent),
            "admin" => Ok(Self::Admin),
            _ => Err(FieldCode::UnknownValue),
        }
    }
}

/// Where an account stands, for those who look after accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AccountState)]
pub enum Standing {
    /// Its address was shown to be the person's.
    Active,
    /// Its address was not shown to be the person's yet.
    Unverified,
}

impl Standing {
    /// Reads the spelling of the API; `None` for anything else.
    pub fn parse(raw: &str) -> Option<Self> {
        match raw {
            "active" => Some(Self::Active),
            "unverified" => Some(Self::Unverified),
            _ => None,
        }
    }
}

/// How long after signing in a person may do what cannot be undone, without proving once more who they are (AUTH-11).
pub const FRESH: std::time::Duration = std::time::Duration::from_secs(10 * 60);

#[cfg(test)]
mod tests {
    /// AUTH-11, in seconds.
    #[test]
    fn a_sign_in_is_fresh_for_ten_minutes() {
        assert_eq!(super::FRESH.as_secs(), 600);
    }
}
