//! The floor under the components. `/bench/empty` answers a fixed body through the same finishing function as they do; `/bench/a,b,c`
//! makes the host calls `a`, `b` and `c`, or gives its answer the part `a`, and then does the same. What a component costs above its row
//! here is our own code.
#![cfg(target_family = "wasm")]

mod answer;
mod calls;
mod statement;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use config::ConfigError;
use http_kit::entry::{Instance, Service, Unserved};
use http_kit::headers;
use spin_sdk::wasip3::exports::http::handler::Guest;
use spin_sdk::wasip3::http::types;

use crate::calls::Handles;

static INSTANCE: Instance<Floor> = Instance::new();

struct Entry;
spin_sdk::wasip3::http::service::export!(Entry);

impl Guest for Entry {
    async fn handle(request: types::Request) -> Result<types::Response, types::ErrorCode> {
        INSTANCE.serve(build, request).await
    }
}

async fn build() -> Result<Floor, ConfigError> {
    Ok(Floor(Handles::open().await))
}

struct Floor(Handles);

impl Service for Floor {
    async fn call(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let script = parts.uri.path().strip_prefix("/bench/").unwrap_or_default();
        let mut response = answer::short();
        let mut body = Some(body);
        for call in script.split(',').filter(|call| *call != "empty") {
            if call == "body" {
                answer::read(body.take()).await;
            } else if !answer::shape(call, &mut response)
                && let Err(error) = self.0.make(call).await
            {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                *response.body_mut() = Body::from(format!("{call}: {error}"));
            }
        }
        headers::set_length(&mut response);
        response
    }

    fn refuse(unserved: &Unserved<'_>) -> Response<Body> {
        let mut response = Response::new(Body::from(unserved.error.to_string()));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        headers::set_length(&mut response);
        response
    }
}
