//! Adapter of the mailer port for development (AUTH-17): sends nothing, so the mail stays in the outbox to be looked at. Anywhere else
//! it refuses, so that no mail is ever lost because somebody forgot to choose an adapter.
#![cfg(target_family = "wasm")]

#[allow(missing_docs, clippy::all, reason = "generated code")]
#[allow(unsafe_code, reason = "the generated glue of an export")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/realcare-mail",
        world: "adapter",
        runtime_path: "spin_sdk::wit_bindgen::rt",
        generate_all,
    });

    use super::Adapter;
    export!(Adapter);
}

use bindings::exports::realcare::mail::mailer::{Error, Guest, Message, Receipt};
use config::{Environment, Service};

struct Adapter;

impl Guest for Adapter {
    async fn send(_: Message) -> Result<Receipt, Error> {
        let mut values = config::fetch(Service::NAMES).await;
        match Service::read(&mut values).map(|service| service.environment) {
            Some(Environment::Development) => Ok(Receipt::Kept),
            Some(Environment::Production) | None => Err(Error::NotConfigured),
        }
    }
}
