//! `GET /api/v1/signals/{id}` (SIG-2, SIG-3): one signal. The exact address and the owner's contact only for those who may have them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use domain::signal::{Signal, State as Stand};
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, PathId, Problem, reply};
use store::signal::{self, Stored};

use super::view::{self, EXAMPLE_ID, View};
use crate::state::Signals;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Signals", "getSignal", "One signal")
        .says(
            "The owner gets an `ETag`. Others see the exact address and the owner's contact once their interest was accepted; what they see \
             depends on that, so they get no tag.",
        )
        .with("id", EXAMPLE_ID)
        .answers(
            Answer::ok::<View>("The signal as the caller may see it.", view::example_of_owner())
                .header_sometimes("ETag", "The strong tag of the version that is shown; for the owner only."),
        );
}

pub async fn handle(
    caller: Caller,
    State(signals): State<Arc<Signals>>,
    known: IfNoneMatch,
    PathId(id): PathId<Signal>,
) -> Result<Response, Problem> {
    let now = signals.clock.now();
    let found = signal::find(&signals.db, id, caller.viewer(now))
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let names = signals.regions.get(&signals.db).await?;
    if found.signal.owner == caller.user {
        let version = (found.signal.version, variant(&found.signal, now));
        let view = View::of_owner(found.signal, now).named(names);
        return etag::read_variant(&known, version, &view);
    }
    signals.views.count(&signals.db, id).await;
    // What a stranger sees also depends on their interest, which has no part in the version: no tag.
    reply::json(StatusCode::OK, &View::of_viewer(found, now).named(names))
}

/// Which of the answers to a signal's version its owner gets (CONV-6): its end comes by the clock, without a new version.
fn variant(signal: &Stored, now: Timestamp) -> &'static str {
    match signal.state.at(now, signal.expires_at) {
        Stand::Expired => "over",
        _ => "",
    }
}
