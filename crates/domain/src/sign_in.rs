//! When attempts to sign in are refused without a look at the password (AUTH-10).

use std::time::Duration;

/// The rules. Two counts bound guessing: one per account and client address, which locks that address only, so that nobody
/// locks an owner out from elsewhere; and a wider one per account, which refuses further addresses from which the owner
/// never signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// Failures in a row after which an address is locked (AUTH-10: 10). Failures and attempts under way together never pass it.
    pub failures: i64,
    /// How long a lock lasts, and over how long the wider count goes (AUTH-10: 1 h).
    pub duration: Duration,
    /// After which pause a row of failures begins anew.
    pub memory: Duration,
    /// Failures over all addresses after which unknown addresses are refused until the wider count ends.
    pub account_failures: i64,
    /// How long an attempt can be under way. One that has not ended by then has lost its instance, and is a failure.
    pub under_way: Duration,
    /// How long an address is known to an account after a sign-in: as long as a session can live (AUTH-5).
    pub known: Duration,
}

impl Lockout {
    /// The values of AUTH-10.
    pub const DEFAULT: Self = Self {
        failures: 10,
        duration: Duration::from_secs(3600),
        memory: Duration::from_secs(24 * 3600),
        account_failures: 100,
        under_way: Duration::from_secs(60),
        known: Duration::from_secs(90 * 24 * 3600),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Lifetimes;

    /// AUTH-10, in seconds.
    #[test]
    fn the_lock_is_that_of_the_contract() {
        let Lockout {
            failures,
            duration,
            memory,
            account_failures,
            under_way,
            known,
        } = Lockout::DEFAULT;
        assert_eq!((failures, duration.as_secs()), (10, 3_600));
        // A row is forgotten after a day, far later than its lock.
        assert_eq!(memory.as_secs(), 86_400);
        assert!(account_failures > failures && under_way < duration);
        // Whoever comes back while their sign-in could still live is no stranger.
        assert_eq!(known, Lifetimes::DEFAULT.absolute);
    }
}
