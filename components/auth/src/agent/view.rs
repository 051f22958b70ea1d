//! An agent as the person and the admins see it.

use domain::agent::{Agent, LicenceNumber, Rating, SuccessRate};
use domain::user::User;
use domain::{Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use store::agent::Stored;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Agent)]
pub struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Agent>,
    #[schema(value_type = String, format = "uuid")]
    user_id: Id<User>,
    licence_number: LicenceNumber,
    verified: bool,
    #[schema(required)]
    verified_at: Option<Timestamp>,
    #[schema(required)]
    rating: Option<Rating>,
    #[schema(required)]
    success_rate: Option<SuccessRate>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Stored> for View {
    fn from(agent: Stored) -> Self {
        Self {
            id: agent.id,
            user_id: agent.user,
            licence_number: agent.licence_number,
            verified: agent.verified_at.is_some(),
            verified_at: agent.verified_at,
            rating: agent.rating,
            success_rate: agent.success_rate,
            version: agent.version,
            created_at: agent.created_at,
            updated_at: agent.updated_at,
        }
    }
}

/// The agent of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e62";

/// An agent in the documents whose licence nobody has looked at.
pub fn example() -> Value {
    json!({
        "id": EXAMPLE_ID, "user_id": crate::user::view::EXAMPLE_ID, "licence_number": "11680-2023-00078",
        "verified": false, "verified_at": null, "rating": null, "success_rate": null, "version": 1,
        "created_at": "2026-11-25T09:00:00.000000Z", "updated_at": "2026-11-25T09:00:00.000000Z",
    })
}

/// The same, whose licence was found in order.
pub fn example_verified() -> Value {
    let mut agent = example();
    if let Some(fields) = agent.as_object_mut() {
        fields.insert("verified".to_owned(), true.into());
        fields.insert("verified_at".to_owned(), "2026-11-25T09:10:00.000000Z".into());
        fields.insert("version".to_owned(), 2.into());
    }
    agent
}
