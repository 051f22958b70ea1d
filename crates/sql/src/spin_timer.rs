//! The host's timer, for bounds on its databases.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use spin_sdk::wasip3::clocks::monotonic_clock;

/// Ends after this time.
pub fn sleep(duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    Box::pin(monotonic_clock::wait_for(nanos))
}
