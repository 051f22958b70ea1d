//! An analysis: begun by one component, worked on by another after the answer, shown by a third (CON-4, PROG-1).

use std::cell::RefCell;

use realcare_blackbox::{Answer, App, success};
use serde_json::{Value, json};

use super::{Down, Flow, fail_everywhere, kill_everywhere};
use crate::analyses::{Case, essence};

/// One contract after the other of one person, and the result that each comes to.
#[derive(Default)]
struct Analyse {
    person: RefCell<Option<Case>>,
    expected: RefCell<Option<Value>>,
    /// Whether progress is kept in memory and goes with the process.
    forgets: bool,
}

impl Flow for Analyse {
    type Try = Case;
    /// The lease of an analysis is a minute.
    const DOWN: Down = Down::Goes(90);
    const SHARED: u64 = 2;

    fn prepare(&self, app: &App) -> Case {
        let mut known = self.person.borrow_mut();
        let mut person = match known.take() {
            Some(case) => case.person,
            None => {
                let undisturbed = Case::new(app);
                undisturbed.started(app);
                *self.expected.borrow_mut() = Some(essence(&undisturbed.over(app)));
                undisturbed.person
            }
        };
        // The clock goes on from try to try, and access tokens end.
        let body = json!({"refresh_token": person.refresh});
        let refreshed = app.client().post("/api/v1/auth/refresh").json(&body).send();
        success(&refreshed, 200);
        person.keep(&refreshed);
        let case = Case::of(app, person);
        *known = Some(case.clone());
        case
    }

    fn act(&self, app: &App, case: &Case) -> Option<Answer> {
        let path = format!("{}/analysis", case.contract);
        let start = app.client().post(&path).bearer(&case.person.access);
        start.attempt().ok()
    }

    fn is_over(&self, app: &App, _: &Case) -> bool {
        app.value("SELECT COUNT(*) FROM analyses WHERE finished_at IS NULL") == "0"
    }

    fn check(&self, app: &App, case: &Case, answer: Option<&Answer>) {
        let begun = case.start(app);
        if let Some(answer) = answer {
            success(answer, 202);
            assert_eq!(
                answer.string("/id"),
                begun.string("/id"),
                "what was begun goes on"
            );
        }
        let result = case.over(app);
        assert_eq!(Some(essence(&result)), *self.expected.borrow());
        let id = result["id"].as_str().expect("an id");
        let shown = case.progress(app, id).json();
        let is_gone = self.forgets && app.place().is_files() && shown["status"] == 404;
        assert!(shown["status"] == "completed" || is_gone, "{shown}");
        let list = case.get(app, "analyses").json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    }
}

// QUAL-3, CON-4, PROG-1
#[test]
fn an_analysis_can_be_cut_off_anywhere() {
    let flow = Analyse {
        forgets: true,
        ..Analyse::default()
    };
    kill_everywhere(&flow, 15);
}

// QUAL-3, CON-4, PROG-2
#[test]
fn any_call_of_an_analysis_can_fail() {
    fail_everywhere(&Analyse::default(), 15);
}
