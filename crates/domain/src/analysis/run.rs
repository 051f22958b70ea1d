//! The run of an analysis: its states, how long somebody who works on it has it for themselves, and what becomes of a failure
//! (CON-4, CON-5, PROG-1).

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::random::{self, Random};

/// The row of an analysis.
pub struct Analysis;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AnalysisState)]
pub enum State {
    /// It waits to be taken up, for the first time or again.
    Pending,
    /// Somebody works on it, until the lease ends.
    Processing,
    /// It has a result.
    Completed,
    /// It ended without one; what was found until then stays.
    Failed,
}

impl State {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Reads the stored spelling; `None` for anything else.
    pub fn parse(raw: &str) -> Option<Self> {
        [Self::Pending, Self::Processing, Self::Completed, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == raw)
    }

    /// Whether nothing more will happen.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// How often a run is taken up before it is given up.
pub const ATTEMPTS: u32 = 3;

/// Nobody else takes a run up before this has passed since its worker's last sign of life. Longer than the pause between two of them:
/// an adapter answers or fails within thirty seconds (GUARD-5).
pub const LEASE: Duration = Duration::from_secs(60);

/// The most findings that are kept of one run; a document that yields more is not read to its end.
pub const MOST_FINDINGS: u32 = 200;

/// Pauses before another attempt: the first, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(600));

/// Why a run did not come to a result. The spelling is stored, part of the API, and has a sentence in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The text is nothing that can be analysed, for this reason of the quality stage.
    Unfit(&'static str),
    /// The text of the contract is another one than when the run was asked for, or is gone.
    DocumentChanged,
    /// The provider takes no more for now.
    Throttled,
    /// The provider cannot be reached, or is at fault.
    Unavailable,
    /// No answer in time.
    TimedOut,
    /// The answer broke off; what came before it stands (CON-5).
    Cut,
    /// The answer did not have the form that was asked for.
    Malformed,
    /// The provider does not answer about this document.
    Refused,
    /// The analyst has no key, or a wrong one.
    NotConfigured,
    /// Whoever took it up died, every time.
    GivenUp,
}

impl Failure {
    /// Every failure but the reasons of the quality stage.
    pub const ALL: [Self; 9] = [
        Self::DocumentChanged,
        Self::Throttled,
        Self::Unavailable,
        Self::TimedOut,
        Self::Cut,
        Self::Malformed,
        Self::Refused,
        Self::NotConfigured,
        Self::GivenUp,
    ];

    /// The stable spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unfit(reason) => reason,
            Self::DocumentChanged => "document_changed",
            Self::Throttled => "analyst_throttled",
            Self::Unavailable => "analyst_unavailable",
            Self::TimedOut => "analyst_timed_out",
            Self::Cut => "analysis_cut",
            Self::Malformed => "analyst_malformed",
            Self::Refused => "analyst_refused",
            Self::NotConfigured => "analyst_not_configured",
            Self::GivenUp => "analysis_given_up",
        }
    }

    /// Whether it may go better later without anybody doing anything.
    const fn passes(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable | Self::TimedOut)
    }
}

/// What becomes of a run that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another attempt at this instant.
    Again(Timestamp, Failure),
    /// The end.
    Over(Failure),
}

/// Judges a failed attempt, counted from 1. `asked` is the pause that the provider wants. Pauses double and have jitter, so that runs
/// which failed together do not come back together.
pub fn judge(
    attempt: u32,
    failure: Failure,
    asked: Option<Duration>,
    now: Timestamp,
    random: &dyn Random,
) -> Verdict {
    if !failure.passes() || attempt >= ATTEMPTS {
        return Verdict::Over(failure);
    }
    let (first, longest) = PAUSE;
    let doubled = first.saturating_mul(1 << attempt.saturating_sub(1).min(10));
    let [noise] = random::bytes(random);
    let jitter = doubled.mul_f32(f32::from(noise) / 512.0);
    let pause = (doubled + jitter).max(asked.unwrap_or_default()).min(longest);
    Verdict::Again(now.plus(pause), failure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Noise(u8);
    impl Random for Noise {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn failure() -> impl Strategy<Value = Failure> {
        prop::sample::select(Failure::ALL.to_vec())
    }

    #[test]
    fn spellings_differ_and_read_back() {
        for state in [State::Pending, State::Processing, State::Completed, State::Failed] {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        let mut spellings: Vec<_> = Failure::ALL.iter().map(|failure| failure.as_str()).collect();
        spellings.sort_unstable();
        spellings.dedup();
        assert_eq!(spellings.len(), Failure::ALL.len());
        assert_eq!(Failure::Unfit("too_short").as_str(), "too_short");
    }

    #[test]
    fn a_run_is_over_with_or_without_a_result() {
        assert!(State::Completed.is_over() && State::Failed.is_over());
        assert!(!State::Pending.is_over() && !State::Processing.is_over());
    }

    /// The text, the key and the form of an answer stay as they are.
    #[test]
    fn only_trouble_of_the_provider_passes_by_itself() {
        let now = Timestamp::from_micros(0);
        for failure in Failure::ALL {
            let passes = [Failure::Throttled, Failure::Unavailable, Failure::TimedOut].contains(&failure);
            let again = matches!(judge(1, failure, None, now, &Noise(0)), Verdict::Again(..));
            assert_eq!(again, passes, "{failure:?}");
        }
    }

    proptest! {
        #[test]
        fn only_what_passes_is_tried_again_and_only_so_often(
            failure in failure(), attempt in 1..10u32, asked in prop::option::of(0..5_000u64), noise in any::<u8>(),
        ) {
            let now = Timestamp::from_micros(1_000_000);
            let asked = asked.map(Duration::from_secs);
            match judge(attempt, failure, asked, now, &Noise(noise)) {
                Verdict::Over(why) => {
                    prop_assert_eq!(why, failure);
                    prop_assert!(!failure.passes() || attempt >= ATTEMPTS);
                }
                Verdict::Again(at, why) => {
                    prop_assert_eq!(why, failure);
                    prop_assert!(failure.passes() && attempt < ATTEMPTS);
                    let (first, longest) = PAUSE;
                    prop_assert!(at >= now.plus(first.max(asked.unwrap_or_default().min(longest))));
                    prop_assert!(at <= now.plus(longest));
                }
            }
        }
    }

    #[test]
    fn pauses_grow_and_a_provider_may_ask_for_more() {
        let now = Timestamp::from_micros(0);
        let pause = |attempt, asked| judge(attempt, Failure::Throttled, asked, now, &Noise(0));
        let after = |seconds| Verdict::Again(now.plus(Duration::from_secs(seconds)), Failure::Throttled);
        assert_eq!((pause(1, None), pause(2, None)), (after(5), after(10)));
        assert_eq!(pause(1, Some(Duration::from_secs(40))), after(40));
        assert_eq!(pause(3, None), Verdict::Over(Failure::Throttled));
        // A quarter more, and at most (nearly) half.
        let noisy = |noise| judge(1, Failure::Throttled, None, now, &Noise(noise));
        assert_eq!(
            noisy(128),
            Verdict::Again(now.plus(Duration::from_millis(6_250)), Failure::Throttled)
        );
        let Verdict::Again(latest, _) = noisy(255) else {
            panic!("it passes")
        };
        assert!(
            latest > now.plus(Duration::from_millis(7_490))
                && latest < now.plus(Duration::from_millis(7_500))
        );
    }
}
