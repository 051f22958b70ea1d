//! The glue between Spin and a router.

use std::future::Future;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, header};
use config::ConfigError;
use domain::Clock;
use i18n::Language;
use spin_sdk::wasip3::http::types;

use crate::log::{Level, event};
use crate::platform::{SystemClock, SystemRandom};
use crate::problem::{Code, Problem};
use crate::{headers, request_id, wire};

/// What answers requests: everything of a component behind its entry point.
pub trait Service: Send + Sync + 'static {
    /// Answers one request; never fails, because a failure is an answer too.
    fn call(&self, request: Request<Body>) -> impl Future<Output = Response<Body>> + Send;
}

/// The service of an instance, built at its first request and kept: configuration, keys, handles and router live as long
/// as the instance does.
pub struct Instance<S>(OnceLock<S>);

impl<S: Service> Instance<S> {
    /// Nothing built yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Answers one request of Spin's.
    ///
    /// # Errors
    /// An HTTP error code when the answer cannot be handed to Spin at all.
    pub async fn serve<F>(
        &self,
        build: impl FnOnce() -> F,
        request: types::Request,
    ) -> Result<types::Response, types::ErrorCode>
    where
        F: Future<Output = Result<S, ConfigError>>,
    {
        let request = wire::receive(request)?;
        let response = match self.service(build).await {
            Ok(service) => service.call(request).await,
            Err(error) => refuse(&error, request.uri().path(), request.headers()),
        };
        wire::send(response).await
    }

    async fn service<F>(&self, build: impl FnOnce() -> F) -> Result<&S, ConfigError>
    where
        F: Future<Output = Result<S, ConfigError>>,
    {
        if let Some(service) = self.0.get() {
            return Ok(service);
        }
        // Two requests may both build; the first to finish is kept, the other is equal to it.
        let built = build().await?;
        Ok(self.0.get_or_init(|| built))
    }
}

impl<S: Service> Default for Instance<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// The answer of a component that cannot work: 500 for the client, the names of the variables for the log (GUARD-12). There is
/// no guard to finish it, so it is finished here.
fn refuse(error: &ConfigError, path: &str, request_headers: &HeaderMap) -> Response<Body> {
    let request_id = request_id::choose(request_headers, SystemClock.now(), &SystemRandom);
    let fields = [
        ("detail", error.to_string().into()),
        ("request_id", request_id.as_str().into()),
    ];
    event(Level::Error, "configuration_invalid", fields);
    let accepted = request_headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let mut response = Response::new(Body::empty());
    let problem = Problem::new(Code::ConfigurationInvalid);
    problem.write(&mut response, Language::negotiate(accepted), path, &request_id);
    headers::secure(response.headers_mut(), &request_id);
    headers::set_length(&mut response);
    response
}
