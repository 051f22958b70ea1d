//! `cargo xtask bench --enumeration N`: whether the time of an answer tells if an address has an account (AUTH-1, AUTH-2, AUTH-3, AUTH-8).
//! Every address is asked for once, as somebody would who has a list of them; known and unknown ones take turns, and which of them
//! comes first takes turns too, so that whatever else the machine does meets both.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::times::{longer, milliseconds, share};
use crate::app::{self, App, Launch};
use crate::components::Profile;
use crate::workspace::Workspace;
use crate::{sample, term};

/// Asked for before anything is measured.
const WARM_UP: usize = 10;

/// One endpoint that is given an address.
struct Question {
    name: &'static str,
    path: &'static str,
    body: fn(&str) -> Value,
    status: u16,
    /// Whether the known addresses are verified; else they are those that were registered before.
    verified: bool,
}

/// The place of the question that registers addresses, which then are known and not verified.
const REGISTERED: usize = 1;

const QUESTIONS: [Question; 5] = [
    Question {
        name: "login, wrong password",
        path: "/api/v1/auth/login",
        body: |email| json!({"email": email, "password": "Wrong-horse-7-battery"}),
        status: 401,
        verified: true,
    },
    Question {
        name: "register",
        path: "/api/v1/auth/register",
        body: |email| json!({"email": email, "password": "Other-horse-7-battery", "name": "Minji"}),
        status: 202,
        verified: true,
    },
    Question {
        name: "request-password-reset",
        path: "/api/v1/auth/request-password-reset",
        body: |email| json!({"email": email}),
        status: 202,
        verified: true,
    },
    Question {
        name: "resend-verification",
        path: "/api/v1/auth/resend-verification",
        body: |email| json!({"email": email}),
        status: 202,
        verified: true,
    },
    Question {
        name: "resend, not verified",
        path: "/api/v1/auth/resend-verification",
        body: |email| json!({"email": email}),
        status: 202,
        verified: false,
    },
];

/// Runs the measurement.
pub fn run(workspace: &Workspace, profile: Option<Profile>, count: usize) -> Result<()> {
    let launch = Launch::new("bench", profile)?;
    let mut app = App::start(workspace, launch)?;
    let count = count + WARM_UP;
    let known = sample::load_people(&app.database, "known", count, sample::PASSWORD_HASH)?;
    let agent = app::agent();
    let mut rows = vec![term::row([
        "request",
        "address",
        "p10",
        "median",
        "p90",
        "longer than unknown",
    ])];
    let nobody = |question: usize, number: usize| format!("{question}-{number}@nobody.example");
    for (place, question) in QUESTIONS.iter().enumerate() {
        term::note(question.name);
        let ask = |email: &str| -> Result<Duration> {
            let (status, time) = app.post(&agent, question.path, &(question.body)(email))?;
            ensure!(
                status == question.status,
                "{} answered {status}: the measurement is void",
                question.path
            );
            Ok(time)
        };
        let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
        for (number, verified) in known.iter().enumerate() {
            let registered = nobody(REGISTERED, number);
            let known = if question.verified { verified } else { &registered };
            let unknown = nobody(place, number);
            let (of_one, of_none) = if number % 2 == 0 {
                (ask(known)?, ask(&unknown)?)
            } else {
                let of_none = ask(&unknown)?;
                (ask(known)?, of_none)
            };
            if number >= WARM_UP {
                of_known.push(of_one);
                of_unknown.push(of_none);
            }
        }
        let area = format!("{:.3}", longer(&of_known, &of_unknown));
        for (name, times, area) in [("known", &of_known, area.as_str()), ("unknown", &of_unknown, "")] {
            let [p10, p50, p90] = [10, 50, 90].map(|percent| milliseconds(share(times, percent)));
            rows.push(term::row([question.name, name, &p10, &p50, &p90, area]));
        }
    }
    app.end();
    println!(
        "\non {}, {} answers each; 0.5 means that nobody can tell them apart\n",
        app.title,
        count - WARM_UP
    );
    term::table(&rows);
    Ok(())
}
