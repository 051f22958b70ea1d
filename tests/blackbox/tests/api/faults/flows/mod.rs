//! Things that people do which take more than one call to a store: cut off by the death of the process at every call, and with every call
//! failing, before it took place or after (QUAL-3).
//!
//! Where to break is not listed: each flow is broken at its first call, its second, and so on until it needs fewer. A statement that is
//! added to a flow is thereby covered.

mod analysis;
mod interest;
mod session;
mod user;

use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{Answer, App, Fault, What, problem};

use super::{cheap, settle};

/// Time for one flow that nobody holds up.
const SOON: Duration = Duration::from_secs(30);

/// What the clock does between what goes wrong and the next try.
#[derive(Clone, Copy)]
enum Down {
    /// It stands, so that what is allowed for some seconds is still allowed.
    Stands,
    /// It goes on by so many seconds, so that leases are over.
    Goes(i64),
}

/// Something that people do.
trait Flow {
    /// What one try is about.
    type Try;
    /// Between what goes wrong and the next try.
    const DOWN: Down;

    /// Everything that has to be there.
    fn prepare(&self, app: &App) -> Self::Try;
    /// Does it; there is no answer from a process that was killed.
    fn act(&self, app: &App, this: &Self::Try) -> Option<Answer>;
    /// Whether what goes on after the answer is over.
    fn is_over(&self, app: &App, this: &Self::Try) -> bool;
    /// What was answered is true, and whoever tries again gets there. No answer stands for one that was lost, and for "not now".
    fn check(&self, app: &App, this: &Self::Try, answer: Option<&Answer>);
}

/// How far the clock is ahead, in milliseconds.
struct Clock(i64);

impl Clock {
    /// Sets it for the next try, on an app without faults.
    fn go_on(&mut self, app: &App, down: Down, since: Instant) {
        self.0 += match down {
            Down::Stands => -i64::try_from(since.elapsed().as_millis()).expect("a short time"),
            Down::Goes(seconds) => seconds * 1000,
        };
        app.faults().clock(self.0);
    }
}

/// Kills the app at every call of a flow, which takes more than `at_least`.
fn kill_everywhere<F: Flow>(flow: &F, at_least: u64) {
    let Some(mut app) = cheap().start_breakable() else {
        return;
    };
    let mut clock = Clock(0);
    for call in 0.. {
        settle(&mut app);
        let this = flow.prepare(&app);
        settle(&mut app);
        app.faults().set(&[match call {
            0 => Fault::new("any", What::Kill).at(1),
            call => Fault::new("any", What::Kill).at(call).after(),
        }]);
        let start = Instant::now();
        let answer = flow.act(&app, &this);
        let is_killed = is_killed(&mut app, |app| answer.is_some() && flow.is_over(app, &this));
        if is_killed {
            app.check_data();
            app.start_again();
            clock.go_on(&app, F::DOWN, start);
        } else {
            app.faults().mend();
        }
        flow.check(&app, &this, answer.as_ref());
        app.check_data();
        if !is_killed {
            println!("killed at {call} points");
            assert!(call > at_least, "{call} calls");
            return;
        }
    }
}

/// Waits for what comes first: the app is gone, or all is over.
fn is_killed(app: &mut App, is_over: impl Fn(&App) -> bool) -> bool {
    let end = Instant::now() + SOON;
    while app.runs() {
        if is_over(app) {
            // Whoever works may still have something to do.
            thread::sleep(Duration::from_millis(300));
            return !app.runs();
        }
        assert!(Instant::now() < end, "neither killed nor over");
        thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Lets every call of a flow fail once, before it takes place and after.
fn fail_everywhere<F: Flow>(flow: &F, at_least: u64) {
    let Some(mut app) = cheap().start_breakable() else {
        return;
    };
    let mut clock = Clock(0);
    for call in 1.. {
        for is_after in [false, true] {
            let fault = Fault::new("any", What::Fail).at(call);
            settle(&mut app);
            let this = flow.prepare(&app);
            settle(&mut app);
            app.faults().set(&[if is_after { fault.after() } else { fault }]);
            let start = Instant::now();
            let answer = flow.act(&app, &this).expect("an answer");
            settle(&mut app);
            let is_broken = app.faults().struck() > 0;
            clock.go_on(&app, F::DOWN, start);
            let answer = Some(answer).filter(|answer| !is_not_now(answer));
            flow.check(&app, &this, answer.as_ref());
            if !is_broken {
                println!("{} failures", 2 * (call - 1));
                assert!(call > at_least && answer.is_some(), "{call} calls");
                app.check_data();
                return;
            }
        }
        app.check_data();
    }
}

/// Whether the answer is that a store cannot be reached; nothing else may be said of it, and nothing of how it failed.
fn is_not_now(answer: &Answer) -> bool {
    if answer.status < 500 {
        return false;
    }
    let json = problem(answer);
    let code = json["code"].as_str().unwrap_or_default();
    assert!(
        answer.status == 503 && ["database_unavailable", "store_unavailable"].contains(&code),
        "{json}"
    );
    assert!(!answer.text().contains("broken on purpose"), "{json}");
    true
}
