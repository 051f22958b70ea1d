//! What the audit log records (GUARD-11).

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::schema;

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
    /// A person ended every sign-in but the one at hand (AUTH-12).
    OtherSessionsEnded,
    /// A person ended every sign-in (AUTH-7).
    EverySessionEnded,
    /// A person changed the own account (AUTH-11).
    ProfileChanged,
    /// A person ended the account (AUTH-11).
    AccountDeleted,
    /// Every token of a person was voided by an admin (AUTH-13).
    TokensRevoked,
    /// Every token of everybody was voided (AUTH-13).
    EveryTokenRevoked,
    /// A person's tier was set by an admin.
    TierChanged,
    /// A person's role was set by an admin.
    RoleChanged,
    /// A person registered as an agent (AUTH-19).
    AgentRegistered,
    /// An agent's licence was found in order (AUTH-19).
    AgentVerified,
    /// An agent's verification was taken back (AUTH-19).
    AgentUnverified,
    /// An agent was deleted (AUTH-19).
    AgentDeleted,
    /// Somebody came from a provider for the first time: an account was made, or the identity was tied to one (AUTH-14).
    ProviderLinked,
    /// A person gave an identity of a provider up (AUTH-14).
    ProviderUnlinked,
    /// Somebody asked for an account (AUTH-1).
    AccountRegistered,
    /// Another verification mail was asked for (AUTH-2).
    VerificationRequested,
    /// A mail to reset the password was asked for (AUTH-8).
    PasswordResetRequested,
    /// The password was reset by a mailed token (AUTH-8).
    PasswordReset,
    /// The password was changed by somebody who knew it (AUTH-8).
    PasswordChanged,
    /// Too many wrong passwords: further attempts are refused for a while (AUTH-10).
    AccountLocked,
    /// A signal was published.
    SignalCreated,
    /// A signal was changed.
    SignalChanged,
    /// A signal was deleted.
    SignalDeleted,
    /// Somebody answered a signal.
    InterestCreated,
    /// An interest was accepted by the owner.
    InterestAccepted,
    /// An interest was declined by the owner.
    InterestDeclined,
    /// An interest was taken back by its author.
    InterestWithdrawn,
    /// A contract was noted.
    ContractCreated,
    /// A contract was handed to an analyst (CON-4).
    AnalysisStarted,
    /// A contract was changed.
    ContractChanged,
    /// A contract was deleted.
    ContractDeleted,
    /// A task was written.
    TaskCreated,
    /// A task was changed.
    TaskChanged,
    /// A task was done.
    TaskCompleted,
    /// A task is open again.
    TaskReopened,
    /// A task was deleted.
    TaskDeleted,
    /// Somebody had a reality check made (CON-6).
    RealityCheckCreated,
    /// Somebody removed a reality check.
    RealityCheckDeleted,
}

impl Action {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::SessionStarted,
        Self::SessionEnded,
        Self::RefreshTokenReused,
        Self::EmailVerified,
        Self::OtherSessionsEnded,
        Self::EverySessionEnded,
        Self::ProfileChanged,
        Self::AccountDeleted,
        Self::TokensRevoked,
        Self::EveryTokenRevoked,
        Self::TierChanged,
        Self::RoleChanged,
        Self::AgentRegistered,
        Self::AgentVerified,
        Self::AgentUnverified,
        Self::AgentDeleted,
        Self::ProviderLinked,
        Self::ProviderUnlinked,
        Self::AccountRegistered,
        Self::VerificationRequested,
        Self::PasswordResetRequested,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::AccountLocked,
        Self::SignalCreated,
        Self::SignalChanged,
        Self::SignalDeleted,
        Self::InterestCreated,
        Self::InterestAccepted,
        Self::InterestDeclined,
        Self::InterestWithdrawn,
        Self::ContractCreated,
        Self::AnalysisStarted,
        Self::ContractChanged,
        Self::ContractDeleted,
        Self::TaskCreated,
        Self::TaskChanged,
        Self::TaskCompleted,
        Self::TaskReopened,
        Self::TaskDeleted,
        Self::RealityCheckCreated,
        Self::RealityCheckDeleted,
    ];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionStarted => "session_started",
            Self::SessionEnded => "session_ended",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::EmailVerified => "email_verified",
            Self::OtherSessionsEnded => "other_sessions_ended",
            Self::EverySessionEnded => "every_session_ended",
            Self::ProfileChanged => "profile_changed",
            Self::AccountDeleted => "account_deleted",
            Self::TokensRevoked => "tokens_revoked",
            Self::EveryTokenRevoked => "every_token_revoked",
            Self::TierChanged => "tier_changed",
            Self::RoleChanged => "role_changed",
            Self::AgentRegistered => "agent_registered",
            Self::AgentVerified => "agent_verified",
            Self::AgentUnverified => "agent_unverified",
            Self::AgentDeleted => "agent_deleted",
            Self::ProviderLinked => "provider_linked",
            Self::ProviderUnlinked => "provider_unlinked",
            Self::AccountRegistered => "account_registered",
            Self::VerificationRequested => "verification_requested",
            Self::PasswordResetRequested => "password_reset_requested",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::AccountLocked => "account_locked",
            Self::SignalCreated => "signal_created",
            Self::SignalChanged => "signal_changed",
            Self::SignalDeleted => "signal_deleted",
            Self::InterestCreated => "interest_created",
            Self::InterestAccepted => "interest_accepted",
            Self::InterestDeclined => "interest_declined",
            Self::InterestWithdrawn => "interest_withdrawn",
            Self::ContractCreated => "contract_created",
            Self::AnalysisStarted => "analysis_started",
            Self::ContractChanged => "contract_changed",
            Self::ContractDeleted => "contract_deleted",
            Self::TaskCreated => "task_created",
            Self::TaskChanged => "task_changed",
            Self::TaskCompleted => "task_completed",
            Self::TaskReopened => "task_reopened",
            Self::TaskDeleted => "task_deleted",
            Self::RealityCheckCreated => "reality_check_created",
            Self::RealityCheckDeleted => "reality_check_deleted",
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

impl PartialSchema for Action {
    fn schema() -> RefOr<Schema> {
        let actions = Self::ALL.iter().map(|action| action.as_str());
        schema::described(schema::one_of(actions), "What was done.")
    }
}

impl ToSchema for Action {
    fn name() -> std::borrow::Cow<'static, str> {
        "AuditAction".into()
    }
}

impl PartialSchema for Outcome {
    fn schema() -> RefOr<Schema> {
        let outcomes = [Self::Success, Self::Failure].map(Self::as_str);
        schema::described(schema::one_of(outcomes), "How it went.")
    }
}

impl ToSchema for Outcome {
    fn name() -> std::borrow::Cow<'static, str> {
        "AuditOutcome".into()
    }
}
