//! An agent as the person and the admins see it.

use domain::agent::{Agent, LicenceNumber, Rating, SuccessRate};
use domain::user::User;
use domain::{Id, Timestamp};
use serde::Serialize;
use store::agent::Stored;

#[derive(Serialize)]
pub struct View {
    id: Id<Agent>,
    user_id: Id<User>,
    licence_number: LicenceNumber,
    verified: bool,
    verified_at: Option<Timestamp>,
    rating: Option<Rating>,
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
