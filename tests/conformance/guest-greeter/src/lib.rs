//! Exports the interface that the caller imports.
#![cfg(target_family = "wasm")]

#[allow(missing_docs, clippy::all, reason = "generated code")]
#[allow(unsafe_code, reason = "the generated glue of an export")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../wit",
        world: "provider",
        runtime_path: "spin_sdk::wit_bindgen::rt",
        generate_all,
    });

    use super::Greeter;
    export!(Greeter);
}

use spin_sdk::key_value::Store;

struct Greeter;

impl bindings::exports::realcare::conformance::greeter::Guest for Greeter {
    async fn greet(name: String) -> String {
        match spin_sdk::variables::get("greeting").await {
            Ok(greeting) => format!("{greeting}, {name}"),
            Err(error) => format!("{error:?}"),
        }
    }

    async fn count(name: String) -> Result<u64, String> {
        let failed = |error| format!("{error:?}");
        let store = Store::open_default().await.map_err(failed)?;
        let earlier = store.get(&name).await.map_err(failed)?;
        let count = earlier
            .and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok())
            .unwrap_or(0)
            + 1;
        store.set(&name, format!("{count}")).await.map_err(failed)?;
        Ok(count)
    }
}
