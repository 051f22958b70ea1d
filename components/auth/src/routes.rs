//! The routes of this component.

use std::sync::Arc;

use axum::http::Method;
use config::Environment;
use domain::provider::Provider;
use guard::route::{Cache, Entry, Limit, admin, public, user};

use crate::state::Auth;
use crate::user as account;
use crate::{
    agent, audit, key, oauth, one_time_token, outbox, password, provider, rate_limit, session, token_floor,
};

/// How long others may keep the public keys, in seconds: a new key is published that long before it signs.
const KEYS_KEPT: u32 = 300;

/// The table (GUARD-1). The outbox is a route in development only: elsewhere there is nothing to find.
#[rustfmt::skip]
pub fn entries(environment: Environment) -> Vec<Entry<Arc<Auth>>> {
    let mut entries = vec![
        public(Method::POST, "/api/v1/auth/register", Limit::SignIn, account::register::handle).doc(account::register::doc),
        public(Method::POST, "/api/v1/auth/verify-email", Limit::SignIn, one_time_token::verify_email::handle).doc(one_time_token::verify_email::doc),
        public(Method::POST, "/api/v1/auth/resend-verification", Limit::SignIn, one_time_token::resend_verification::handle).doc(one_time_token::resend_verification::doc),
        public(Method::POST, "/api/v1/auth/request-password-reset", Limit::SignIn, password::request_reset::handle).doc(password::request_reset::doc),
        public(Method::POST, "/api/v1/auth/reset-password", Limit::SignIn, password::reset::handle).doc(password::reset::doc),
        user(Method::POST, "/api/v1/auth/change-password", password::change::handle).never_compressed().doc(password::change::doc),
        public(Method::POST, "/api/v1/auth/login", Limit::SignIn, session::login::handle).never_compressed().doc(session::login::doc),
        public(Method::POST, "/api/v1/auth/refresh", Limit::Standard, session::refresh::handle).never_compressed().doc(session::refresh::doc),
        user(Method::POST, "/api/v1/auth/logout", session::logout::handle).doc(session::logout::doc),
        user(Method::POST, "/api/v1/auth/logout-all", session::end_all::handle).doc(session::end_all::doc),
        user(Method::GET, "/api/v1/auth/sessions", session::list::handle).doc(session::list::doc),
        user(Method::DELETE, "/api/v1/auth/sessions/others", session::end_others::handle).doc(session::end_others::doc),
        user(Method::DELETE, "/api/v1/auth/sessions/all", session::end_all::handle).doc(session::end_all::delete_doc),
        user(Method::DELETE, "/api/v1/auth/sessions/{id}", session::end::handle).doc(session::end::doc),
        user(Method::GET, "/api/v1/auth/me", account::me::handle).cache(Cache::Revalidate).doc(account::me::doc),
        user(Method::PATCH, "/api/v1/auth/me", account::update::handle).doc(account::update::doc),
        user(Method::DELETE, "/api/v1/auth/me", account::delete::handle).doc(account::delete::doc),
        user(Method::GET, "/api/v1/auth/rate-limit", rate_limit::read::handle).doc(rate_limit::read::doc),
        public(Method::GET, "/api/v1/auth/kakao", Limit::SignIn, provider::start::handle).doc(|it| provider::start::doc(Provider::Kakao, it)),
        public(Method::GET, "/api/v1/auth/kakao/callback", Limit::Standard, provider::callback::handle).never_compressed().doc(|it| provider::callback::doc(Provider::Kakao, it)),
        public(Method::GET, "/api/v1/auth/naver", Limit::SignIn, provider::start::handle).doc(|it| provider::start::doc(Provider::Naver, it)),
        public(Method::GET, "/api/v1/auth/naver/callback", Limit::Standard, provider::callback::handle).never_compressed().doc(|it| provider::callback::doc(Provider::Naver, it)),
        public(Method::GET, "/api/v1/auth/google", Limit::SignIn, provider::start::handle).doc(|it| provider::start::doc(Provider::Google, it)),
        public(Method::GET, "/api/v1/auth/google/callback", Limit::Standard, provider::callback::handle).never_compressed().doc(|it| provider::callback::doc(Provider::Google, it)),
        public(Method::GET, "/api/v1/auth/github", Limit::SignIn, provider::start::handle).doc(|it| provider::start::doc(Provider::Github, it)),
        public(Method::GET, "/api/v1/auth/github/callback", Limit::Standard, provider::callback::handle).never_compressed().doc(|it| provider::callback::doc(Provider::Github, it)),
        public(Method::POST, "/api/v1/auth/social/exchange", Limit::SignIn, provider::exchange::handle).never_compressed().doc(provider::exchange::doc),
        public(Method::POST, "/api/v1/auth/link", Limit::SignIn, provider::link::handle).never_compressed().doc(provider::link::doc),
        public(Method::POST, "/api/v1/auth/token", Limit::Standard, oauth::token::handle).never_compressed().doc(oauth::token::doc),
        public(Method::POST, "/api/v1/auth/revoke", Limit::Standard, oauth::revoke::handle).doc(oauth::revoke::doc),
        admin(Method::POST, "/api/v1/auth/introspect", oauth::introspect::handle).doc(oauth::introspect::doc),
        public(Method::GET, "/.well-known/oauth-authorization-server", Limit::Standard, oauth::metadata::handle).cache(Cache::Public(KEYS_KEPT)).doc(oauth::metadata::doc),
        user(Method::GET, "/api/v1/auth/identities", provider::identities::handle).doc(provider::identities::doc),
        user(Method::POST, "/api/v1/auth/identities/{id}/refresh", provider::refresh::handle).doc(provider::refresh::doc),
        user(Method::DELETE, "/api/v1/auth/identities/{id}", provider::unlink::handle).doc(provider::unlink::doc),
        admin(Method::GET, "/api/v1/admin/audit-events", audit::list::handle).doc(audit::list::doc),
        admin(Method::GET, "/api/v1/admin/users", account::search::handle).doc(account::search::doc),
        admin(Method::GET, "/api/v1/admin/users/{id}", account::read::handle).cache(Cache::Revalidate).doc(account::read::doc),
        admin(Method::PUT, "/api/v1/admin/users/{id}/tier", account::set_tier::handle).doc(account::set_tier::doc),
        admin(Method::PUT, "/api/v1/admin/users/{id}/role", account::set_role::handle).doc(account::set_role::doc),
        admin(Method::POST, "/api/v1/admin/users/{id}/revoke-tokens", account::revoke_tokens::handle).doc(account::revoke_tokens::doc),
        admin(Method::POST, "/api/v1/admin/revoke-all-tokens", token_floor::raise::handle).doc(token_floor::raise::doc),
        user(Method::POST, "/api/v1/agents", agent::create::handle).doc(agent::create::doc),
        user(Method::GET, "/api/v1/agents/me", agent::mine::handle).cache(Cache::Revalidate).doc(agent::mine::doc),
        admin(Method::GET, "/api/v1/admin/agents", agent::list::handle).doc(agent::list::doc),
        admin(Method::GET, "/api/v1/admin/agents/{id}", agent::read::handle).cache(Cache::Revalidate).doc(agent::read::doc),
        admin(Method::POST, "/api/v1/admin/agents/{id}/verify", agent::verify::handle).doc(agent::verify::doc),
        admin(Method::POST, "/api/v1/admin/agents/{id}/revoke", agent::unverify::handle).doc(agent::unverify::doc),
        admin(Method::DELETE, "/api/v1/admin/agents/{id}", agent::delete::handle).doc(agent::delete::doc),
        public(Method::GET, "/.well-known/jwks.json", Limit::Standard, key::jwks::handle).cache(Cache::Public(KEYS_KEPT)).doc(key::jwks::doc),
    ];
    if environment == Environment::Development {
        let newest = public(Method::GET, "/api/v1/dev/outbox", Limit::Unlimited, outbox::newest::handle);
        entries.push(newest.never_compressed());
        #[cfg(any(test, feature = "test-sign-in"))]
        entries.push(public(Method::POST, "/api/v1/auth/test/sign-in", Limit::SignIn, session::test_sign_in::handle));
    }
    entries
}
