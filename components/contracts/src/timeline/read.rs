//! `GET /api/v1/contracts/{id}/timeline` (CON-3): the whole picture, by one statement: the contract with its dates, its tasks by due date, and how
//! many are done.

use std::sync::Arc;

use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::contract::Contract;
use domain::{Date, Id};
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, reply};
use serde::Serialize;
use store::task::Stored;
use store::timeline;
use utoipa::ToSchema;

use crate::contract::view::View as ContractView;
use crate::state::Contracts;
use crate::task::view::{Reader, View as TaskView};

#[derive(Serialize, ToSchema)]
#[schema(as = Timeline)]
struct View {
    contract: ContractView,
    /// The day in Seoul by which `overdue` is judged.
    today: Date,
    tasks: Vec<TaskView>,
    progress: Progress,
}

/// How far it has come.
#[derive(Serialize, ToSchema)]
#[schema(as = TimelineProgress)]
struct Progress {
    total: usize,
    done: usize,
    open: usize,
    overdue: usize,
    /// The open task that is due next, overdue ones included.
    #[schema(value_type = Option<String>, format = "uuid", required)]
    next_task_id: Option<Id<domain::timeline::Task>>,
}

impl Progress {
    fn of(tasks: &[Stored], reader: Reader) -> Self {
        let done = tasks.iter().filter(|task| task.done_at.is_some()).count();
        let next = tasks.iter().find(|task| task.done_at.is_none());
        Self {
            total: tasks.len(),
            done,
            open: tasks.len() - done,
            overdue: tasks.iter().filter(|task| reader.is_overdue(task)).count(),
            next_task_id: next.map(|task| task.id),
        }
    }
}

fn example() -> serde_json::Value {
    serde_json::json!({
        "contract": crate::contract::view::example(), "today": "2026-11-25", "tasks": [crate::task::view::example()],
        "progress": {
            "total": 1, "done": 0, "open": 1, "overdue": 0, "next_task_id": crate::task::view::EXAMPLE_ID,
        },
    })
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Timelines",
            "getTimeline",
            "One's own contract with all its tasks",
        )
        .with("id", CONTRACT_ID)
        .answers(Answer::ok::<View>("The whole picture.", example()).in_language());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    PathId(id): PathId<Contract>,
) -> Result<Response, Problem> {
    let found = timeline::find(&contracts.db, id, caller.user)
        .await
        .map_err(problem::database)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let reader = Reader::new(context.language(), contracts.clock.now());
    let view = View {
        contract: ContractView::from(found.contract),
        today: reader.today,
        progress: Progress::of(&found.tasks, reader),
        tasks: found
            .tasks
            .into_iter()
            .map(|task| TaskView::new(task, reader))
            .collect(),
    };
    Ok(reader.mark(reply::json(StatusCode::OK, &view)?))
}
