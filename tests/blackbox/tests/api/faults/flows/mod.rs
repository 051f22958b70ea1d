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

use super::{cheap, quiet};

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
    /// Of how many calls one is broken on each engine: a long flow is shared between the two, or broken at each with `REALCARE_EVERY_CALL`.
    const SHARED: u64 = 1;

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

/// The calls that are broken on this engine, until there are no more.
fn calls<F: Flow>(app: &App, first: u64) -> impl Iterator<Item = u64> + use<F> {
    let is_every = std::env::var_os("REALCARE_EVERY_CALL").is_some();
    let shared = if is_every { 1 } else { F::SHARED };
    let own = first + u64::from(!app.place().is_files()) % shared;
    (own..).step_by(usize::try_from(shared).expect("a small number"))
}

/// Kills the app at every call of a flow, which takes more than `at_least`.
fn kill_everywhere<F: Flow>(flow: &F, at_least: u64) {
    let Some(mut app) = cheap().start_breakable() else {
        return;
    };
    let mut clock = Clock(0);
    for call in calls::<F>(&app, 0) {
        let this = flow.prepare(&app);
        quiet(&mut app);
        app.faults().set(&[match call {
            0 => Fault::new("any", What::Kill).at(1),
            call => Fault::new("any", What::Kill).at(call).after(),
        }]);
        let start = Instant::now();
        let answer = flow.act(&app, &this);
        let is_killed = happens(|| {
            if !app.runs() {
                return Some(true);
            }
            (answer.is_some() && flow.is_over(&app, &this)).then_some(false)
        }) || !app.runs();
        if is_killed {
            app.check_data();
            app.start_again();
            clock.go_on(&app, F::DOWN, start);
        } else {
            app.faults().mend();
        }
        flow.check(&app, &this, answer.as_ref());
        if !is_killed {
            println!("{} calls", call - 1);
            assert!(call > at_least, "{call} calls");
            app.check_data();
            return;
        }
    }
}

/// Lets every call of a flow fail once, before it takes place and after.
fn fail_everywhere<F: Flow>(flow: &F, at_least: u64) {
    let Some(mut app) = cheap().start_breakable() else {
        return;
    };
    let mut clock = Clock(0);
    for call in calls::<F>(&app, 1) {
        for is_after in [false, true] {
            let fault = Fault::new("any", What::Fail).at(call);
            let this = flow.prepare(&app);
            quiet(&mut app);
            app.faults().set(&[if is_after { fault.after() } else { fault }]);
            let start = Instant::now();
            let answer = flow.act(&app, &this).expect("an answer");
            let is_struck = |app: &App| app.faults().struck() > 0;
            let is_broken = happens(|| {
                let is_over = || (answer.status < 500 && flow.is_over(&app, &this)).then_some(false);
                if is_struck(&app) { Some(true) } else { is_over() }
            }) || is_struck(&app);
            quiet(&mut app);
            clock.go_on(&app, F::DOWN, start);
            let answer = Some(answer).filter(|answer| !is_not_now(answer));
            flow.check(&app, &this, answer.as_ref());
            if !is_broken {
                println!("{} calls", call - 1);
                assert!(call > at_least && answer.is_some(), "{call} calls");
                app.check_data();
                return;
            }
        }
        app.check_data();
    }
}

/// Waits until it is known whether it happens; whoever says that it does not may still have something to do.
fn happens(mut known: impl FnMut() -> Option<bool>) -> bool {
    let end = Instant::now() + SOON;
    loop {
        match known() {
            Some(true) => return true,
            Some(false) => {
                thread::sleep(Duration::from_millis(200));
                return false;
            }
            None => assert!(Instant::now() < end, "it neither happens nor is it over"),
        }
        thread::sleep(Duration::from_millis(20));
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
