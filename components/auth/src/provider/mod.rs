//! Sign-in with providers (AUTH-14) and their tokens (AUTH-15).
//!
//! `start` sends a browser away, `callback` takes it back, `exchange` gives the app its tokens, and `link` does the same after a
//! proof out of the mailbox. What differs between providers is behind [`adapter::Adapter`].

pub mod callback;
pub mod exchange;
pub mod identities;
pub mod link;
pub mod refresh;
pub mod start;
pub mod unlink;

mod adapter;
mod arrival;
mod desk;
mod endpoints;
mod github;
mod google;
mod grant;
mod kakao;
mod naver;
mod oidc;
mod trouble;
mod vault;
mod visit;

use std::collections::HashMap;
use std::sync::Mutex;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use config::ProviderApp;
use domain::provider::Provider;
use http_kit::client::Client;
use http_kit::doc::{Described, Operation};
use http_kit::{Code, Problem};

use endpoints::Endpoints;
use oidc::KeySet;
use vault::Vault;

/// A provider that is switched on.
pub struct Registered {
    /// What it knows us by.
    pub app: ProviderApp,
    /// Where it answers.
    pub endpoints: Endpoints,
}

/// What an instance holds for signing in with providers.
pub struct Providers {
    registered: HashMap<Provider, Registered>,
    redirects: Vec<String>,
    /// Where we are reached.
    public_url: String,
    /// Calls to the providers.
    client: Client,
    /// Opens and seals their tokens.
    vault: Vault,
    /// The public keys of the providers that sign, as they were read last.
    keys: Mutex<HashMap<Provider, KeySet>>,
}

impl Providers {
    /// From the configuration.
    pub fn new(config: config::Providers, public_url: String, client: Client) -> Self {
        let stand_in = config.stand_in.as_deref();
        let registered = config.apps.into_iter().filter_map(|(name, app)| {
            let provider = Provider::parse(name)?;
            let endpoints = Endpoints::of(provider, stand_in);
            Some((provider, Registered { app, endpoints }))
        });
        Self {
            registered: registered.collect(),
            redirects: config.redirects,
            public_url,
            client,
            vault: Vault::new(config.keys),
            keys: Mutex::default(),
        }
    }

    /// A provider that is switched on; any other is not there.
    fn get(&self, provider: Provider) -> Result<&Registered, Problem> {
        let registered = self.registered.get(&provider);
        registered.ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// Where we are reached, which is who we say we are.
    pub fn issuer(&self) -> &str {
        &self.public_url
    }

    /// Where a provider sends the browser back to.
    fn callback(&self, provider: Provider) -> String {
        format!("{}/api/v1/auth/{}/callback", self.public_url, provider.as_str())
    }
}

/// The provider that the path names: `/api/v1/auth/{provider}` with or without `/callback`.
pub struct Named(pub Provider);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let name = parts.uri.path().split('/').nth(4).unwrap_or_default();
        let provider = Provider::parse(name);
        provider.map(Self).ok_or_else(|| Problem::new(Code::NotFound))
    }
}

impl Described for Named {
    fn describe(operation: &mut Operation) {
        operation.refuses(&[Code::NotFound]);
    }
}
