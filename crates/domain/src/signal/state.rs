//! The life of a signal (SIG-2): `draft → active ↔ paused → matched → closed`, and `expired` by time.

use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::clock::Timestamp;
use crate::field::FieldCode;
use crate::schema;

/// Where a signal stands in its life (SIG-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignalState)]
pub enum State {
    /// Not published yet.
    Draft,
    /// Open to interests.
    Active,
    /// Published, but closed to interests for now.
    Paused,
    /// An interest became a deal.
    Matched,
    /// Over.
    Closed,
    /// Over by time.
    Expired,
}

/// Every step that there is. Whatever is not over can be closed; what is over stays over.
pub const STEPS: &[(State, State)] = &[
    (State::Draft, State::Active),
    (State::Draft, State::Closed),
    (State::Draft, State::Expired),
    (State::Active, State::Paused),
    (State::Active, State::Matched),
    (State::Active, State::Closed),
    (State::Active, State::Expired),
    (State::Paused, State::Active),
    (State::Paused, State::Matched),
    (State::Paused, State::Closed),
    (State::Paused, State::Expired),
    (State::Matched, State::Closed),
];

/// A step that the table does not have, or a change of something that is over (409).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForbiddenStep {
    /// Where the signal stands.
    pub from: State,
    /// Where it was to go.
    pub to: State,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Active,
        Self::Paused,
        Self::Matched,
        Self::Closed,
        Self::Expired,
    ];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Matched => "matched",
            Self::Closed => "closed",
            Self::Expired => "expired",
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

    /// The state in which a new signal begins.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`] for one in which it cannot.
    pub fn parse_first(raw: &str) -> Result<Self, FieldCode> {
        match Self::parse(raw)? {
            first @ (Self::Draft | Self::Active) => Ok(first),
            _ => Err(FieldCode::UnknownValue),
        }
    }

    /// The state at `now`: time ends what has a step to `expired`, whether or not anybody has written that down yet.
    #[must_use]
    pub fn at(self, now: Timestamp, expires_at: Option<Timestamp>) -> Self {
        let over = expires_at.is_some_and(|end| end <= now);
        if over && STEPS.contains(&(self, Self::Expired)) {
            Self::Expired
        } else {
            self
        }
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

    /// Whether the owner may still change what the signal says.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Active | Self::Paused)
    }
}

/// The schema of the states in which a signal can begin; see [`State::parse_first`].
#[derive(Debug)]
pub struct FirstState;

impl PartialSchema for FirstState {
    fn schema() -> RefOr<Schema> {
        let states = schema::one_of([State::Active.as_str(), State::Draft.as_str()]);
        schema::described(
            states.default(Some(State::Active.as_str().into())),
            "The state in which a signal begins.",
        )
    }
}

impl ToSchema for FirstState {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_state() -> impl Strategy<Value = State> {
        prop::sample::select(State::ALL.to_vec())
    }

    proptest! {
        /// However a life goes, it never leaves the table, and what is over stays over (SIG-2).
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
                if matches!(before, State::Closed | State::Expired) {
                    prop_assert_eq!(state, before);
                }
            }
        }

        #[test]
        fn time_ends_only_what_is_open(state in any_state(), end in 0i64..100, now in 0i64..100) {
            let later = state.at(Timestamp::from_micros(now), Some(Timestamp::from_micros(end)));
            let open = state.is_editable();
            prop_assert_eq!(later, if open && end <= now { State::Expired } else { state });
            prop_assert_eq!(state.at(Timestamp::from_micros(now), None), state);
        }
    }

    #[test]
    fn the_documented_path_is_there() {
        for (from, to) in [
            (State::Draft, State::Active),
            (State::Active, State::Paused),
            (State::Paused, State::Active),
            (State::Paused, State::Matched),
            (State::Matched, State::Closed),
        ] {
            assert_eq!(from.step(to), Ok(to));
        }
        assert!(State::Active.step(State::Draft).is_err());
        assert!(State::Matched.step(State::Active).is_err());
    }

    #[test]
    fn a_signal_begins_as_a_draft_or_published() {
        for state in State::ALL {
            let begins = matches!(state, State::Draft | State::Active);
            assert_eq!(State::parse_first(state.as_str()).is_ok(), begins, "{state:?}");
        }
        assert_eq!(State::parse_first("draft"), Ok(State::Draft));
        assert!(State::parse_first("x").is_err());
    }

    /// `docs/signals.md` shows the table to people.
    #[test]
    fn the_documented_table_is_this_one() {
        let page = include_str!("../../../../docs/signals.md");
        let rows = page.lines().filter_map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let from = State::parse(cells.next()?).ok()?;
            Some((from, State::parse(cells.next()?).ok()?))
        });
        assert_eq!(rows.collect::<Vec<_>>(), STEPS);
    }
}
