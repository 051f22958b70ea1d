//! The mailer that `spin.toml` names, through the interface in `wit/realcare-mail`.

use std::time::Duration;

use domain::outbox::{Attempted, Failure};

use crate::mailer::{Mailer, Message, Pending};

#[allow(missing_docs, clippy::all, reason = "generated code")]
#[allow(unsafe_code, reason = "the generated glue of an import")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit/realcare-mail",
        world: "sender",
        runtime_path: "spin_sdk::wit_bindgen::rt",
    });
}

use bindings::realcare::mail::mailer::{self, Cause, Error, Receipt};

/// The adapter that is composed in.
pub struct Port;

impl Mailer for Port {
    fn send(&self, message: Message) -> Pending<'_, Attempted> {
        Box::pin(async move {
            let message = mailer::Message {
                id: message.id,
                to: message.to,
                subject: message.subject,
                text: message.text,
                html: message.html,
            };
            match mailer::send(message).await {
                Ok(Receipt::Sent(reference)) => Attempted::Sent(reference),
                Ok(Receipt::Kept) => Attempted::Kept,
                Err(Error::Permanent) => Attempted::Failed(Failure::Rejected, None),
                Err(Error::NotConfigured) => Attempted::Failed(Failure::NotConfigured, None),
                Err(Error::Transient(delay)) => {
                    let failure = match delay.cause {
                        Cause::Throttled => Failure::Throttled,
                        Cause::Unavailable => Failure::Unavailable,
                        Cause::TimedOut => Failure::TimedOut,
                    };
                    let asked = delay.retry_after.map(u64::from).map(Duration::from_secs);
                    Attempted::Failed(failure, asked)
                }
            }
        })
    }
}
