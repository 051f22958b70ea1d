//! `GET /api/v1/reality-checks/{id}` (CON-6): one of one's own checks, as it was answered.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::affordability::RealityCheck;
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use store::reality_check;

use super::view::{EXAMPLE_ID, View};
use crate::state::Checks;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Reality checks", "getRealityCheck", "One of one's own checks")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<View>("The check.", super::create::example_answer()));
}

pub async fn handle(
    caller: Caller,
    State(checks): State<Arc<Checks>>,
    PathId(id): PathId<RealityCheck>,
) -> Result<Response, Problem> {
    let found = reality_check::find(&checks.db, id, caller.user)
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::json(StatusCode::OK, &View::read(found)?)
}
