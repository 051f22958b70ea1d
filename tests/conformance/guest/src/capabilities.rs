//! Variables and requests to the outside.

use spin_sdk::http::body::IncomingBodyExt;

pub async fn variable(name: &str) -> String {
    match spin_sdk::variables::get(name).await {
        Ok(value) => value,
        // The text differs between hosts, the variant must not.
        Err(error) => variant(&error),
    }
}

pub async fn fetch(url: &str) -> String {
    let response = match spin_sdk::http::get(url).await {
        Ok(response) => response,
        Err(error) => return variant(&error),
    };
    let status = response.status().as_u16();
    match response.into_body().bytes().await {
        Ok(body) => format!("{status} {}", String::from_utf8_lossy(&body)),
        Err(error) => variant(&error),
    }
}

/// The name of an enum's variant.
pub fn variant(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    let name = text.split(['(', ' ', '{']).next().unwrap_or_default();
    name.rsplit("::").next().unwrap_or_default().to_owned()
}
