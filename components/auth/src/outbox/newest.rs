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
use i18n::{Details, Language};
use serde::Serialize;
use store::outbox::{self, Waiting};
use utoipa::ToSchema;

use crate::state::Auth;

/// How many mails are shown.
const SHOWN: u16 = 100;

#[derive(Serialize, ToSchema)]
#[schema(as = OutboxMail)]
struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Mail>,
    to: String,
    template: String,
    subject: String,
    body: String,
    #[schema(required)]
    token: Option<String>,
    created_at: Timestamp,
}

impl View {
    fn new(mail: Waiting, app_url: &str) -> Self {
        let details = Details {
            name: &mail.person_name,
            token: mail.token.as_deref().unwrap_or_default(),
            app_url,
        };
        let letter = i18n::mail(Language::from_tag(&mail.language), &mail.template, details);
        let (subject, body) = letter.map_or((String::new(), String::new()), |letter| {
            (letter.subject.to_owned(), letter.text)
        });
        Self {
            id: mail.id,
            to: mail.recipient,
            subject,
            body,
            template: mail.template,
            token: mail.token,
            created_at: mail.created_at,
        }
    }
}

pub async fn handle(_: Anonymous, State(auth): State<Arc<Auth>>) -> Result<Response, Problem> {
    let mails = outbox::newest(&auth.db, SHOWN).await.map_err(problem::database)?;
    let app_url = &auth.pages.app_url;
    let items: Vec<View> = mails.into_iter().map(|mail| View::new(mail, app_url)).collect();
    reply::json(
        StatusCode::OK,
        &Page {
            items,
            next_cursor: None,
        },
    )
}
