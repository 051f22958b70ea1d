//! `PATCH /api/v1/contracts/{id}/tasks/{task}` (CON-3, CONV-6): change what an open task says. A JSON merge patch (RFC 7396): what is absent
//! stays; `null` takes one's own words or day away, and a template's task has the template's again.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::Contract;
use domain::text::{Message, Title};
use domain::timeline::Task;
use domain::{FieldCode, FieldError, Fields};
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation, changed};
use http_kit::etag::{self, IfMatch};
use http_kit::json::given;
use http_kit::{Code, Json, PathIds, Problem};
use serde::Deserialize;
use serde_json::json;
use store::task::{self, Place, Stored, Words};
use utoipa::ToSchema;

use super::create::date;
use super::view::{self, EXAMPLE_ID, Reader, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::patch::ATTEMPTS;
use crate::state::Contracts;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TaskPatch)]
pub struct Patch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::text::Title>)]
    title: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::text::Message>)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<domain::Date>)]
    due_date: Option<Option<String>>,
}

impl Patch {
    /// What the person says after the change.
    fn apply(&self, stored: &Stored) -> Result<Words, Vec<FieldError>> {
        let mut fields = Fields::new();
        let mut words = Words {
            title: stored.title.clone(),
            description: stored.description.clone(),
            chosen: stored.chosen,
        };
        if let Some(title) = &self.title {
            words.title = fields.take_optional("/title", title.as_deref().map(Title::parse));
            if title.is_none() && stored.template.is_none() {
                fields.refuse("/title", FieldCode::Required);
            }
        }
        if let Some(text) = &self.description {
            words.description = fields.take_optional("/description", text.as_deref().map(Message::parse));
        }
        if let Some(day) = &self.due_date {
            words.chosen = fields.take_optional("/due_date", day.as_deref().map(date));
        }
        fields.finish(Some(words))
    }
}

/// The task of the documents after its change.
fn example() -> serde_json::Value {
    let changes = json!({"title": "Measure the kitchen and the hall", "version": 2});
    changed(view::example(), changes)
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Tasks", "changeTask", "Change an open task")
        .says(
            "A JSON merge patch (RFC 7396). `null` gives a task of the template its own words and day back.",
        )
        .with("id", CONTRACT_ID)
        .with("task", EXAMPLE_ID)
        .example(json!({"title": "Measure the kitchen and the hall"}))
        .refuses(&[Code::ForbiddenStep])
        .answers(
            Answer::ok::<View>("The task after the change.", example())
                .tagged()
                .in_language(),
        );
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    condition: IfMatch,
    PathIds(contract, task): PathIds<Contract, Task>,
    Json(patch): Json<Patch>,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let reader = Reader::new(context.language(), now);
    let audit = context.audit(Action::TaskChanged, &*contracts.random);
    let place = Place::new(contract, task, caller.user);
    for _ in 0..ATTEMPTS {
        let stored = task::find(&contracts.db, place)
            .await
            .map_err(problem::database)?;
        let stored = stored.ok_or_else(|| Problem::new(Code::NotFound))?;
        if !condition.expected().allows(stored.version) {
            return Err(Problem::new(Code::PreconditionFailed));
        }
        if stored.done_at.is_some() {
            return Err(Problem::new(Code::ForbiddenStep).at("`done`"));
        }
        let words = patch.apply(&stored)?;
        let change = (&words, stored.version);
        if let Some(changed) = task::update(&contracts.db, place, change, &audit, now)
            .await
            .map_err(problem::database)?
        {
            let version = (changed.version, reader.variant(&changed));
            let response = etag::changed_variant(StatusCode::OK, version, &View::new(changed, reader))?;
            return Ok(reader.mark(response));
        }
    }
    Err(Problem::new(Code::PreconditionFailed))
}
