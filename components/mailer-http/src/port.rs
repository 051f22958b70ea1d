//! The exported port.

use std::sync::{Arc, OnceLock};

use config::MailApi;
use domain::Clock;
use http_kit::client::{Client, SpinTransport};
use http_kit::log::{Level, event};
use http_kit::platform::{SystemClock, SystemRandom};

use crate::{Message, Refusal, send};

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

use bindings::exports::realcare::mail::mailer::{self, Cause, Delay, Error, Receipt};

struct Adapter;

/// The provider, read once per instance; nothing is kept while the variables are wrong.
static API: OnceLock<MailApi> = OnceLock::new();

impl mailer::Guest for Adapter {
    async fn send(message: mailer::Message) -> Result<Receipt, Error> {
        let api = api().await.ok_or(Error::NotConfigured)?;
        let client = Client::new(
            Arc::new(SpinTransport),
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
        );
        let message = Message {
            id: message.id,
            to: message.to,
            subject: message.subject,
            text: message.text,
            html: message.html,
        };
        let sent = send(&client, api, &message, SystemClock.now()).await;
        sent.map(Receipt::Sent).map_err(Error::from)
    }
}

async fn api() -> Option<&'static MailApi> {
    if let Some(api) = API.get() {
        return Some(api);
    }
    let mut values = config::fetch(MailApi::NAMES).await;
    let read = MailApi::read(&mut values);
    match values.finish(read) {
        Ok(Some(api)) if api.is_insecure() => {
            let detail = "the endpoint of the provider is not https";
            event(Level::Error, "mail_not_configured", [("detail", detail.into())]);
            None
        }
        Ok(Some(api)) => Some(API.get_or_init(|| api)),
        Ok(None) => {
            let detail = "mail_provider is `none`";
            event(Level::Error, "mail_not_configured", [("detail", detail.into())]);
            None
        }
        Err(error) => {
            let detail = error.to_string();
            event(Level::Error, "mail_not_configured", [("detail", detail.into())]);
            None
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let transient = |cause, retry_after| Self::Transient(Delay { cause, retry_after });
        match refusal {
            Refusal::Throttled(seconds) => transient(Cause::Throttled, seconds),
            Refusal::Unavailable(seconds) => transient(Cause::Unavailable, seconds),
            Refusal::TimedOut => transient(Cause::TimedOut, None),
            Refusal::Rejected => Self::Permanent,
            Refusal::NotConfigured => Self::NotConfigured,
        }
    }
}
