//! `POST /api/v1/auth/test/sign-in` (AUTH-18): signs in to any verified account without its password. In tests and in debug builds
//! with the feature `test-sign-in` only, and there in development only; see `bypass`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{Email, Fields};
use guard::{Anonymous, Context, problem};
use http_kit::{Code, Json, Problem};
use serde::Deserialize;
use store::user;
use utoipa::ToSchema;

use super::begin::{Entrance, begin};
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestSignIn)]
pub struct Request {
    #[schema(value_type = domain::Email)]
    email: String,
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let mut fields = Fields::new();
    let email = fields.take("/email", Email::parse(&request.email));
    let email = fields.finish(email)?;
    let found = user::find_credentials(&auth.db, &email)
        .await
        .map_err(problem::database)?;
    let found = found.filter(|found| found.verified);
    let found = found.ok_or_else(|| Problem::new(Code::InvalidCredentials))?;
    let entrance = Entrance {
        user: found.id,
        grants: found.grants,
        attempt: None,
        user_agent: "test sign-in",
    };
    begin(&auth, &context, &entrance).await
}
