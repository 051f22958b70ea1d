//! The clock that guests see: the system's, moved.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use wasmtime_wasi::HostWallClock;

use super::Shared;

/// The time of day, ahead or behind. What measures durations is not moved.
pub struct MovedClock(Arc<Shared>);

impl MovedClock {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

impl HostWallClock for MovedClock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let moved = Duration::from_millis(self.0.ahead().unsigned_abs());
        match self.0.ahead() < 0 {
            true => now.saturating_sub(moved),
            false => now.saturating_add(moved),
        }
    }
}
