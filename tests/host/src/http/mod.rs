//! The HTTP side: a server that routes requests to components.

pub mod headers;
pub mod router;

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use http::{Request, Response, StatusCode, uri::Scheme};
use http_body_util::{BodyExt, Empty, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::net::{TcpListener, TcpStream};
use wasmtime_wasi_http::{Error, WasiBody, handler::ProxyHandler};

use crate::{
    manifest::{StaticResponse, Target},
    pool::Pool,
};
use router::{Match, RESERVED_PREFIX, Router};

/// Answers the requests to an app.
pub struct Server {
    /// Which path goes where.
    pub router: Router,
    /// Instances of each routed component.
    pub components: HashMap<String, ProxyHandler<Pool>>,
    /// Name of the app.
    pub name: String,
}

impl Server {
    /// Accepts connections until the listener breaks.
    ///
    /// `TCP_NODELAY` stays off because Spin leaves it off, and what follows from that has to show in tests too.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) -> Result<()> {
        loop {
            let (stream, client) = listener.accept().await?;
            tokio::spawn(Arc::clone(&self).connection(stream, client));
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream, client: SocketAddr) {
        let service = service_fn(move |request| Arc::clone(&self).answer(request, client));
        // What breaks a connection is the client's affair; the tests that care look at their own end.
        let _ = auto::Builder::new(TokioExecutor::new())
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    /// An `Err` closes the connection without an answer.
    async fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
        client: SocketAddr,
    ) -> Result<Response<WasiBody>> {
        headers::strip(&mut request);
        let path = request.uri().path().to_owned();
        if let Some(reserved) = path.strip_prefix(RESERVED_PREFIX) {
            return Ok(self.reserved(reserved));
        }
        let Some(found) = self.router.find(&path) else {
            return Ok(status(StatusCode::NOT_FOUND));
        };
        headers::complete_uri(&mut request, Scheme::HTTP)?;
        match found.target {
            Target::Static(response) => static_response(response),
            Target::Component(id) => {
                Ok(self
                    .call(id, &found, request, client)
                    .await
                    .unwrap_or_else(|error| {
                        eprintln!("Error processing request: {error:#}");
                        status(StatusCode::INTERNAL_SERVER_ERROR)
                    }))
            }
        }
    }

    async fn call(
        &self,
        id: &str,
        found: &Match<'_>,
        mut request: Request<Incoming>,
        client: SocketAddr,
    ) -> Result<Response<WasiBody>> {
        let handler = self
            .components
            .get(id)
            .with_context(|| format!("component {id:?} has no instances"))?;
        headers::append(&mut request, found, client)?;
        let request = request.map(|body| body.map_err(Error::from).boxed_unsync());
        handler
            .handle((), request)
            .await
            .map_err(|error| anyhow!("{error:#}"))
    }

    fn reserved(&self, path: &str) -> Response<WasiBody> {
        match path {
            "health" => Response::new(full("OK")),
            "info" => {
                let mut response = Response::new(full(serde_json::json!({ "name": self.name }).to_string()));
                let json = http::HeaderValue::from_static("application/json");
                response.headers_mut().insert(http::header::CONTENT_TYPE, json);
                response
            }
            _ => status(StatusCode::NOT_FOUND),
        }
    }
}

fn static_response(response: &StaticResponse) -> Result<Response<WasiBody>> {
    let mut builder = Response::builder().status(response.status_code.unwrap_or(200));
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    Ok(builder.body(full(response.body.clone().unwrap_or_default()))?)
}

fn status(code: StatusCode) -> Response<WasiBody> {
    let mut response = Response::new(Empty::new().map_err(Error::from).boxed_unsync());
    *response.status_mut() = code;
    response
}

fn full(body: impl Into<Bytes>) -> WasiBody {
    Full::new(body.into()).map_err(Error::from).boxed_unsync()
}
