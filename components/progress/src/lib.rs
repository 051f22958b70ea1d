//! How far something has come that takes a while (PROG-1). It has no database: a record is one value in the key-value store.

mod progress;
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
