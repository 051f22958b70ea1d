//! Tokens that are mailed to prove an address, each good once (AUTH-1, AUTH-8).

use std::time::Duration;

/// What a one-time token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Shows that a mail address belongs to the person who registered it (AUTH-2).
    VerifyEmail,
    /// Sets a new password without the old one (AUTH-8).
    ResetPassword,
}

impl Purpose {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
        }
    }

    /// How long a token lives (AUTH-1: 24 h, AUTH-8: 15 min).
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail => Duration::from_secs(24 * 3600),
            Self::ResetPassword => Duration::from_secs(15 * 60),
        }
    }
}

/// The row of a one-time token.
pub struct OneTimeToken;

#[cfg(test)]
mod tests {
    use super::*;

    /// AUTH-1 and AUTH-8, in seconds.
    #[test]
    fn lifetimes_are_those_of_the_contract() {
        assert_eq!(Purpose::VerifyEmail.lifetime().as_secs(), 86_400);
        assert_eq!(Purpose::ResetPassword.lifetime().as_secs(), 900);
    }
}
