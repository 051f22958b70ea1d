//! `POST /api/v1/contracts/{id}/analysis` (CON-4): have the text of a contract analysed. The work goes on after the answer.
//!
//! An analysis is known by the document: asked for again while it runs it is the same one, and a completed one is the answer at once. So
//! the request needs no idempotency key to be safe to repeat.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::Id;
use domain::analysis::run::{Analysis, State};
use domain::audit::Action;
use domain::contract::Contract;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use serde::Serialize;
use store::analysis::{Request, Stored};
use store::{analysis, contract_document};
use utoipa::ToSchema;

use super::view::{EXAMPLE_ID, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

/// How often a contract may change between the two statements before somebody is sent away.
const TRIES: usize = 3;

#[derive(Serialize, ToSchema)]
#[schema(as = AnalysisAccepted)]
struct Accepted {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Analysis>,
    #[schema(value_type = String, format = "uuid")]
    contract_id: Id<Contract>,
    state: State,
    links: Links,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AnalysisLinks)]
struct Links {
    analysis: String,
    stream: String,
    progress: String,
}

fn example() -> serde_json::Value {
    let contract = format!("/api/v1/contracts/{CONTRACT_ID}");
    serde_json::json!({
        "id": EXAMPLE_ID, "contract_id": CONTRACT_ID, "state": "pending",
        "links": {
            "stream": format!("{contract}/analysis/stream"), "analysis": format!("{contract}/analyses/{EXAMPLE_ID}"),
            "progress": format!("/api/v1/progress/{EXAMPLE_ID}"),
        },
    })
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Analyses", "startAnalysis", "Have the text of one's own contract analysed")
        .says(
            "The work goes on after the answer; `links` says where to watch it. An analysis is known by the text: asked for again while \
             it runs it is the same one, and a completed one is the answer at once.",
        )
        .with("id", CONTRACT_ID)
        .refuses(&[Code::DocumentMissing, Code::RequestInProgress])
        .answers(
            Answer::json::<Accepted>(StatusCode::ACCEPTED, "It has begun, or was running.", example())
                .header("Location", "The path of its progress."),
        )
        .answers(
            Answer::ok::<View>("This text was analysed before.", super::view::example())
                .header("Content-Location", "The path of the analysis."),
        );
}

pub async fn handle(
    caller: Caller,
    context: Context,
    Extract(contracts): Extract<Arc<Contracts>>,
    PathId(id): PathId<Contract>,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let audit = context.audit(Action::AnalysisStarted, &*contracts.random);
    for _ in 0..TRIES {
        let document = contract_document::find(&contracts.db, id, caller.user)
            .await
            .map_err(problem::database)?;
        let document = document.ok_or_else(|| Problem::new(Code::NotFound))?;
        if document.text.is_none() {
            return Err(Problem::new(Code::DocumentMissing));
        }
        let request = Request {
            id: Id::new(now, &*contracts.random),
            contract: id,
            user: caller.user,
            contract_version: document.version,
            document_hash: &document.hash(),
            language: context.language().tag(),
            analyst: contracts.desk.analyst.as_str(),
            audit: &audit,
            now,
        };
        if let Some(response) = begin(&contracts, &request, &context).await? {
            return Ok(response);
        }
        // What it says now is what is to be analysed.
    }
    Err(Problem::new(Code::RequestInProgress))
}

/// The answer; `None` if the contract is another one by now, or its analysis was completed in between.
async fn begin(
    contracts: &Contracts,
    request: &Request<'_>,
    context: &Context,
) -> Result<Option<Response>, Problem> {
    let desk = &contracts.desk;
    let known = analysis::find_known(&contracts.db, request)
        .await
        .map_err(problem::database)?;
    let begun = match known {
        Some(completed) if completed.state == State::Completed => return done(completed, context).map(Some),
        Some(running) => Some(running),
        None => {
            desk.announce(request).await;
            let begun = analysis::start(&contracts.db, request).await;
            begun.map_err(problem::database)?
        }
    };
    let Some(begun) = begun else { return Ok(None) };
    desk.wake(&begun, &context.trace().traceparent());
    accepted(&begun).map(Some)
}

fn accepted(begun: &Stored) -> Result<Response, Problem> {
    let progress = format!("/api/v1/progress/{}", begun.id);
    let location = location(&progress)?;
    let body = Accepted {
        id: begun.id,
        contract_id: begun.contract,
        state: begun.state,
        links: Links {
            stream: format!("/api/v1/contracts/{}/analysis/stream", begun.contract),
            analysis: path_of(begun),
            progress,
        },
    };
    let mut response = reply::json(StatusCode::ACCEPTED, &body)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

fn done(completed: Stored, context: &Context) -> Result<Response, Problem> {
    // Not that of the newest: the contract may have said something else in between.
    let path = location(&path_of(&completed))?;
    let mut response = reply::json(StatusCode::OK, &View::new(completed, context.language()))?;
    response.headers_mut().insert(header::CONTENT_LOCATION, path);
    Ok(response)
}

fn path_of(analysis: &Stored) -> String {
    format!("/api/v1/contracts/{}/analyses/{}", analysis.contract, analysis.id)
}

fn location(path: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::try_from(path).map_err(|error| Problem::new(Code::InternalError).because(error))
}
