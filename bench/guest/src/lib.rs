//! The floor under the components. `/bench/empty` answers a fixed body through the same finishing function as they do; `/bench/a,b,c`
//! makes the host calls `a`, `b` and `c` and then does the same. What a component costs above its row here is our own code.
#![cfg(target_family = "wasm")]

mod calls;
mod statement;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use config::ConfigError;
use http_kit::entry::{Instance, Service};
use spin_sdk::wasip3::exports::http::handler::Guest;
use spin_sdk::wasip3::http::types;

use crate::calls::Handles;

/// As long as the answer of `GET /api/v1/auth/rate-limit`.
const BODY: &str = r#"{"tier":"free","class":"free","limit":1000000000,"remaining":999999999,"reset":60}"#;

/// The id that an answer with all headers carries.
const REQUEST_ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

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
        let script = request.uri().path().strip_prefix("/bench/").unwrap_or_default();
        let mut response = Response::new(Body::from(BODY));
        for call in script.split(',').filter(|call| *call != "empty") {
            if call == "headers" {
                http_kit::headers::secure(response.headers_mut(), REQUEST_ID);
            } else if let Err(error) = self.0.make(call).await {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                *response.body_mut() = Body::from(format!("{call}: {error}"));
            }
        }
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        http_kit::headers::set_length(&mut response);
        response
    }
}
