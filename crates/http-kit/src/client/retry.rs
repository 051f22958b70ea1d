//! Whether and when an idempotent call is made again.

use std::time::Duration;

use axum::http::{StatusCode, header};
use domain::{Random, Timestamp, random};

use super::{Failure, Repeat, Reply};

/// How often a call is repeated at most.
const REPEATS: u32 = 2;
/// The longest first pause; it doubles with every further one.
const FIRST: Duration = Duration::from_millis(250);

/// How long to wait before the next attempt; `None` when there should be none.
///
/// The pause is drawn evenly between nothing and a bound that doubles ("full jitter"), so that clients that failed together do
/// not come back together. It is never shorter than what the other side asked for by `Retry-After` (RFC 9110, section 10.2.3).
pub(super) fn pause(
    repeat: Repeat,
    outcome: &Result<Reply, Failure>,
    repeats: u32,
    now: Timestamp,
    random: &dyn Random,
) -> Option<Duration> {
    if repeat == Repeat::Unsafe || repeats >= REPEATS {
        return None;
    }
    let asked = match outcome {
        Ok(reply) if is_passing(reply.status, repeat) => retry_after(reply, now),
        Err(Failure::Unreachable | Failure::Timeout | Failure::Broken) => Duration::ZERO,
        Ok(_) | Err(_) => return None,
    };
    Some(asked.saturating_add(jitter(repeats, random)))
}

/// Whether a status says that a later attempt may go better.
fn is_passing(status: StatusCode, repeat: Repeat) -> bool {
    (repeat == Repeat::Free && status == StatusCode::INTERNAL_SERVER_ERROR)
        || matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        )
}

fn jitter(repeats: u32, random: &dyn Random) -> Duration {
    let bound = u64::try_from(FIRST.as_micros()).unwrap_or(u64::MAX) << repeats.min(16);
    let noise = u64::from_le_bytes(random::bytes(random));
    Duration::from_micros(noise % (bound + 1))
}

/// Seconds or a date; nothing for what is neither.
fn retry_after(reply: &Reply, now: Timestamp) -> Duration {
    let value = reply.headers.get(header::RETRY_AFTER);
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Ok(seconds) = value.parse() {
        return Duration::from_secs(seconds);
    }
    let until = Timestamp::parse_http_date(value).map_or(0, |at| at.micros().saturating_sub(now.micros()));
    Duration::from_micros(u64::try_from(until).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::SystemRandom;
    use axum::body::Bytes;
    use axum::http::HeaderMap;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    fn reply(status: u16, retry_after: &str) -> Result<Reply, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, retry_after.parse().unwrap());
        Ok(Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: Bytes::new(),
        })
    }

    #[test]
    fn only_what_may_pass_is_repeated() {
        for status in [429, 502, 503, 504] {
            assert!(
                pause(Repeat::Safe, &reply(status, ""), 0, NOW, &SystemRandom).is_some(),
                "{status}"
            );
        }
        for status in [200, 301, 400, 401, 404, 500, 501] {
            assert!(
                pause(Repeat::Safe, &reply(status, ""), 0, NOW, &SystemRandom).is_none(),
                "{status}"
            );
        }
        for failure in [Failure::Refused, Failure::TooLarge, Failure::Malformed] {
            assert!(
                pause(Repeat::Safe, &Err(failure), 0, NOW, &SystemRandom).is_none(),
                "{failure:?}"
            );
        }
        for failure in [Failure::Unreachable, Failure::Timeout, Failure::Broken] {
            assert!(pause(Repeat::Safe, &Err(failure), 1, NOW, &SystemRandom).is_some());
            assert!(pause(Repeat::Unsafe, &Err(failure), 0, NOW, &SystemRandom).is_none());
        }
        assert!(pause(Repeat::Safe, &Err(Failure::Unreachable), 2, NOW, &SystemRandom).is_none());
        assert!(pause(Repeat::Unsafe, &reply(503, ""), 0, NOW, &SystemRandom).is_none());
        assert!(pause(Repeat::Free, &reply(500, ""), 0, NOW, &SystemRandom).is_some());
        assert!(pause(Repeat::Free, &reply(501, ""), 0, NOW, &SystemRandom).is_none());
    }

    #[test]
    fn a_date_is_as_good_as_seconds() {
        // NOW is Friday, 15 January 2027, 08:00:00.
        let wait = pause(
            Repeat::Safe,
            &reply(503, "Fri, 15 Jan 2027 08:00:07 GMT"),
            0,
            NOW,
            &SystemRandom,
        );
        assert!(wait.unwrap() >= Duration::from_secs(7) && wait.unwrap() < Duration::from_secs(8));
        let past = pause(
            Repeat::Safe,
            &reply(503, "Fri, 15 Jan 2027 07:00:00 GMT"),
            0,
            NOW,
            &SystemRandom,
        );
        assert!(past.unwrap() <= FIRST);
        let nonsense = pause(Repeat::Safe, &reply(503, "soon"), 0, NOW, &SystemRandom);
        assert!(nonsense.unwrap() <= FIRST);
    }

    proptest! {
        #[test]
        fn a_pause_is_what_was_asked_plus_bounded_jitter(seconds in 0_u64..100_000, repeats in 0_u32..2) {
            let wait = pause(Repeat::Safe, &reply(429, &seconds.to_string()), repeats, NOW, &SystemRandom).unwrap();
            let asked = Duration::from_secs(seconds);
            prop_assert!(wait >= asked && wait <= asked + FIRST * 2_u32.pow(repeats));
        }
    }
}
