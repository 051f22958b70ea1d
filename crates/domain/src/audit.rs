//! What the audit log records (GUARD-11).

/// What was done. The spelling is stored and part of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A sign-in began.
    SessionStarted,
    /// A sign-in was ended by its person.
    SessionEnded,
    /// A rotated refresh token came again; its sign-in was ended (AUTH-6).
    RefreshTokenReused,
    /// An address was shown to be the person's.
    EmailVerified,
    /// A signal was published.
    SignalCreated,
    /// A signal was deleted.
    SignalDeleted,
    /// A contract was noted.
    ContractCreated,
}

impl Action {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::SessionStarted,
        Self::SessionEnded,
        Self::RefreshTokenReused,
        Self::EmailVerified,
        Self::SignalCreated,
        Self::SignalDeleted,
        Self::ContractCreated,
    ];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionStarted => "session_started",
            Self::SessionEnded => "session_ended",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::EmailVerified => "email_verified",
            Self::SignalCreated => "signal_created",
            Self::SignalDeleted => "signal_deleted",
            Self::ContractCreated => "contract_created",
        }
    }

    /// Reads the stored spelling; `None` for what was never stored.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == raw)
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused.
    Failure,
}

impl Outcome {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// Reads the stored spelling.
    pub fn parse(raw: &str) -> Option<Self> {
        [Self::Success, Self::Failure]
            .into_iter()
            .find(|outcome| outcome.as_str() == raw)
    }
}

/// The row of an event.
#[derive(Debug)]
pub struct AuditEvent;
