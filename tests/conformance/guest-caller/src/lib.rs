//! Imports an interface that another component of the app provides.
#![cfg(target_family = "wasm")]

#[allow(missing_docs, reason = "generated code")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../wit",
        world: "caller",
        runtime_path: "spin_sdk::wit_bindgen::rt",
    });
}

use bindings::realcare::conformance::greeter;
use spin_sdk::{
    http::{IntoResponse, Request},
    http_service,
};

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let name = request.uri().query().unwrap_or("nobody").to_owned();
    match request.uri().path() {
        "/greet" => greeter::greet(name).await,
        _ => match greeter::count(name).await {
            Ok(count) => count.to_string(),
            Err(error) => error,
        },
    }
}
