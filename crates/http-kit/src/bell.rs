//! Tells another component that there is work for it, after the answer has gone. What is not heard is found by the maintenance job
//! (OPS-7), so nobody waits for this and nothing fails by it.

/// Rung after a change that left work.
pub trait Bell: Send + Sync {
    /// Returns at once. The work belongs to this trace (W3C Trace Context); of those that ring at the same moment, to the first's.
    fn ring(&self, traceparent: &str);
}

/// Who is called.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The internal route, at the application itself as its components call it.
    pub address: &'static str,
    /// What the log says when nobody came: the name of an event.
    pub unheard: &'static str,
}

/// Mail waits (AUTH-17).
pub const OUTBOX: Target = Target {
    address: "http://self.alt/internal/outbox/drain",
    unheard: "outbox_not_drained",
};

/// An analysis waits (CON-4).
pub const ANALYSES: Target = Target {
    address: "http://self.alt/internal/analyses/run",
    unheard: "analyses_not_run",
};

#[cfg(target_family = "wasm")]
pub use spin::SpinBell;

#[cfg(target_family = "wasm")]
mod spin {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use axum::http::{HeaderValue, Method, Uri, header};
    use config::{ConfigError, Internal, Refused};
    use domain::{Clock, Random};
    use spin_sdk::wasip3::spawn;

    use super::{Bell, Target};
    use crate::client::{Call, Client, Failure, SpinTransport, Transport};
    use crate::log::{Level, event};

    /// Time for the answer to leave first; those who ring meanwhile are heard by the same call.
    const PAUSE: Duration = Duration::from_millis(20);

    /// Calls through the application's own address.
    pub struct SpinBell(Arc<Inner>);

    struct Inner {
        target: Target,
        client: Client,
        key: HeaderValue,
        rung: AtomicBool,
    }

    impl SpinBell {
        /// A bell that shows this key.
        ///
        /// # Errors
        /// [`ConfigError`] if the key fits into no header, which its form excludes.
        pub fn new(
            target: Target,
            internal: &Internal,
            clock: Arc<dyn Clock>,
            random: Arc<dyn Random>,
        ) -> Result<Self, ConfigError> {
            let key = HeaderValue::try_from(format!("Bearer {}", internal.key.expose()));
            let mut key = key.map_err(|_| {
                ConfigError(vec![Refused {
                    name: "internal_key",
                    expected: "a value that fits into a header",
                    missing: false,
                }])
            })?;
            key.set_sensitive(true);
            Ok(Self(Arc::new(Inner {
                target,
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
            let call = Call::new(Method::POST, Uri::from_static(bell.target.address)).traced(traceparent);
            spawn(async move {
                SpinTransport.sleep(PAUSE).await;
                // From here on new work may be too late for this call.
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
                // The work takes longer than a call may: it goes on without us, and its lease covers it if not.
                Err(error) if error.failure == Failure::Timeout => return,
                Err(error) => error.to_string(),
            };
            event(Level::Warn, self.target.unheard, [("detail", failed.into())]);
        }
    }
}
