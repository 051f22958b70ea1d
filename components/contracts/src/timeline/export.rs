//! `GET /api/v1/contracts/{id}/timeline.ics` (CON-3): the timeline for a calendar. The contract's own dates and every task that has a day are
//! events of a day: unlike to-dos, every calendar shows them.

use std::sync::Arc;

use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::contract::Contract;
use domain::timeline::Base;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem};
use store::timeline::{self, Timeline};

use super::calendar::{Calendar, Event};
use crate::state::Contracts;
use crate::task::view::Reader;

/// The dates that a contract says itself.
const DATES: [(Base, &str); 4] = [
    (Base::Contract, "contract_date"),
    (Base::Interim, "interim_date"),
    (Base::Balance, "balance_date"),
    (Base::MoveIn, "move_in_date"),
];

const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

const EXAMPLE: &str =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//RealCare//Timeline//EN\r\nEND:VCALENDAR\r\n";

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Timelines", "exportTimeline", "The timeline for a calendar")
        .says("iCalendar (RFC 5545): the contract's dates and its tasks as events of whole days.")
        .with("id", CONTRACT_ID)
        .answers(
            Answer::text(MEDIA_TYPE, "The calendar.", EXAMPLE)
                .header("Content-Disposition", "A name for the file.")
                .in_language(),
        );
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
    let mut response = Response::new(Body::from(write(&found, reader)));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static(MEDIA_TYPE);
    headers.insert(header::CONTENT_TYPE, kind);
    let file = HeaderValue::from_static("attachment; filename=\"timeline.ics\"");
    headers.insert(header::CONTENT_DISPOSITION, file);
    Ok(reader.mark(response))
}

fn write(found: &Timeline, reader: Reader) -> String {
    let (contract, language) = (&found.contract, reader.language);
    let address = contract.address.as_str();
    let mut calendar = Calendar::new(address);
    let said = |key: &str| i18n::contract_date(language, key).unwrap_or_default();
    let own = DATES
        .iter()
        .filter_map(|(base, key)| Some((contract.basis.date(*base)?, *key)));
    let end = contract.basis.lease_end_date.map(|day| (day, "lease_end_date"));
    for (day, key) in own.chain(end) {
        calendar.event(&Event {
            uid: &format!("{}-{key}@realcare", contract.id),
            sequence: contract.version,
            changed: contract.updated_at,
            day,
            summary: said(key),
            description: None,
            location: address,
        });
    }
    for task in &found.tasks {
        let Some(day) = task.due else { continue };
        let (title, description) = reader.words(task);
        let done = task.done_at.map(|_| format!("[{}] {title}", said("done")));
        calendar.event(&Event {
            uid: &format!("{}@realcare", task.id),
            sequence: task.version,
            changed: task.updated_at,
            day,
            summary: done.as_ref().unwrap_or(&title),
            description: description.as_deref(),
            location: address,
        });
    }
    calendar.finish()
}
