//! An agent as the person and the admins see it.

use domain::agent::{Agent, LicenceNumber, Rating, SuccessRate};
use domain::user::User;
use domain::{Id, Timestamp};
use serde::Serialize;
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
