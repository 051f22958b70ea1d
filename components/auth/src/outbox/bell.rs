//! Tells the component `mail` that a mail waits, after the answer has gone (AUTH-17). What is not heard is found by the
//! maintenance job, so nobody waits for this and nothing fails by it.

/// Rung after a change that left a mail.
pub trait Bell: Send + Sync {
    /// Returns at once. The delivery belongs to this trace (W3C Trace Context); of those that ring at the same moment, to the first's.
    fn ring(&self, traceparent: &str);
}

#[cfg(target_family = "wasm")]
pub use spin::SpinBell;

#[cfg(target_family = "wasm")]
mod spin {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use axum::http::{HeaderValue, Method, Uri, header};
    use config::Internal;
    use domain::{Clock, Random};
    use http_kit::client::{Call, Client, Failure, SpinTransport, Transport};
    use http_kit::log::{Level, event};
    use spin_sdk::wasip3::spawn;

    use super::Bell;

    /// The application itself, as its components call it.
    const DRAIN: &str = "http://self.alt/internal/outbox/drain";

    /// Time for the answer to leave first; those who ring meanwhile are heard by the same call.
    const PAUSE: Duration = Duration::from_millis(20);

    /// Calls through the application's own address.
    pub struct SpinBell(Arc<Inner>);

    struct Inner {
        client: Client,
        key: HeaderValue,
        rung: AtomicBool,
    }

    impl SpinBell {
        /// A bell that shows this key; `None` if it fits into no header, which its form excludes.
        pub fn new(internal: &Internal, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Option<Self> {
            let mut key = HeaderValue::try_from(format!("Bearer {}", internal.key.expose())).ok()?;
            key.set_sensitive(true);
            Some(Self(Arc::new(Inner {
                client: Client::new(Arc::new(SpinTransport), clock, random),
                key,
                rung: AtomicBool::new(false),
            })))
        }
    }

    impl Bell for SpinBell {
        fn ring(&self, traceparent: &str) {
            if self.0.rung.swap(true, Ordering::SeqCst) {
                return;
            }
            let bell = Arc::clone(&self.0);
            let call = Call::new(Method::POST, Uri::from_static(DRAIN)).traced(traceparent);
            spawn(async move {
                SpinTransport.sleep(PAUSE).await;
                // From here on a new mail may be too late for this call.
                bell.rung.store(false, Ordering::SeqCst);
                bell.send(call).await;
            });
        }
    }

    impl Inner {
        async fn send(&self, call: Call) {
            let call = call.header(header::AUTHORIZATION, self.key.clone());
            let failed = match self.client.send(&call).await {
                Ok(reply) if reply.status.is_success() => return,
                Ok(reply) => reply.status.to_string(),
                // A slow provider: the drain goes on without us, and its lease covers it if not.
                Err(error) if error.failure == Failure::Timeout => return,
                Err(error) => error.to_string(),
            };
            event(Level::Warn, "outbox_not_drained", [("detail", failed.into())]);
        }
    }
}
