//! `GET /api/v1/auth/me` (AUTH-11): one's own account.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::user::{Role, Tier, User};
use domain::{Id, Timestamp};
use guard::{Caller, problem};
use http_kit::{Code, Problem, reply};
use serde::Serialize;
use store::user;

use crate::state::Auth;

#[derive(Serialize)]
struct View<'a> {
    id: Id<User>,
    email: &'a str,
    email_verified: bool,
    name: &'a str,
    tier: Tier,
    role: Role,
    version: i64,
    created_at: Timestamp,
}

pub async fn handle(caller: Caller, State(auth): State<Arc<Auth>>) -> Result<Response, Problem> {
    let profile = user::find(&auth.db, caller.user)
        .await
        .map_err(problem::database)?;
    let profile = profile.ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::json(
        StatusCode::OK,
        &View {
            id: profile.id,
            email: profile.email.as_str(),
            email_verified: profile.verified,
            name: profile.name.as_str(),
            tier: profile.tier,
            role: profile.role,
            version: profile.version,
            created_at: profile.created_at,
        },
    )
}
