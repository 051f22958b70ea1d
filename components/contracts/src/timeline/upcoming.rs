//! `GET /api/v1/contracts/upcoming` (CON-3): what is to be done in the next days, in all of one's contracts, by due date.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::contract::Role;
use domain::signal::Intent;
use domain::{Date, Id};
use guard::{Caller, Context, problem};
use http_kit::cursor::Cursors;
use http_kit::doc::Parameter;
use http_kit::doc::{Answer, Operation, changed};
use http_kit::page::PageRequest;
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::reply::Page;
use http_kit::{Code, Problem, reply};
use serde::Serialize;
use store::timeline::{self, Position, Upcoming, Window};
use utoipa::ToSchema;

use crate::state::Contracts;
use crate::task::view::{Reader, View as TaskView};

/// The next month, unless the client says how far.
const DAYS: u16 = 30;
/// A lease's last notice lies further ahead than this, but nobody plans a year of appointments by a list.
const MOST_DAYS: u16 = 366;

pub struct Request {
    page: PageRequest,
    days: u16,
    overdue: bool,
}

impl FromQuery for Request {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let days = pairs.take("days", |raw| {
            raw.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days))
        })?;
        let overdue = pairs.take("overdue", |raw| match raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })?;
        Ok(Self {
            page: PageRequest::from_query(pairs)?,
            days: days.unwrap_or(DAYS),
            overdue: overdue.unwrap_or(false),
        })
    }

    fn parameters() -> Vec<Parameter> {
        let mut parameters = vec![
            Parameter::number("days", "How many days ahead.", 1..=MOST_DAYS.into(), DAYS.into()),
            Parameter::query::<bool>("overdue", "Whether what is overdue is listed too."),
        ];
        parameters.extend(PageRequest::parameters());
        parameters
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = UpcomingTask)]
struct View {
    #[serde(flatten)]
    task: TaskView,
    contract: About,
}

/// What tells the contract from others.
#[derive(Serialize, ToSchema)]
#[schema(as = ContractOutline)]
struct About {
    kind: Intent,
    role: Role,
    address: String,
}

impl View {
    fn new(found: Upcoming, reader: Reader) -> Self {
        Self {
            contract: About {
                kind: found.task.kind,
                role: found.role,
                address: found.address.as_str().to_owned(),
            },
            task: TaskView::new(found.task, reader),
        }
    }
}

fn example() -> serde_json::Value {
    let contract =
        serde_json::json!({"kind": "jeonse", "role": "tenant", "address": "Teheran-ro 1, Gangnam-gu"});
    let task = changed(
        crate::task::view::example(),
        serde_json::json!({"contract": contract}),
    );
    serde_json::json!({"items": [task], "next_cursor": null})
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "Timelines",
            "listUpcomingTasks",
            "What has to be done next, of all contracts",
        )
        .says("By day.")
        .with("days", 366)
        .answers(Answer::ok::<Page<View>>("The tasks.", example()).in_language());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    Query(request): Query<Request>,
) -> Result<Response, Problem> {
    let reader = Reader::new(context.language(), contracts.clock.now());
    let list = format!(
        "upcoming tasks, {} days, overdue {}",
        request.days, request.overdue
    );
    let cursors = Cursors::new(contracts.cursor_key, list);
    let page = &request.page;
    let after = page.position(&cursors)?;
    let after = after
        .map(|text| parse(&text).ok_or_else(|| Problem::new(Code::InvalidCursor)))
        .transpose()?;
    let window = Window {
        from: (!request.overdue).then_some(reader.today),
        until: reader.today.plus_days(i32::from(request.days)),
    };
    let found = timeline::upcoming(&contracts.db, caller.user, window, after, page.rows())
        .await
        .map_err(problem::database)?;
    let view = |found: Upcoming| View::new(found, reader);
    let response = reply::json(StatusCode::OK, &page.page_by(found, &cursors, position, view))?;
    Ok(reader.mark(response))
}

/// The text that a cursor seals. Every task that is upcoming has a day.
fn position(found: &Upcoming) -> String {
    let due = found.task.due.map(|due| due.to_string()).unwrap_or_default();
    format!("{due} {}", found.task.id)
}

fn parse(text: &str) -> Option<Position> {
    let (due, id) = text.split_once(' ')?;
    Some((Date::parse(due).ok()?, Id::parse(id).ok()?))
}
