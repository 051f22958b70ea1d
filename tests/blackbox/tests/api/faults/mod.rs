//! Things that are broken on purpose (QUAL-3): after each of them there was a clear answer, the data is whole (docs/invariants.md), and the
//! next request works.

mod clock;
mod flows;
mod providers;
mod slow;
mod stores;

use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{App, Builder};

/// An app whose passwords cost little: what is tried here is tried often.
fn cheap() -> Builder {
    App::with().variable("password_argon2", "m=7168,t=1,p=1")
}

/// Waits until nobody works any more: no mail is in hand, and no call was made for a while. Returns earlier if the app is gone.
fn settle(app: &mut App) {
    let end = Instant::now() + Duration::from_secs(20);
    let mut calls = u64::MAX;
    while Instant::now() < end && app.runs() {
        let waiting = app.value(
            "SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND kept_at IS NULL AND failed_at IS NULL AND attempts = 0",
        );
        let now = app.faults().calls("any");
        if waiting == "0" && now == calls {
            return;
        }
        calls = now;
        thread::sleep(Duration::from_millis(150));
    }
}
