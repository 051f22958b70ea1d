//! `GET /api/v1/auth/identities` (AUTH-14): with whom one can sign in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::provider::{Provider, ProviderIdentity};
use domain::{Id, Timestamp};
use guard::{Caller, problem};
use http_kit::doc::{Answer, Operation};
use http_kit::reply::Page;
use http_kit::{Problem, reply};
use serde::Serialize;
use serde_json::json;
use store::identity::{self, Identity};
use utoipa::ToSchema;

use crate::state::Auth;

/// An identity as its person sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderIdentity)]
pub struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<ProviderIdentity>,
    provider: Provider,
    created_at: Timestamp,
    last_used_at: Timestamp,
    /// When the provider's access token ends; `null` if it does not say.
    #[schema(required)]
    access_expires_at: Option<Timestamp>,
    /// Whether `refresh` can get another one.
    can_refresh: bool,
}

impl From<&Identity> for View {
    fn from(identity: &Identity) -> Self {
        Self {
            id: identity.id,
            provider: identity.provider,
            created_at: identity.created_at,
            last_used_at: identity.last_used_at,
            access_expires_at: identity.tokens.access_expires_at,
            can_refresh: identity.tokens.refresh.is_some(),
        }
    }
}

/// The identity of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e64";

/// An identity in the documents.
pub fn example() -> serde_json::Value {
    json!({
        "id": EXAMPLE_ID, "provider": "google", "created_at": "2026-11-25T09:00:00.000000Z",
        "last_used_at": "2026-11-25T09:00:00.000000Z", "access_expires_at": "2026-11-25T10:00:00.000000Z",
        "can_refresh": true,
    })
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Providers", "listIdentities", "One's own identities at providers")
        .answers(Answer::ok::<Page<View>>(
            "All of them; there is never a next page.",
            json!({"items": [example()], "next_cursor": null}),
        ));
}

pub async fn handle(caller: Caller, State(auth): State<Arc<Auth>>) -> Result<Response, Problem> {
    let identities = identity::list(&auth.db, caller.user)
        .await
        .map_err(problem::database)?;
    let items: Vec<View> = identities.iter().map(View::from).collect();
    reply::json(
        StatusCode::OK,
        &Page {
            items,
            next_cursor: None,
        },
    )
}
