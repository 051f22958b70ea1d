//! `POST /api/v1/contracts/{id}/tasks` (CON-3): a task of one's own.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::audit::Action;
use domain::contract::Contract;
use domain::text::{Message, Title};
use domain::timeline::Task;
use domain::{Date, FieldCode, FieldError, Fields, Id};
use guard::{Caller, Context, Creation, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::{Code, PathId, Problem, etag, reply};
use serde::Deserialize;
use serde_json::json;
use store::contract;
use store::task::{self, Place, Words};
use utoipa::ToSchema;

use super::view::{self, Reader, View};
use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use crate::state::Contracts;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTask)]
pub struct Request {
    #[schema(value_type = domain::text::Title)]
    title: String,
    #[schema(value_type = Option<domain::text::Message>)]
    description: Option<String>,
    #[schema(value_type = Option<domain::Date>)]
    due_date: Option<String>,
}

impl Request {
    fn parse(&self) -> Result<Words, Vec<FieldError>> {
        let mut fields = Fields::new();
        let title = fields.take("/title", Title::parse(&self.title));
        let description = self.description.as_deref().map(Message::parse);
        let description = fields.take_optional("/description", description);
        let chosen = fields.take_optional("/due_date", self.due_date.as_deref().map(date));
        fields.finish(Some(Words {
            title,
            description,
            chosen,
        }))
    }
}

/// A day as a client sends it.
pub(super) fn date(text: &str) -> Result<Date, FieldCode> {
    Date::parse(text).map_err(|_| FieldCode::InvalidFormat)
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Tasks", "createTask", "Add a task of one's own")
        .with("id", CONTRACT_ID)
        .example(json!({
            "title": "Measure the kitchen", "description": "Width of the refrigerator", "due_date": "2030-02-20",
        }))
        .refuses(&[Code::TooMany])
        .answers(Answer::created::<View>("The task.", view::example()).tagged().in_language());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    PathId(contract): PathId<Contract>,
    creation: Creation<Request>,
) -> Result<Response, Problem> {
    let words = creation.value.parse()?;
    let now = contracts.clock.now();
    let reader = Reader::new(context.language(), now);
    let audit = context.audit(Action::TaskCreated, &*contracts.random);
    let create = async |task: Id<Task>| {
        let place = Place {
            contract,
            task,
            user: caller.user,
        };
        let stored = task::create(&contracts.db, place, &words, &audit, now)
            .await
            .map_err(problem::database)?;
        let Some(stored) = stored else {
            return Err(refused(&contracts, &caller, contract).await?);
        };
        let (version, variant) = (stored.version, reader.variant(&stored));
        let location = format!("/api/v1/contracts/{contract}/tasks/{task}");
        let mut response = reply::created(&location, &View::new(stored, reader))?;
        etag::tag_variant(response.headers_mut(), version, variant);
        Ok(response)
    };
    let id = Id::new(now, &*contracts.random);
    let response = creation
        .once
        .run(&contracts.db, caller.user, id, now, create)
        .await?;
    Ok(reader.mark_creation(response))
}

/// Why there is no new task.
async fn refused(contracts: &Contracts, caller: &Caller, contract: Id<Contract>) -> Result<Problem, Problem> {
    let exists = contract::find(&contracts.db, contract, caller.user)
        .await
        .map_err(problem::database)?
        .is_some();
    Ok(Problem::new(if exists { Code::TooMany } else { Code::NotFound }))
}
