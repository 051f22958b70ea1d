//! When an answer leaves that must not tell whether an address has an account (AUTH-1, AUTH-2, AUTH-8).
//!
//! The statements are the same for every address, but one that writes a mail takes a little longer than one that finds nothing to
//! write, and whoever asks often enough can measure a little. So these answers leave on a beat: what is left of it is waited for, and the
//! difference vanishes in it. Waiting costs nothing but the wait; whoever asks for a mail does not notice a tenth of a second.

use std::future::Future;
use std::time::Duration;

use crate::state::Auth;

/// Long against the difference, which is below a millisecond, and long enough for a password's hash on an idle machine.
const BEAT: Duration = Duration::from_millis(100);

/// Does `work` and gives its result at the next whole beat after the start.
pub async fn even<T>(auth: &Auth, work: impl Future<Output = T>) -> T {
    let start = auth.clock.now().micros();
    let done = work.await;
    let taken = auth.clock.now().micros().saturating_sub(start);
    auth.timer.sleep(left(taken)).await;
    done
}

/// What is left of the beat after so many microseconds. A clock that went back counts as none.
fn left(taken: i64) -> Duration {
    let taken = Duration::from_micros(u64::try_from(taken).unwrap_or(0));
    let into = taken.as_nanos() % BEAT.as_nanos();
    BEAT.saturating_sub(Duration::from_nanos(u64::try_from(into).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_leaves_at_the_next_whole_beat() {
        for (taken, expected) in [
            (0, 100_000),
            (1, 99_999),
            (99_999, 1),
            (100_000, 100_000),
            (163_000, 37_000),
            (-5_000_000, 100_000),
        ] {
            assert_eq!(left(taken), Duration::from_micros(expected), "{taken}");
        }
    }
}
