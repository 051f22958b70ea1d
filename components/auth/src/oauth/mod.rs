//! What strict OAuth 2.0 clients expect: metadata, a token endpoint for refreshing, revocation and introspection.

pub mod introspect;
pub mod metadata;
pub mod revoke;
pub mod token;

mod form;
