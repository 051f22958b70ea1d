//! `GET /api/v1/admin/users/{id}`: any account.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::user::User;
use guard::{Admin, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfNoneMatch};
use http_kit::{Code, PathId, Problem};
use store::user;

use super::view::{self, EXAMPLE_ID, ManagedView};
use crate::state::Auth;

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "getManagedAccount", "One account")
        .with("id", EXAMPLE_ID)
        .answers(Answer::ok::<ManagedView>("The account.", view::example_managed()).tagged());
}

pub async fn handle(
    _: Admin,
    known: IfNoneMatch,
    PathId(user): PathId<User>,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let managed = user::find_managed(&auth.db, user)
        .await
        .map_err(problem::database)?
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    let version = managed.profile.version;
    etag::read(&known, version, &ManagedView::from(managed))
}
