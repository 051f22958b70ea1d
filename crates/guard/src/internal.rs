//! Calls from inside: components of ours and the maintenance job, known by a key.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use config::Internal as Configured;
use http_kit::log::{Level, event};
use http_kit::{Code, Problem};
use sha2::{Digest, Sha256};

use crate::identity::{bearer, context};
use crate::state::Guarded;

/// A caller that showed the internal key. Nothing is charged: whoever has the key is us.
#[derive(Clone, Debug)]
pub struct Internal(());

/// A state that knows the internal key.
pub trait Inside: Guarded {
    /// What opens the internal routes.
    fn internal(&self) -> &Configured;
}

impl<G: Inside> FromRequestParts<Arc<G>> for Internal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<G>) -> Result<Self, Problem> {
        let context = context(parts)?;
        let shown = bearer(&parts.headers).unwrap_or_default();
        // Hashes are compared, so that the time taken tells nothing of the key.
        if Sha256::digest(shown) == Sha256::digest(state.internal().key.expose()) {
            return Ok(Self(()));
        }
        event(Level::Warn, "internal_key_refused", context.about([]));
        // For everybody else there is nothing here.
        Err(Problem::new(Code::NotFound))
    }
}
