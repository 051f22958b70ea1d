//! Codes and refresh tokens become a provider's tokens (RFC 6749, sections 4.1.3 and 6).

use std::time::Duration;

use domain::Timestamp;
use domain::provider::Provider;
use serde::{Deserialize, Deserializer};

use super::desk::Desk;
use super::trouble::Trouble;

/// The longest token of a provider that is kept, in bytes.
const LONGEST: usize = 16 * 1024;

/// A provider's tokens as they came. It has no debug output.
pub struct Granted {
    /// Opens the provider's interfaces.
    pub access: String,
    /// Gets the next one, if there is one.
    pub refresh: Option<String>,
    /// When the access token ends, if the provider says.
    pub access_expires_at: Option<Timestamp>,
    /// Says who came, where OpenID Connect is spoken.
    pub id_token: Option<String>,
}

/// RFC 6749, section 5.1. GitHub and Naver send errors with status 200, and Naver sends numbers as text.
#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    refresh_token: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
    id_token: Option<String>,
    error: Option<String>,
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Number(u64),
        Text(String),
        Nothing(()),
    }
    Ok(match Seconds::deserialize(deserializer)? {
        Seconds::Number(seconds) => Some(seconds),
        Seconds::Text(text) => text.parse().ok(),
        Seconds::Nothing(()) => None,
    })
}

/// Exchanges the code of a callback.
pub async fn by_code(desk: &Desk<'_>, code: &str, verifier: &str, state: &str) -> Result<Granted, Trouble> {
    let redirect = desk.providers().callback(desk.provider);
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", verifier),
    ];
    if desk.provider == Provider::Naver {
        // Naver's token endpoint wants the state a second time.
        form.push(("state", state));
    }
    ask(desk, form).await
}

/// Gets a new access token.
pub async fn by_refresh_token(desk: &Desk<'_>, refresh_token: &str) -> Result<Granted, Trouble> {
    ask(
        desk,
        vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token)],
    )
    .await
}

async fn ask(desk: &Desk<'_>, mut form: Vec<(&str, &str)>) -> Result<Granted, Trouble> {
    let app = &desk.registered.app;
    form.push(("client_id", &app.id));
    form.push(("client_secret", app.secret.expose()));
    let (status, body) = desk.post(&desk.registered.endpoints.token, &form).await?;
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| Trouble::Invalid("grant_malformed"))?;
    if answer.error.is_some() || !status.is_success() {
        return Err(Trouble::Invalid("grant_refused"));
    }
    let bounded = |token: &String| !token.is_empty() && token.len() <= LONGEST;
    let access = answer.access_token.filter(bounded);
    let lifetime = answer.expires_in.map(Duration::from_secs);
    Ok(Granted {
        access: access.ok_or(Trouble::Invalid("grant_without_token"))?,
        refresh: answer.refresh_token.filter(bounded),
        access_expires_at: lifetime.map(|lifetime| desk.now().plus(lifetime)),
        id_token: answer.id_token.filter(bounded),
    })
}
