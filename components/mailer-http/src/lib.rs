//! Adapter of the mailer port for HTTP mail APIs (AUTH-17): Amazon SES version 2 and Resend. Which one is a variable.

mod message;
#[cfg(target_family = "wasm")]
mod port;
mod resend;
mod ses;
mod sigv4;

use config::{MailApi, MailProvider};
use domain::Timestamp;
use http_kit::client::{CallError, Client, Failure};

pub use message::{Message, Refusal};

/// Hands one mail to the provider; gives what the provider calls it.
///
/// # Errors
/// [`Refusal`], which holds nothing of what the provider said.
pub async fn send(
    client: &Client,
    api: &MailApi,
    message: &Message,
    now: Timestamp,
) -> Result<String, Refusal> {
    match api.provider {
        MailProvider::Ses => ses::send(client, api, message, now).await,
        MailProvider::Resend => resend::send(client, api, message).await,
    }
}

/// A call that got no answer.
fn unanswered(error: &CallError) -> Refusal {
    match error.failure {
        Failure::Timeout => Refusal::TimedOut,
        // The platform does not let us call there: `allowed_outbound_hosts` names another endpoint.
        Failure::Refused => Refusal::NotConfigured,
        // The other side broke off, or answered what cannot be read: it may have taken the mail.
        Failure::Unreachable | Failure::TooLarge | Failure::Malformed | Failure::Broken => {
            Refusal::Unavailable(None)
        }
    }
}

#[cfg(test)]
mod tests;
