//! `GET /api/v1/dev/outbox` (AUTH-17): the mails that would have been sent. A route in development only.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::outbox::Mail;
use domain::{Id, Timestamp};
use guard::{Anonymous, problem};
use http_kit::reply::Page;
use http_kit::{Problem, reply};
use i18n::Language;
use serde::Serialize;
use store::outbox::{self, Waiting};

use crate::state::Auth;

/// How many mails are shown.
const SHOWN: i64 = 100;

#[derive(Serialize)]
struct View {
    id: Id<Mail>,
    to: String,
    template: String,
    subject: String,
    body: String,
    token: Option<String>,
    created_at: Timestamp,
}

impl From<Waiting> for View {
    fn from(mail: Waiting) -> Self {
        let language = if mail.language == Language::Korean.tag() {
            Language::Korean
        } else {
            Language::English
        };
        let (subject, body) = i18n::mail(language, &mail.template).unwrap_or_default();
        let token = mail.token.as_deref().unwrap_or_default();
        Self {
            id: mail.id,
            to: mail.recipient,
            subject: subject.to_owned(),
            body: body
                .replace("{name}", &mail.person_name)
                .replace("{token}", token),
            template: mail.template,
            token: mail.token,
            created_at: mail.created_at,
        }
    }
}

pub async fn handle(_: Anonymous, State(auth): State<Arc<Auth>>) -> Result<Response, Problem> {
    let mails = outbox::newest(&auth.db, SHOWN).await.map_err(problem::database)?;
    let items: Vec<View> = mails.into_iter().map(View::from).collect();
    reply::json(
        StatusCode::OK,
        &Page {
            items,
            next_cursor: None,
        },
    )
}
