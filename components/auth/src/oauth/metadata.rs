//! `GET /.well-known/oauth-authorization-server` (RFC 8414): what there is, and nothing that there is not.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use guard::Anonymous;
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
use http_kit::{Problem, reply};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::state::Auth;

#[derive(Serialize, ToSchema)]
#[schema(as = AuthorizationServerMetadata)]
struct Metadata<'a> {
    issuer: &'a str,
    token_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    jwks_uri: String,
    /// Nobody is sent to us to sign in elsewhere: there is no authorization endpoint, and nothing that it would hand out. The member is
    /// required and must not be empty (RFC 8414, sections 2 and 3.2).
    response_types_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 1],
    revocation_endpoint_auth_methods_supported: [&'static str; 1],
    introspection_endpoint_auth_methods_supported: [&'static str; 1],
    ui_locales_supported: [&'static str; 2],
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("OAuth 2.0", "getAuthorizationServerMetadata", "Authorization server metadata (RFC 8414)")
        .never(&[Code::DatabaseUnavailable])
        .answers(Answer::ok::<Metadata<'_>>(
            "What this server offers.",
            json!({
                "issuer": "https://api.example.com", "token_endpoint": "https://api.example.com/api/v1/auth/token",
                "revocation_endpoint": "https://api.example.com/api/v1/auth/revoke",
                "introspection_endpoint": "https://api.example.com/api/v1/auth/introspect",
                "jwks_uri": "https://api.example.com/.well-known/jwks.json", "response_types_supported": ["none"],
                "grant_types_supported": ["refresh_token"], "token_endpoint_auth_methods_supported": ["none"],
                "revocation_endpoint_auth_methods_supported": ["none"],
                "introspection_endpoint_auth_methods_supported": ["Bearer"], "ui_locales_supported": ["en", "ko"],
            }),
        ));
}

pub async fn handle(_: Anonymous, State(auth): State<Arc<Auth>>) -> Result<Response, Problem> {
    let issuer = auth.providers.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    reply::json(
        StatusCode::OK,
        &Metadata {
            issuer,
            token_endpoint: at("/api/v1/auth/token"),
            revocation_endpoint: at("/api/v1/auth/revoke"),
            introspection_endpoint: at("/api/v1/auth/introspect"),
            jwks_uri: at("/.well-known/jwks.json"),
            response_types_supported: ["none"],
            grant_types_supported: ["refresh_token"],
            token_endpoint_auth_methods_supported: ["none"],
            revocation_endpoint_auth_methods_supported: ["none"],
            introspection_endpoint_auth_methods_supported: ["Bearer"],
            ui_locales_supported: ["en", "ko"],
        },
    )
}
