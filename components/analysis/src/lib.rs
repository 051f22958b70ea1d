//! Reads contracts for risks (CON-4, PROG-1). Apart from `contracts`, so that neither the analyst nor its key is near anything else, and so
//! that composing it in costs no other request anything.

mod analysis;
pub mod analyst;
#[cfg(target_family = "wasm")]
mod port;
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
