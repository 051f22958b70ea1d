//! `DELETE /api/v1/reality-checks/{id}` (CON-6): remove one of one's own checks, for good: it holds an income.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::affordability::RealityCheck;
use domain::audit::Action;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use store::reality_check;

use super::view::EXAMPLE_ID;
use crate::state::Checks;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Reality checks",
            "deleteRealityCheck",
            "Delete one of one's own checks",
        )
        .with("id", EXAMPLE_ID)
        .answers(Answer::done("It is gone."));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(checks): State<Arc<Checks>>,
    PathId(id): PathId<RealityCheck>,
) -> Result<Response, Problem> {
    let audit = context.audit(Action::RealityCheckDeleted, &*checks.random);
    let removed = reality_check::delete(&checks.db, id, caller.user, &audit, checks.clock.now())
        .await
        .map_err(problem::database)?;
    if removed {
        Ok(reply::empty(StatusCode::NO_CONTENT))
    } else {
        Err(Problem::new(Code::NotFound))
    }
}
