//! A task as its person sees it. A template's words are those of the catalogue in the language of the request, unless the person wrote others.

use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::contract::Contract;
use domain::timeline::{Base, Task, base_of, is_overdue};
use domain::{Date, Id, Timestamp};
use http_kit::{Language, etag, headers};
use serde::Serialize;
use serde_json::{Value, json};
use store::task::Stored;
use utoipa::ToSchema;

/// Who looks at tasks, and when.
#[derive(Clone, Copy)]
pub struct Reader {
    /// Whose words.
    pub language: Language,
    /// The day in Seoul.
    pub today: Date,
}

impl Reader {
    /// Somebody who asks now.
    pub fn new(language: Language, now: Timestamp) -> Self {
        Self {
            language,
            today: now.seoul_date(),
        }
    }

    /// Whether a task is overdue.
    pub fn is_overdue(self, task: &Stored) -> bool {
        is_overdue(task.due, task.done_at.is_some(), task.contract_state, self.today)
    }

    /// Which of the answers to a task's version this reader gets (CONV-6): they differ by language, and by whether the day has come.
    pub fn variant(self, task: &Stored) -> &'static str {
        match (self.language, self.is_overdue(task)) {
            (Language::English, false) => "en",
            (Language::English, true) => "enlate",
            (Language::Korean, false) => "ko",
            (Language::Korean, true) => "kolate",
        }
    }

    /// Says in which language an answer is, and that it depends on it; a replay (CONV-7) has the tag of the first answer, which tells.
    pub fn mark_creation(self, response: Response) -> Response {
        let tag = etag::variant_of(response.headers()).get(..2);
        let language = tag.map_or(self.language, Language::from_tag);
        Self { language, ..self }.mark(response)
    }

    /// Says in which language an answer is, and that it depends on it.
    pub fn mark(self, mut response: Response) -> Response {
        let map = response.headers_mut();
        map.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(self.language.tag()),
        );
        headers::vary(map, "Accept-Language");
        response
    }

    /// Title and description.
    pub fn words(self, task: &Stored) -> (String, Option<String>) {
        let key = task.template.as_deref().unwrap_or_default();
        let (title, text) = i18n::task(self.language, key).unzip();
        let own = task.title.as_ref().map(|title| title.as_str());
        let description = task.description.as_ref().map(|text| text.as_str());
        (
            own.or(title).unwrap_or(key).to_owned(),
            description.or(text).map(str::to_owned),
        )
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TaskState)]
enum State {
    Open,
    Done,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Task)]
pub struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Task>,
    #[schema(value_type = String, format = "uuid")]
    contract_id: Id<Contract>,
    /// The key of the template that it comes from.
    #[schema(required)]
    template: Option<String>,
    title: String,
    #[schema(required)]
    description: Option<String>,
    #[schema(required)]
    due_date: Option<Date>,
    /// The contract's date that the due date follows; `null` when the person chose it.
    #[schema(required)]
    follows: Option<Base>,
    state: State,
    overdue: bool,
    #[schema(required)]
    completed_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl View {
    /// What this reader sees.
    pub fn new(task: Stored, reader: Reader) -> Self {
        let (title, description) = reader.words(&task);
        let key = task.template.as_deref().filter(|_| task.chosen.is_none());
        Self {
            id: task.id,
            contract_id: task.contract,
            title,
            description,
            due_date: task.due,
            follows: key.and_then(|key| base_of(task.kind, key)),
            state: if task.done_at.is_some() {
                State::Done
            } else {
                State::Open
            },
            overdue: reader.is_overdue(&task),
            completed_at: task.done_at,
            version: task.version,
            created_at: task.created_at,
            updated_at: task.updated_at,
            template: task.template,
        }
    }
}

/// The task of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e74";

/// A task of one's own in the documents.
pub fn example() -> Value {
    json!({
        "id": EXAMPLE_ID, "contract_id": CONTRACT_ID, "template": null, "title": "Measure the kitchen",
        "description": "Width of the refrigerator", "due_date": "2030-02-20", "follows": null, "state": "open",
        "overdue": false, "completed_at": null, "version": 1, "created_at": "2026-11-25T09:00:00.000000Z",
        "updated_at": "2026-11-25T09:00:00.000000Z",
    })
}
