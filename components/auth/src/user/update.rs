//! `PATCH /api/v1/auth/me` (AUTH-11): change one's name. The address is how an account is known: changing it would have to show
//! first that the new one is the person's, so it is not among the fields.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Fields;
use domain::audit::Action;
use domain::person::PersonName;
use guard::{Caller, Context, problem};
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfMatch};
use http_kit::{Json, Problem};
use serde::Deserialize;
use serde_json::json;
use store::user;
use utoipa::ToSchema;

use super::view::{self, View};
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountPatch)]
pub struct Request {
    #[schema(value_type = domain::person::PersonName)]
    name: String,
}

/// The account of the documents after its change.
fn example() -> serde_json::Value {
    let mut account = view::example();
    if let Some(fields) = account.as_object_mut() {
        fields.insert("name".to_owned(), "Minji Kim".into());
        fields.insert("version".to_owned(), 2.into());
    }
    account
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Accounts", "changeAccount", "Change one's own name")
        .example(json!({"name": "Minji Kim"}))
        .refuses(&[Code::NotFound])
        .answers(Answer::ok::<View<'_>>("The account after the change.", example()).tagged());
}

pub async fn handle(
    caller: Caller,
    context: Context,
    precondition: IfMatch,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let mut fields = Fields::new();
    let name = fields.take("/name", PersonName::parse(&request.name));
    let name = fields.finish(name)?;
    let audit = context.audit(Action::ProfileChanged, &*auth.random);
    let expected = precondition.expected();
    let changed = user::rename(&auth.db, caller.user, &name, expected, &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let Some(profile) = changed else {
        let found = user::find(&auth.db, caller.user)
            .await
            .map_err(problem::database)?;
        return Err(precondition.missed(found.is_some()));
    };
    etag::changed(StatusCode::OK, profile.version, &View::new(&profile))
}
