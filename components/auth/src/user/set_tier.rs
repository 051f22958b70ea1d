//! `PUT /api/v1/admin/users/{id}/tier`: what a person pays for. It shows in tokens from the next refresh on, within half an hour: it only
//! decides limits.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Fields;
use domain::audit::Action;
use domain::user::{Tier, User};
use guard::{Admin, Context, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::etag::{self, IfMatch};
use http_kit::{Json, PathId, Problem};
use serde::Deserialize;
use serde_json::json;
use store::user;
use utoipa::ToSchema;

use super::view::{self, EXAMPLE_ID, ManagedView};
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TierChange)]
pub struct Request {
    #[schema(value_type = domain::user::Tier)]
    tier: String,
}

/// The account of the documents after its change.
fn example() -> serde_json::Value {
    let mut account = view::example_managed();
    if let Some(fields) = account.as_object_mut() {
        fields.insert("tier".to_owned(), "premium".into());
        fields.insert("version".to_owned(), 2.into());
    }
    account
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Administration", "setTier", "Set what a person pays for")
        .says("The tier shows in tokens at their next refresh.")
        .with("id", EXAMPLE_ID)
        .example(json!({"tier": "premium"}))
        .answers(Answer::ok::<ManagedView>("The account after the change.", example()).tagged());
}

pub async fn handle(
    _: Admin,
    context: Context,
    precondition: IfMatch,
    PathId(user): PathId<User>,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let mut fields = Fields::new();
    let tier = fields.take("/tier", Tier::parse(&request.tier));
    let tier = fields.finish(tier)?;
    let audit = context.audit(Action::TierChanged, &*auth.random);
    let expected = precondition.expected();
    let changed = user::set_tier(&auth.db, user, tier, expected, &audit, auth.clock.now())
        .await
        .map_err(problem::database)?;
    let Some(managed) = changed else {
        let found = user::find(&auth.db, user).await.map_err(problem::database)?;
        return Err(precondition.missed(found.is_some()));
    };
    etag::changed(
        StatusCode::OK,
        managed.profile.version,
        &ManagedView::from(managed),
    )
}
