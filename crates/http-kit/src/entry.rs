//! The glue between Spin and a router.

use std::future::Future;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::{Request, Response};
use config::ConfigError;
use domain::{Clock, Timestamp};
use spin_sdk::wasip3::http::types;

use crate::platform::SystemClock;
use crate::wire;

/// What answers requests: everything of a component behind its entry point.
pub trait Service: Send + Sync + 'static {
    /// Answers one request; never fails, because a failure is an answer too.
    fn call(&self, request: Request<Body>) -> impl Future<Output = Response<Body>> + Send;

    /// Answers a request while there is no service: 500 for the client, the reason for the log (GUARD-12), and the line that every request
    /// leaves there (GUARD-10).
    fn refuse(unserved: &Unserved<'_>) -> Response<Body>;
}

/// A request that nobody can serve, because the configuration does not allow to build a service.
pub struct Unserved<'a> {
    /// The variables that are missing or malformed.
    pub error: &'a ConfigError,
    /// The request.
    pub request: &'a Request<Body>,
    /// When it came.
    pub received: Timestamp,
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
        let response = match self.0.get() {
            Some(service) => service.call(request).await,
            None => self.first(build, request).await,
        };
        wire::send(response).await
    }

    /// Answers a request before which there was no service.
    async fn first<F>(&self, build: impl FnOnce() -> F, request: Request<Body>) -> Response<Body>
    where
        F: Future<Output = Result<S, ConfigError>>,
    {
        let received = SystemClock.now();
        match build().await {
            // Two requests may both build; the first to finish is kept, the other is equal to it.
            Ok(built) => self.0.get_or_init(|| built).call(request).await,
            Err(error) => S::refuse(&Unserved {
                error: &error,
                request: &request,
                received,
            }),
        }
    }
}

impl<S: Service> Default for Instance<S> {
    fn default() -> Self {
        Self::new()
    }
}
