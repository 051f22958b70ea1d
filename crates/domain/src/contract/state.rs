//! The life of a contract (CON-1): `draft → signed → in_progress → completed`, and `terminated`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::field::FieldCode;

/// Where a contract stands in its life (CON-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContractState)]
pub enum State {
    /// Being prepared.
    Draft,
    /// Signed by both.
    Signed,
    /// Being carried out.
    InProgress,
    /// Carried out.
    Completed,
    /// Ended before it was carried out.
    Terminated,
}

/// Every step that there is. Whatever is not over can be terminated; what is over stays over.
pub const STEPS: &[(State, State)] = &[
    (State::Draft, State::Signed),
    (State::Draft, State::Terminated),
    (State::Signed, State::InProgress),
    (State::Signed, State::Terminated),
    (State::InProgress, State::Completed),
    (State::InProgress, State::Terminated),
];

/// A step that the table does not have, or a change of something that is over (409).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForbiddenStep {
    /// Where the contract stands.
    pub from: State,
    /// Where it was to go.
    pub to: State,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Signed,
        Self::InProgress,
        Self::Completed,
        Self::Terminated,
    ];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Signed => "signed",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Terminated => "terminated",
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

    /// Goes to another state; staying is always allowed.
    ///
    /// # Errors
    /// [`ForbiddenStep`].
    pub fn step(self, to: Self) -> Result<Self, ForbiddenStep> {
        if self == to || STEPS.contains(&(self, to)) {
            Ok(to)
        } else {
            Err(ForbiddenStep { from: self, to })
        }
    }

    /// Whether its person may still change what the contract says.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Signed | Self::InProgress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_state() -> impl Strategy<Value = State> {
        prop::sample::select(State::ALL.to_vec())
    }

    proptest! {
        /// However a life goes, it never leaves the table, and what is over stays over (CON-1).
        #[test]
        fn no_life_leaves_the_table(wanted in prop::collection::vec(any_state(), 0..40)) {
            let mut state = State::Draft;
            for to in wanted {
                let before = state;
                match state.step(to) {
                    Ok(next) => {
                        prop_assert_eq!(next, to);
                        prop_assert!(before == next || STEPS.contains(&(before, next)));
                        state = next;
                    }
                    Err(forbidden) => {
                        prop_assert_eq!(forbidden, ForbiddenStep { from: before, to });
                        prop_assert!(!STEPS.contains(&(before, to)));
                    }
                }
                if !before.is_editable() {
                    prop_assert_eq!(state, before);
                }
            }
        }
    }

    #[test]
    fn the_documented_path_is_there() {
        let path = [State::Draft, State::Signed, State::InProgress, State::Completed];
        for (from, to) in path.iter().zip(&path[1..]) {
            assert_eq!(from.step(*to), Ok(*to));
            assert_eq!(from.step(State::Terminated), Ok(State::Terminated));
        }
        assert!(State::Draft.step(State::InProgress).is_err());
        assert!(State::Signed.step(State::Draft).is_err());
        assert!(State::Completed.step(State::Terminated).is_err());
    }

    #[test]
    fn what_is_over_is_not_edited() {
        let open = State::ALL.into_iter().filter(|state| state.is_editable());
        assert_eq!(
            open.collect::<Vec<_>>(),
            [State::Draft, State::Signed, State::InProgress]
        );
    }

    #[test]
    fn every_state_reads_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Ok(state));
        }
    }

    /// `docs/contracts.md` shows the table to people.
    #[test]
    fn the_documented_table_is_this_one() {
        let page = include_str!("../../../../docs/contracts.md");
        let rows = page.lines().filter_map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let from = State::parse(cells.next()?).ok()?;
            Some((from, State::parse(cells.next()?).ok()?))
        });
        assert_eq!(rows.collect::<Vec<_>>(), STEPS);
    }
}
