//! Contracts that a person follows, and what is to be done until when (CON-1 to CON-3).

mod analysis;
mod contract;
mod patch;
pub mod routes;
mod state;
mod task;
mod timeline;

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
