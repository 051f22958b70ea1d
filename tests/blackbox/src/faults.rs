//! The switches of the stand-in host by which an app is broken on purpose (tests/host/README.md).

use std::net::SocketAddr;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::client::Client;

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// It fails as a store does that cannot be reached.
    Fail,
    /// It takes this much longer.
    Wait(Duration),
    /// It never ends.
    Hang,
    /// The process ends.
    Kill,
}

/// One thing that goes wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    on: &'static str,
    what: What,
    call: Option<u64>,
    is_after: bool,
}

/// The switches of a running app.
pub struct Faults(Client);

impl Fault {
    /// Every call to `on` (`database`, the label of a key-value store, or `any`) does this.
    pub const fn new(on: &'static str, what: What) -> Self {
        Self {
            on,
            what,
            call: None,
            is_after: false,
        }
    }

    /// Only this call, counted from 1.
    #[must_use]
    pub const fn at(mut self, call: u64) -> Self {
        self.call = Some(call);
        self
    }

    /// At the end of the call, which took place.
    #[must_use]
    pub const fn after(mut self) -> Self {
        self.is_after = true;
        self
    }

    fn rule(&self) -> Value {
        let what = match self.what {
            What::Fail => json!("fail"),
            What::Wait(time) => json!({"wait_ms": u64::try_from(time.as_millis()).expect("a short time")}),
            What::Hang => json!("hang"),
            What::Kill => json!("kill"),
        };
        let when = if self.is_after { "after" } else { "before" };
        json!({"on": self.on, "call": self.call, "when": when, "what": what})
    }
}

impl Faults {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self(Client::new(&format!("http://{address}")))
    }

    /// From now on this goes wrong and nothing else; calls are counted from here.
    pub fn set(&self, faults: &[Fault]) {
        let rules: Vec<Value> = faults.iter().map(Fault::rule).collect();
        self.put(&json!({"rules": rules}));
    }

    /// Nothing goes wrong any more.
    pub fn mend(&self) {
        self.set(&[]);
    }

    /// The clock of the components is this many milliseconds ahead, or behind if negative. It also mends everything.
    pub fn clock(&self, ahead_ms: i64) {
        self.put(&json!({"clock_ms": ahead_ms}));
    }

    /// How many calls a fault applied to since it was set.
    pub fn struck(&self) -> u64 {
        self.report()["struck"].as_u64().expect("a number")
    }

    /// How many calls to `on` there were since faults were set.
    pub fn calls(&self, on: &str) -> u64 {
        self.report()["calls"][on].as_u64().unwrap_or_default()
    }

    fn report(&self) -> Value {
        self.0.get("/").send().json()
    }

    fn put(&self, wanted: &Value) {
        let answer = self.0.request(Method::PUT, "/").json(wanted).send();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}
