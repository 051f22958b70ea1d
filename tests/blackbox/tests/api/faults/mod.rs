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

/// Waits until no store has been called for a while: what goes on after an answer is over. Returns earlier if the app is gone.
fn quiet(app: &mut App) {
    let end = Instant::now() + Duration::from_secs(20);
    let (mut calls, mut same) = (u64::MAX, 0);
    while same < 3 && Instant::now() < end && app.runs() {
        let now = app.faults().calls("any");
        same = if now == calls { same + 1 } else { 0 };
        calls = now;
        thread::sleep(Duration::from_millis(40));
    }
}
