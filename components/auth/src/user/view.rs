//! An account as clients see it.

use domain::user::{Role, Tier, User};
use domain::{Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
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

/// The account of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e61";

/// An account in the documents, as its person sees it.
pub fn example() -> Value {
    json!({
        "id": EXAMPLE_ID, "email": "minji@example.com", "email_verified": true, "name": "Minji", "tier": "free",
        "role": "user", "version": 1, "created_at": "2026-11-25T09:00:00.000000Z",
    })
}

/// The same, as those see it who look after accounts.
pub fn example_managed() -> Value {
    let mut account = example();
    if let Some(fields) = account.as_object_mut() {
        fields.insert("updated_at".to_owned(), "2026-11-25T09:00:00.000000Z".into());
    }
    account
}
