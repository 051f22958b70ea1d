//! `GET /.well-known/jwks.json` (AUTH-4): the public keys (RFC 7517, RFC 8037).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guard::Anonymous;
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
use http_kit::{Problem, reply};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::state::Auth;

#[derive(Serialize, ToSchema)]
#[schema(as = KeySet)]
struct KeySet<'a> {
    keys: Vec<Key<'a>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PublicKey)]
struct Key<'a> {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    r#use: &'static str,
    kid: &'a str,
    x: String,
}

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named(
            "OAuth 2.0",
            "getKeys",
            "The public keys of access tokens (RFC 7517)",
        )
        .never(&[Code::DatabaseUnavailable])
        .answers(Answer::ok::<KeySet<'_>>(
            "The keys, two while one is rotated.",
            json!({
                "keys": [{
                    "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "2026-11",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                }],
            }),
        ));
}

pub async fn handle(_: Anonymous, State(auth): State<Arc<Auth>>) -> Result<Response, Problem> {
    let keys = auth.tokens.keys.iter().map(|key| Key {
        kty: "OKP",
        crv: "Ed25519",
        alg: "EdDSA",
        r#use: "sig",
        kid: &key.id,
        x: URL_SAFE_NO_PAD.encode(key.public),
    });
    reply::json(StatusCode::OK, &KeySet { keys: keys.collect() })
}
