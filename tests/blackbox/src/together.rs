//! Many at once, and the clock.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Runs `act` in `count` threads that start at the same moment, and gives what each of them found.
pub fn together<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(count);
    thread::scope(|scope| {
        let start = |number| {
            let (act, barrier) = (&act, &barrier);
            scope.spawn(move || {
                barrier.wait();
                act(number)
            })
        };
        let threads: Vec<_> = (0..count).map(start).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no thread fails"))
            .collect()
    })
}

/// Returns when at least `seconds` of the present minute are left: limits count by the minute.
pub fn minute_with_room(seconds: u64) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time after 1970");
    let left = 60 - now.as_secs() % 60;
    if left < seconds {
        thread::sleep(Duration::from_secs(left));
    }
}
