//! Delivers the mail that waits (AUTH-17). Apart from `auth`, so that neither the adapter nor the provider's key is near the key that
//! signs tokens, and so that composing the adapter in costs no other request anything.

pub mod mailer;
mod outbox;
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
