//! Maintenance (OPS-7): notes what has come to its end, sweeps what is over, and drives what waits. Called from inside only, by a cron or by
//! `cargo xtask maintain`; each run is bounded and says whether something is left.

pub mod routes;
mod run;
mod state;

#[cfg(target_family = "wasm")]
mod entry {
    use http_kit::entry::Instance;
    use spin_sdk::http::Request;
    use spin_sdk::http_service;
    use spin_sdk::wasip3::http::types::{ErrorCode, Response};

    static INSTANCE: Instance<guard::Gate> = Instance::new();

    #[http_service]
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        INSTANCE.serve(crate::state::build, request).await
    }
}

#[cfg(test)]
mod tests;
