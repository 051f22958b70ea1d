//! Breaking things on purpose (`--faults`): a store that fails, waits or never answers, the process killed beside a certain call, the
//! clock moved. Rules come in through a port of its own on the loopback interface; the README says how they look.
//!
//! Without the flag nothing here does anything.

mod clock;
mod control;
mod rules;

use std::{
    collections::BTreeMap,
    future::pending,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use rustix::process::{Signal, getpid, kill_process};
use tokio::sync::oneshot;

pub use clock::MovedClock;
pub use control::listen;
use rules::{Rule, What, When};

/// The name under which rules know the database, whichever engine it is.
pub const DATABASE: &str = "database";

/// What is broken at present; clones share it.
#[derive(Clone, Default)]
pub struct Faults(Option<Arc<Shared>>);

#[derive(Default)]
struct Shared {
    state: Mutex<Broken>,
    /// How far the clock of the guests is ahead of the system's.
    clock_ms: AtomicI64,
}

/// Rules, and what happened since they were set.
#[derive(Default)]
struct Broken {
    rules: Vec<Rule>,
    /// Calls, by the name of what was called.
    calls: BTreeMap<String, u64>,
    /// Calls that a rule applied to.
    struck: u64,
}

/// A call that went ahead, and what is to happen at its end.
#[must_use]
pub struct Passage(Option<What>);

/// The call fails because a rule says so.
#[derive(Debug)]
pub struct Struck;

impl Struck {
    /// What a guest is told.
    pub const TEXT: &'static str = "broken on purpose";
}

impl Faults {
    /// Faults that can be set.
    pub fn switchable() -> Self {
        Self(Some(Arc::default()))
    }

    /// A guest opens `store`: no call that is counted, but what holds for every call of the store holds for this too.
    ///
    /// # Errors
    /// A rule says that it fails.
    pub async fn open(&self, store: &str) -> Result<(), Struck> {
        let Some(shared) = &self.0 else { return Ok(()) };
        let found = shared.lock().find(|rule, _| rule.strikes(store, None));
        match found {
            Some(rule) => rule.what.happen().await,
            None => Ok(()),
        }
    }

    /// A guest calls `store`. What is to happen before the call happens here.
    ///
    /// # Errors
    /// A rule says that the call fails.
    pub async fn call(&self, store: &str) -> Result<Passage, Struck> {
        let Some(shared) = &self.0 else {
            return Ok(Passage(None));
        };
        let found = shared.lock().count(store);
        match found {
            None => Ok(Passage(None)),
            Some(rule) if rule.when == When::After => Ok(Passage(Some(rule.what))),
            Some(rule) => {
                rule.what.happen().await?;
                Ok(Passage(None))
            }
        }
    }

    /// The clock that guests see.
    pub fn clock(&self) -> Option<MovedClock> {
        Some(MovedClock::new(Arc::clone(self.0.as_ref()?)))
    }
}

impl Passage {
    /// The call has ended.
    ///
    /// # Errors
    /// A rule says that its answer is lost.
    pub async fn end(self) -> Result<(), Struck> {
        match self.0 {
            Some(what) => what.happen().await,
            None => Ok(()),
        }
    }

    /// The same for a call whose end comes by `outcome`, after its rows.
    pub fn end_of<E: Send + 'static>(
        self,
        outcome: oneshot::Receiver<Result<(), E>>,
        error: fn() -> E,
    ) -> oneshot::Receiver<Result<(), E>> {
        if self.0.is_none() {
            return outcome;
        }
        let (sender, end) = oneshot::channel();
        tokio::spawn(async move {
            let Ok(outcome) = outcome.await else { return };
            let outcome = match self.end().await {
                Ok(()) => outcome,
                Err(Struck) => Err(error()),
            };
            let _ = sender.send(outcome);
        });
        end
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Broken> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ahead(&self) -> i64 {
        self.clock_ms.load(Ordering::SeqCst)
    }
}

impl Broken {
    fn count(&mut self, store: &str) -> Option<Rule> {
        for name in [store, rules::ANY] {
            *self.calls.entry(name.to_owned()).or_default() += 1;
        }
        self.find(|rule, calls| rule.strikes(store, calls.get(&rule.on).copied()))
    }

    /// The first rule that applies, given the numbers of calls so far.
    fn find(&mut self, applies: impl Fn(&Rule, &BTreeMap<String, u64>) -> bool) -> Option<Rule> {
        let found = self
            .rules
            .iter()
            .find(|rule| applies(rule, &self.calls))
            .cloned()?;
        self.struck += 1;
        Some(found)
    }
}

impl What {
    async fn happen(self) -> Result<(), Struck> {
        match self {
            Self::Fail => Err(Struck),
            Self::WaitMs(time) => {
                tokio::time::sleep(Duration::from_millis(time)).await;
                Ok(())
            }
            Self::Hang => pending().await,
            Self::Kill => {
                // As the system does it to a process that used too much memory: nothing is flushed, nothing is said.
                let _ = kill_process(getpid(), Signal::KILL);
                pending().await
            }
        }
    }
}

#[cfg(test)]
mod tests;
