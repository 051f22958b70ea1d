//! `POST /api/v1/signals/{id}/interests` (SIG-4): answer somebody else's signal, once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::interest::Interest;
use domain::signal::Signal;
use domain::text::Message;
use domain::{Fields, Id};
use guard::{Caller, Context, Creation, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use serde::Deserialize;
use serde_json::json;
use store::interest::{self, NewInterest};
use store::signal::{self, Viewer};
use utoipa::ToSchema;

use super::view::{self, View};
use crate::signal::view::EXAMPLE_ID as SIGNAL_ID;
use crate::state::Signals;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInterest)]
pub struct Request {
    #[schema(value_type = domain::text::Message)]
    message: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Interests", "createInterest", "Answer somebody else's signal")
        .says("Once per person, and never one's own.")
        .with("id", SIGNAL_ID)
        .example(json!({"message": "Is it free in March? I would like to see it."}))
        .refuses(&[Code::AlreadyExists, Code::OwnSignal])
        .answers(Answer::created::<View>("The interest.", view::example()));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(signals): State<Arc<Signals>>,
    PathId(id): PathId<Signal>,
    creation: Creation<Request>,
) -> Result<Response, Problem> {
    let mut fields = Fields::new();
    let message = fields.take("/message", Message::parse(&creation.value.message));
    let message = fields.finish(message)?;
    let now = signals.clock.now();
    let viewer = caller.viewer(now);
    let audit = context.audit(Action::InterestCreated, &*signals.random);
    let create = async |interest: Id<Interest>| {
        let new = NewInterest {
            id: interest,
            signal: id,
            message: &message,
            language: context.language().tag(),
            audit: &audit,
        };
        match interest::create(&signals.db, &new, viewer)
            .await
            .map_err(problem::database)?
        {
            Some(stored) => reply::created(
                &format!("/api/v1/signals/{id}/interests/{interest}"),
                &View::from(stored),
            ),
            None => Err(refused(&signals, id, viewer).await?),
        }
    };
    let new = Id::new(now, &*signals.random);
    creation
        .once
        .run(&signals.db, caller.user, new, now, create)
        .await
}

/// Why there is no new interest.
async fn refused(signals: &Signals, id: Id<Signal>, viewer: Viewer) -> Result<Problem, Problem> {
    let seen = signal::find(&signals.db, id, viewer)
        .await
        .map_err(problem::database)?;
    let code = match seen {
        Some(seen) if seen.signal.owner == viewer.user => Code::OwnSignal,
        Some(seen) if seen.interest.is_some() => Code::AlreadyExists,
        // Open to them, and yet they could not: their account has ended meanwhile.
        Some(_) => Code::InvalidToken,
        None => Code::NotFound,
    };
    Ok(Problem::new(code))
}
