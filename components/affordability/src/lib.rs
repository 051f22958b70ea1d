//! Reality checks (CON-6): whether somebody can afford a home, computed here, and a plan of action, written by whoever `spin.toml` names.
//! Apart from `contracts`, so that composing the planner in costs nothing else anything, and so that neither it nor its key is near other data.

pub mod planner;
#[cfg(target_family = "wasm")]
mod port;
mod reality_check;
pub mod routes;
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
