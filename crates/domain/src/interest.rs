//! Interests: how people answer a signal (SIG-4).

use serde::Serialize;
use utoipa::ToSchema;

use crate::field::FieldCode;

/// The row of an interest.
#[derive(Debug)]
pub struct Interest;

/// What became of an interest. The owner decides once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InterestState)]
pub enum State {
    /// Nobody has decided.
    Pending,
    /// Both sides know each other's contact.
    Accepted,
    /// No.
    Declined,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Accepted, Self::Declined];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// Reads the stored spelling.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == raw)
            .ok_or(FieldCode::UnknownValue)
    }
}

/// What the owner decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Reveal contacts to both.
    Accept,
    /// Say no.
    Decline,
}

impl Decision {
    /// The state that it leads to.
    pub const fn state(self) -> State {
        match self {
            Self::Accept => State::Accepted,
            Self::Decline => State::Declined,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_leads_to_its_state() {
        assert_eq!(Decision::Accept.state(), State::Accepted);
        assert_eq!(Decision::Decline.state(), State::Declined);
    }
}
