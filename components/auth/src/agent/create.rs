//! `POST /api/v1/agents` (AUTH-19): register as an estate agent. Until an admin has found the licence in order, nothing follows from it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::agent::{Agent, LicenceNumber};
use domain::audit::Action;
use domain::{Fields, Id};
use guard::{Caller, Context, Creation, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, Problem, etag, reply};
use serde::Deserialize;
use serde_json::json;
use store::agent;
use utoipa::ToSchema;

use super::view::{self, View};
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentRegistration)]
pub struct Request {
    #[schema(value_type = domain::agent::LicenceNumber)]
    licence_number: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Agents", "registerAgent", "Register as an agent")
        .says("With the registration number of one's office. An admin looks at it.")
        .example(json!({"licence_number": "11680-2023-00078"}))
        .refuses(&[Code::AlreadyExists])
        .answers(Answer::created::<View>("The registration.", view::example()).tagged());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(auth): State<Arc<Auth>>,
    creation: Creation<Request>,
) -> Result<Response, Problem> {
    let mut fields = Fields::new();
    let licence = LicenceNumber::parse(&creation.value.licence_number);
    let licence = fields.take("/licence_number", licence);
    let licence = fields.finish(licence)?;
    let now = auth.clock.now();
    let audit = context.audit(Action::AgentRegistered, &*auth.random);
    let create = async |id: Id<Agent>| {
        let agent = agent::create(&auth.db, id, caller.user, &licence, &audit, now)
            .await
            .map_err(problem::database)?
            .ok_or_else(|| Problem::new(Code::AlreadyExists))?;
        let version = agent.version;
        let mut response = reply::created("/api/v1/agents/me", &View::from(agent))?;
        etag::tag(response.headers_mut(), version);
        Ok(response)
    };
    let id = Id::new(now, &*auth.random);
    creation.once.run(&auth.db, caller.user, id, now, create).await
}
