//! Sessions: one sign-in, one refresh-token family (AUTH-5, AUTH-6).

use std::time::Duration;

use crate::clock::Timestamp;

/// The row of a session.
pub struct Session;

/// How long the tokens of a session live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An access token (AUTH-4: 30 min).
    pub access: Duration,
    /// A refresh token that is not used (AUTH-5: 30 days).
    pub idle: Duration,
    /// A session however often it is refreshed (AUTH-5: 90 days).
    pub absolute: Duration,
    /// How long a rotated refresh token still gives the same successor (AUTH-6: 10 s).
    pub grace: Duration,
}

impl Lifetimes {
    /// The values of AUTH-4 to AUTH-6.
    pub const DEFAULT: Self = Self {
        access: Duration::from_secs(30 * 60),
        idle: Duration::from_secs(30 * 24 * 3600),
        absolute: Duration::from_secs(90 * 24 * 3600),
        grace: Duration::from_secs(10),
    };

    /// When a refresh token issued at `now` ends, in a session that must end at `absolute_end`.
    pub fn idle_end(&self, now: Timestamp, absolute_end: Timestamp) -> Timestamp {
        now.plus(self.idle).min(absolute_end)
    }
}

/// What the row of a session says about a refresh token that could not be rotated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The token was rotated within the grace: its successor is handed out again.
    Graced,
    /// The token was rotated longer ago: somebody else has it too.
    Reused,
    /// The session ended or ran out, or the token was never ours.
    Ended,
}

/// Judges a refresh token that is not the current one (AUTH-6).
///
/// `rotated_at` is when this token was rotated, `None` if it never was; `is_previous` tells whether it is the direct
/// predecessor of the current one, the only one whose successor is still known.
pub fn judge(
    now: Timestamp,
    grace: Duration,
    ended: bool,
    rotated_at: Option<Timestamp>,
    is_previous: bool,
) -> Standing {
    match rotated_at {
        None => Standing::Ended,
        Some(_) if ended => Standing::Ended,
        Some(at) if is_previous && now <= at.plus(grace) => Standing::Graced,
        Some(_) => Standing::Reused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(10);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_rotated_token_is_graced_once_rotated_and_reuse_later() {
        assert_eq!(
            judge(at(110), GRACE, false, Some(at(100)), true),
            Standing::Graced
        );
        assert_eq!(
            judge(at(111), GRACE, false, Some(at(100)), true),
            Standing::Reused
        );
        assert_eq!(
            judge(at(101), GRACE, false, Some(at(100)), false),
            Standing::Reused
        );
        assert_eq!(judge(at(101), GRACE, true, Some(at(100)), true), Standing::Ended);
        assert_eq!(judge(at(101), GRACE, false, None, false), Standing::Ended);
    }

    /// AUTH-4 to AUTH-6, in minutes, days and seconds.
    #[test]
    fn lifetimes_are_those_of_the_contract() {
        let Lifetimes {
            access,
            idle,
            absolute,
            grace,
        } = Lifetimes::DEFAULT;
        assert_eq!(access.as_secs(), 1_800);
        assert_eq!((idle.as_secs(), absolute.as_secs()), (2_592_000, 7_776_000));
        assert_eq!(grace, GRACE);
    }

    #[test]
    fn idle_time_never_outlives_the_session() {
        let end = at(100);
        assert_eq!(Lifetimes::DEFAULT.idle_end(at(50), end), end);
    }
}
