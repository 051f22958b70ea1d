//! Accounts and sign-in (AUTH).

mod account;
mod agent;
mod audit;
mod bypass;
mod key;
mod oauth;
mod one_time_token;
mod outbox;
mod pace;
mod password;
mod provider;
mod rate_limit;
mod revocation;
pub mod routes;
mod secret;
mod session;
mod state;
mod token_floor;
mod user;

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
