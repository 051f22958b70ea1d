//! A store that is gone while the app runs: what needs it says so, what does not goes on, and when it is back everything does (QUAL-3).

use realcare_blackbox::{Answer, App, Fault, Person, What, refusal, signal, success};
use serde_json::json;

use super::cheap;

/// How requests of each kind are answered.
struct Answers {
    app: App,
    person: Person,
}

impl Answers {
    fn new() -> Option<Self> {
        let app = cheap().start_breakable()?;
        let person = Person::signed_in(&app);
        Some(Self { app, person })
    }

    fn break_down(&self, store: &'static str) {
        self.app.faults().set(&[Fault::new(store, What::Fail)]);
    }

    fn reads(&self) -> Answer {
        let mine = self.app.client().get("/api/v1/signals/mine");
        mine.bearer(&self.person.access).send()
    }

    fn publishes(&self) -> Answer {
        let create = self.app.client().post("/api/v1/signals");
        create.bearer(&self.person.access).json(&signal()).send()
    }

    fn registers(&self) -> Answer {
        Person::stranger().register(self.app.client())
    }

    fn signs_in(&self) -> Answer {
        self.person.login(self.app.client())
    }

    fn refreshes(&self) -> Answer {
        let body = json!({"refresh_token": self.person.refresh});
        self.app.client().post("/api/v1/auth/refresh").json(&body).send()
    }

    fn logs_out(&self) -> Answer {
        let log_out = self.app.client().post("/api/v1/auth/logout");
        log_out.bearer(&self.person.access).send()
    }

    /// What needs nothing is answered, and whoever balances load is told.
    fn is_not_ready(&self, store: &str) {
        success(&self.app.client().get("/health/live").send(), 200);
        let ready = self.app.client().get("/health/ready").send();
        success(&ready, 503);
        assert!(ready.text().contains(store), "{}", ready.text());
    }

    /// Everything works again at the next request.
    fn works_again(mut self) {
        self.app.faults().mend();
        success(&self.app.client().get("/health/ready").send(), 200);
        success(&self.reads(), 200);
        success(&self.publishes(), 201);
        success(&self.registers(), 202);
        let refreshed = self.refreshes();
        success(&refreshed, 200);
        self.person.keep(&refreshed);
        success(&self.signs_in(), 200);
        success(&self.logs_out(), 204);
        refusal(&self.reads(), 401, "invalid_token");
        self.app.check_data();
    }
}

// QUAL-3, OPS-1
#[test]
fn without_the_database_nothing_is_promised() {
    let Some(all) = Answers::new() else { return };
    all.break_down("database");
    for answer in [
        all.reads(),
        all.publishes(),
        all.registers(),
        all.signs_in(),
        all.refreshes(),
        all.logs_out(),
    ] {
        refusal(&answer, 503, "database_unavailable");
    }
    all.is_not_ready("database");
    all.works_again();
}

// QUAL-3, GUARD-2
#[test]
fn without_revocations_nobody_is_let_in() {
    let Some(all) = Answers::new() else { return };
    all.break_down("revocations");
    for answer in [all.reads(), all.publishes(), all.logs_out()] {
        refusal(&answer, 503, "store_unavailable");
    }
    // What asks no access token needs no revocations.
    success(&all.registers(), 202);
    success(&all.signs_in(), 200);
    all.is_not_ready("revocations");
    all.works_again();
}

// QUAL-3, GUARD-4
#[test]
fn without_counters_everybody_is_let_through_and_told() {
    let Some(all) = Answers::new() else { return };
    all.break_down("counters");
    for (answer, status) in [
        (all.reads(), 200),
        (all.publishes(), 201),
        (all.registers(), 202),
        (all.signs_in(), 200),
    ] {
        success(&answer, status);
        assert_eq!(
            answer.header("x-ratelimit-status"),
            Some("unavailable"),
            "{answer:?}"
        );
        assert_eq!(answer.header("ratelimit"), None, "{answer:?}");
    }
    let logged = all.app.log().text();
    assert!(logged.contains("broken on purpose"), "the log says why");
    // Everybody is served, so whoever balances load sends more.
    success(&all.app.client().get("/health/ready").send(), 200);
    all.works_again();
}
