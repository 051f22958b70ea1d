//! The routes of this component.

use std::sync::Arc;

use axum::routing::MethodFilter;
use config::Environment;
use guard::route::{Entry, Limit, public, user};

use crate::state::Auth;
use crate::user as account;
use crate::{key, one_time_token, outbox, session};

/// The table (GUARD-1). The outbox is a route in development only: elsewhere there is nothing to find.
pub fn entries(environment: Environment) -> Vec<Entry<Arc<Auth>>> {
    let mut entries = vec![
        public(
            MethodFilter::POST,
            "/api/v1/auth/register",
            Limit::SignIn,
            account::register::handle,
        ),
        public(
            MethodFilter::POST,
            "/api/v1/auth/verify-email",
            Limit::SignIn,
            one_time_token::verify_email::handle,
        ),
        public(
            MethodFilter::POST,
            "/api/v1/auth/login",
            Limit::SignIn,
            session::login::handle,
        ),
        public(
            MethodFilter::POST,
            "/api/v1/auth/refresh",
            Limit::Standard,
            session::refresh::handle,
        ),
        user(MethodFilter::POST, "/api/v1/auth/logout", session::logout::handle),
        user(MethodFilter::GET, "/api/v1/auth/me", account::me::handle),
        public(
            MethodFilter::GET,
            "/.well-known/jwks.json",
            Limit::Standard,
            key::jwks::handle,
        ),
    ];
    if environment == Environment::Development {
        let newest = outbox::newest::handle;
        entries.push(public(
            MethodFilter::GET,
            "/api/v1/dev/outbox",
            Limit::Unlimited,
            newest,
        ));
    }
    entries
}
