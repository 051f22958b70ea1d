//! Mail that waits to be sent (AUTH-17).

/// Which text a mail carries; the words stand in the message catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// "Confirm your address", with a one-time token.
    VerifyEmail,
    /// "Somebody tried to register with your address", for one that is known already (AUTH-1).
    AlreadyRegistered,
}

impl Template {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::AlreadyRegistered => "already_registered",
        }
    }
}

/// The row of a mail.
pub struct Mail;
