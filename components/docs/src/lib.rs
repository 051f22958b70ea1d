//! The API document, the pages to read it and try it (OPS-6), and the guide with its page for every code of a problem (CONV-4).
//!
//! Everything that is served is a file made by `cargo xtask site`; the component has no data and asks nobody who they are.

mod page;
mod policy;
pub mod routes;
mod site;
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
