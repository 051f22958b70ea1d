//! Where calls to a provider are made: each takes a token out of the provider's bucket (GUARD-5).

use axum::body::Bytes;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use domain::Timestamp;
use domain::provider::Provider;
use guard::{Context, problem};
use http_kit::client::{Call, Reply};
use serde::de::DeserializeOwned;
use store::provider_bucket::{self, Quota};

use super::trouble::Trouble;
use super::{Providers, Registered};
use crate::state::Auth;

/// How often all our instances together may call one provider; far above what people do, far below what providers cut off.
const QUOTA: Quota = Quota {
    burst: 120,
    per_minute: 1200,
};

/// The largest answer of a provider that is read, in bytes.
const LARGEST: usize = 256 * 1024;

/// One request's business with one provider.
pub struct Desk<'a> {
    /// The instance.
    pub auth: &'a Auth,
    /// The request.
    pub context: &'a Context,
    /// The provider.
    pub provider: Provider,
    /// Its part of the configuration.
    pub registered: &'a Registered,
}

impl<'a> Desk<'a> {
    /// Business with a provider that is switched on.
    pub fn open(auth: &'a Auth, context: &'a Context, provider: Provider) -> Result<Self, http_kit::Problem> {
        let registered = auth.providers.get(provider)?;
        Ok(Self {
            auth,
            context,
            provider,
            registered,
        })
    }

    /// What the instance holds for providers.
    pub const fn providers(&self) -> &'a Providers {
        &self.auth.providers
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.auth.clock.now()
    }

    /// Reads JSON, with an access token of the provider's if there is one.
    pub async fn get<T: DeserializeOwned>(&self, url: &str, bearer: Option<&str>) -> Result<T, Trouble> {
        let mut call = self.call(Method::GET, url)?;
        if let Some(bearer) = bearer {
            let value = HeaderValue::try_from(format!("Bearer {bearer}"));
            let mut value = value.map_err(|_| Trouble::Invalid("access_token_malformed"))?;
            value.set_sensitive(true);
            call = call.header(header::AUTHORIZATION, value);
        }
        read(&self.send(&call).await?)
    }

    /// Sends a form and gives status and body, whatever they are.
    pub async fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<(StatusCode, Bytes), Trouble> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let call = self.call(Method::POST, url)?;
        let reply = self
            .send(&call.body("application/x-www-form-urlencoded", body))
            .await?;
        Ok((reply.status, reply.body))
    }

    fn call(&self, method: Method, url: &str) -> Result<Call, Trouble> {
        let uri = Uri::try_from(url).map_err(|_| Trouble::Unavailable("endpoint_malformed"))?;
        let call = Call::new(method, uri)
            .traced(&self.context.trace().traceparent())
            .answer_limit(LARGEST)
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            // GitHub refuses calls without one.
            .header(header::USER_AGENT, HeaderValue::from_static("realcare-edge"));
        Ok(call)
    }

    async fn send(&self, call: &Call) -> Result<Reply, Trouble> {
        let taken = provider_bucket::take(&self.auth.db, self.provider.as_str(), QUOTA, self.now()).await;
        if !taken.map_err(|error| Trouble::Ours(problem::database(error)))? {
            return Err(Trouble::Unavailable("quota_used_up"));
        }
        let reply = self.providers().client.send(call).await?;
        if reply.status.is_server_error() || reply.status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Trouble::Unavailable("status"));
        }
        Ok(reply)
    }
}

fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Trouble> {
    if reply.status != StatusCode::OK {
        return Err(Trouble::Invalid("status"));
    }
    serde_json::from_slice(&reply.body).map_err(|_| Trouble::Invalid("body_malformed"))
}
