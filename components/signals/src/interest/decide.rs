//! `POST /api/v1/signals/{id}/interests/{interest}/accept|decline` (SIG-4): the owner decides, once. Accepting reveals contacts to both and
//! writes a mail to each.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Id;
use domain::audit::Action;
use domain::interest::{Decision, Interest};
use domain::signal::Signal;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathIds, Problem, reply};
use serde_json::json;
use store::interest::{self, Judgement};

use super::view::{self, EXAMPLE_ID, View};
use crate::signal::view::EXAMPLE_ID as SIGNAL_ID;
use crate::state::Signals;

/// What the document says of accepting (OPS-6).
pub fn accept_doc(operation: &mut Operation) {
    operation
        .named(
            "Interests",
            "acceptInterest",
            "Accept an interest in one's own signal",
        )
        .says("Reveals contacts to both sides and writes a mail to each. The owner decides once.");
    let contact = json!({"name": "Hana", "email": "hana@example.com"});
    decided(operation, view::example_decided("accepted", contact));
}

/// What the document says of declining (OPS-6).
pub fn decline_doc(operation: &mut Operation) {
    operation
        .named(
            "Interests",
            "declineInterest",
            "Decline an interest in one's own signal",
        )
        .says("The owner decides once.");
    decided(
        operation,
        view::example_decided("declined", serde_json::Value::Null),
    );
}

fn decided(operation: &mut Operation, example: serde_json::Value) {
    operation
        .with("id", SIGNAL_ID)
        .with("interest", EXAMPLE_ID)
        .refuses(&[Code::AlreadyDecided])
        .answers(Answer::ok::<View>("The interest after the decision.", example));
}

pub async fn accept(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    PathIds(signal, interest): PathIds<Signal, Interest>,
) -> Result<Response, Problem> {
    decide(&caller, &context, &signals, (signal, interest), Decision::Accept).await
}

pub async fn decline(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    PathIds(signal, interest): PathIds<Signal, Interest>,
) -> Result<Response, Problem> {
    decide(&caller, &context, &signals, (signal, interest), Decision::Decline).await
}

async fn decide(
    caller: &Caller,
    context: &Context,
    signals: &Signals,
    (signal, interest): (Id<Signal>, Id<Interest>),
    decision: Decision,
) -> Result<Response, Problem> {
    let (now, random) = (signals.clock.now(), &*signals.random);
    let action = match decision {
        Decision::Accept => Action::InterestAccepted,
        Decision::Decline => Action::InterestDeclined,
    };
    let judgement = Judgement {
        interest,
        signal,
        owner: caller.user,
        decision,
        mails: (Id::new(now, random), Id::new(now, random)),
        language: context.language().tag(),
        audit: &context.audit(action, random),
        now,
    };
    if let Some(decided) = interest::decide(&signals.db, &judgement)
        .await
        .map_err(problem::database)?
    {
        if decision == Decision::Accept {
            signals.bell.ring(&context.trace().traceparent());
        }
        return reply::json(StatusCode::OK, &View::from(decided));
    }
    let exists = interest::exists(&signals.db, interest, signal, caller.user)
        .await
        .map_err(problem::database)?;
    Err(Problem::new(if exists {
        Code::AlreadyDecided
    } else {
        Code::NotFound
    }))
}
