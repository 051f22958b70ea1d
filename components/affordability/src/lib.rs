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
    use spin_sdk::wasip3::exports::http::handler::Guest;
    use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};

    static INSTANCE: Instance<guard::Gate> = Instance::new();

    struct Entry;
    spin_sdk::wasip3::http::service::export!(Entry);

    impl Guest for Entry {
        async fn handle(request: Request) -> Result<Response, ErrorCode> {
            INSTANCE.serve(crate::state::build, request).await
        }
    }
}

#[cfg(test)]
mod tests;
