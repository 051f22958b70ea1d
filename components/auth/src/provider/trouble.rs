//! What can go wrong at a provider.

use domain::provider::Provider;
use guard::Context;
use http_kit::client::{CallError, Failure};
use http_kit::log::{Level, event};
use http_kit::{Code, Problem};

/// Why a provider could not be used.
#[derive(Debug)]
pub enum Trouble {
    /// No answer, or one that says to come back later; a stable word for the log.
    Unavailable(&'static str),
    /// An answer that cannot be right; a stable word for the log.
    Invalid(&'static str),
    /// A failure of ours.
    Ours(Problem),
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        match error.failure {
            Failure::TooLarge | Failure::Malformed | Failure::Broken => Self::Invalid(error.failure.as_str()),
            Failure::Timeout | Failure::Unreachable | Failure::Refused => {
                Self::Unavailable(error.failure.as_str())
            }
        }
    }
}

impl Trouble {
    /// The log learns what happened, the client whether trying again may help.
    pub fn report(self, provider: Provider, context: &Context) -> Problem {
        let (code, reason) = match self {
            Self::Unavailable(reason) => (Code::ProviderUnavailable, reason),
            Self::Invalid(reason) => (Code::ProviderAnswerInvalid, reason),
            Self::Ours(problem) => return problem,
        };
        let fields = [("provider", provider.as_str().into()), ("reason", reason.into())];
        event(Level::Warn, "provider_failed", context.about(fields));
        Problem::new(code)
    }
}
