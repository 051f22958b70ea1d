//! An account as clients see it.

use domain::user::{Role, Tier, User};
use domain::{Id, Timestamp};
use serde::Serialize;
use store::user::{Managed, Profile};
use utoipa::ToSchema;

/// One's own account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub struct View<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: Id<User>,
    email: &'a str,
    email_verified: bool,
    name: &'a str,
    tier: Tier,
    role: Role,
    version: i64,
    created_at: Timestamp,
}

impl<'a> View<'a> {
    pub fn new(profile: &'a Profile) -> Self {
        Self {
            id: profile.id,
            email: profile.email.as_str(),
            email_verified: profile.verified,
            name: profile.name.as_str(),
            tier: profile.tier,
            role: profile.role,
            version: profile.version,
            created_at: profile.created_at,
        }
    }
}

/// Anybody's account, for admins.
#[derive(Serialize, ToSchema)]
#[schema(as = ManagedAccount)]
pub struct ManagedView {
    #[schema(value_type = String, format = "uuid")]
    id: Id<User>,
    email: String,
    email_verified: bool,
    name: String,
    tier: Tier,
    role: Role,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Managed> for ManagedView {
    fn from(managed: Managed) -> Self {
        let profile = managed.profile;
        Self {
            id: profile.id,
            email: profile.email.as_str().to_owned(),
            email_verified: profile.verified,
            name: profile.name.as_str().to_owned(),
            tier: profile.tier,
            role: profile.role,
            version: profile.version,
            created_at: profile.created_at,
            updated_at: managed.updated_at,
        }
    }
}
