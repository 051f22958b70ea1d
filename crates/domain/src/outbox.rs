//! Mail that waits to be sent (AUTH-17): what becomes of it after an attempt.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::random::{self, Random};

/// The row of a mail.
pub struct Mail;

/// How long a drain has a mail for itself. Longer than an attempt may take (GUARD-5: 30 s), so that no other drain sends it
/// meanwhile; short enough that a mail whose drain died is not late.
pub const LEASE: Duration = Duration::from_secs(120);

/// After so many attempts a mail is given up: a little more than three hours after the first.
pub const ATTEMPTS: u32 = 10;

/// The wait after the first attempt; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// The longest wait of our own, and the longest that a provider may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The wait after an attempt that nobody could make, for want of configuration or of permits.
const PAUSE: Duration = Duration::from_secs(60);

/// Why an attempt failed. The spelling is stored and logged; it never holds what a provider said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The provider takes no more for now.
    Throttled,
    /// The provider is at fault, or cannot be reached.
    Unavailable,
    /// No answer in time: the mail may have been sent.
    TimedOut,
    /// The provider will never take this mail.
    Rejected,
    /// No provider, or one that does not accept our key.
    NotConfigured,
    /// What the mail says has stopped being true before it could be sent.
    Outdated,
    /// There is no text of this name.
    UnknownTemplate,
    /// Our own token bucket is empty (GUARD-5).
    OverQuota,
}

impl Failure {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Rejected => "rejected",
            Self::NotConfigured => "not_configured",
            Self::Outdated => "outdated",
            Self::UnknownTemplate => "unknown_template",
            Self::OverQuota => "over_quota",
        }
    }
}

/// How an attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// The provider took it and calls it this.
    Sent(String),
    /// Nothing is sent here; the mail stays to be looked at (development).
    Kept,
    /// It failed; the provider may have said how long to wait.
    Failed(Failure, Option<Duration>),
}

/// What becomes of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is on its way.
    Sent(String),
    /// It stays where it is.
    Kept,
    /// It is tried again at this time.
    Again(Timestamp, Failure),
    /// It is tried again at this time, and this attempt does not count.
    Postponed(Timestamp, Failure),
    /// Nobody tries again.
    GivenUp(Failure),
}

/// Judges attempt number `attempt` (from 1).
pub fn judge(attempt: u32, attempted: Attempted, now: Timestamp, random: &dyn Random) -> Verdict {
    match attempted {
        Attempted::Sent(reference) => Verdict::Sent(reference),
        Attempted::Kept => Verdict::Kept,
        Attempted::Failed(failure, asked) => match failure {
            Failure::Rejected | Failure::Outdated | Failure::UnknownTemplate => Verdict::GivenUp(failure),
            // Not the mail's fault: what ends this is that the mail is outdated some day.
            Failure::NotConfigured | Failure::OverQuota => {
                Verdict::Postponed(now.plus(jittered(PAUSE, random)), failure)
            }
            Failure::Throttled | Failure::Unavailable | Failure::TimedOut if attempt < ATTEMPTS => {
                Verdict::Again(now.plus(wait(attempt, asked, random)), failure)
            }
            Failure::Throttled | Failure::Unavailable | Failure::TimedOut => Verdict::GivenUp(failure),
        },
    }
}

/// How long to wait after attempt number `attempt`: at least what the provider asked for.
fn wait(attempt: u32, asked: Option<Duration>, random: &dyn Random) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let own = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let asked = asked.unwrap_or_default().min(LONGEST_WAIT);
    jittered(own, random).max(asked)
}

/// Between half and the whole of `longest`, so that what failed together is not tried again together.
fn jittered(longest: Duration, random: &dyn Random) -> Duration {
    let half = longest / 2;
    let share = u32::from(u16::from_le_bytes(random::bytes(random)));
    half + half * share / u32::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Constant(u8);
    impl Random for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    fn transient() -> impl Strategy<Value = Failure> {
        prop_oneof![
            Just(Failure::Throttled),
            Just(Failure::Unavailable),
            Just(Failure::TimedOut)
        ]
    }

    fn waited(verdict: &Verdict) -> Option<u64> {
        let (Verdict::Again(at, _) | Verdict::Postponed(at, _)) = verdict else {
            return None;
        };
        u64::try_from(at.micros() - NOW.micros()).ok()
    }

    #[test]
    fn waits_double_up_to_an_hour_and_then_it_is_given_up() {
        let waits: Vec<_> = (1..=ATTEMPTS)
            .map(|attempt| {
                let failed = Attempted::Failed(Failure::Unavailable, None);
                waited(&judge(attempt, failed, NOW, &Constant(255))).map(|micros| micros / 1_000_000)
            })
            .collect();
        let expected = [30, 60, 120, 240, 480, 960, 1920, 3600, 3600].map(Some);
        assert_eq!(waits[..9], expected);
        assert_eq!(waits[9], None);
        let failed = Attempted::Failed(Failure::Throttled, None);
        assert_eq!(
            judge(ATTEMPTS, failed, NOW, &Constant(0)),
            Verdict::GivenUp(Failure::Throttled)
        );
    }

    #[test]
    fn what_cannot_get_better_is_given_up_at_once_and_what_is_our_fault_never() {
        for failure in [Failure::Rejected, Failure::Outdated, Failure::UnknownTemplate] {
            let verdict = judge(1, Attempted::Failed(failure, None), NOW, &Constant(0));
            assert_eq!(verdict, Verdict::GivenUp(failure));
        }
        for failure in [Failure::NotConfigured, Failure::OverQuota] {
            let verdict = judge(ATTEMPTS + 5, Attempted::Failed(failure, None), NOW, &Constant(0));
            assert_eq!(verdict, Verdict::Postponed(NOW.plus(PAUSE / 2), failure));
        }
    }

    proptest! {
        #[test]
        fn a_wait_is_bounded_and_at_least_what_was_asked_for(
            attempt in 1..ATTEMPTS, failure in transient(), asked in proptest::option::of(0_u64..100_000), noise: u8,
        ) {
            let asked = asked.map(Duration::from_secs);
            let verdict = judge(attempt, Attempted::Failed(failure, asked), NOW, &Constant(noise));
            let waited = Duration::from_micros(waited(&verdict).unwrap());
            prop_assert!(waited >= FIRST_WAIT / 2 && waited <= LONGEST_WAIT);
            prop_assert!(waited >= asked.unwrap_or_default().min(LONGEST_WAIT));
        }

        #[test]
        fn a_mail_never_waits_forever(failures in proptest::collection::vec(transient(), ATTEMPTS as usize), noise: u8) {
            let mut now = NOW;
            let mut ended = false;
            for (number, failure) in failures.into_iter().enumerate() {
                let attempt = u32::try_from(number).unwrap() + 1;
                match judge(attempt, Attempted::Failed(failure, None), now, &Constant(noise)) {
                    Verdict::Again(at, _) => {
                        prop_assert!(at > now);
                        now = at;
                    }
                    Verdict::GivenUp(_) => ended = true,
                    other => prop_assert!(false, "{other:?}"),
                }
            }
            prop_assert!(ended);
            prop_assert!(now.micros() - NOW.micros() <= 4 * 3_600_000_000, "within four hours");
        }
    }
}
