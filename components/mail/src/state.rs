//! What an instance of this component holds.

use std::sync::Arc;

use config::{Internal, MailQuota, Pages};
use domain::{Clock, Random};
use guard::{Guard, Guarded, Inside};
use store::Database;

use crate::mailer::Mailer;

/// Handles and keys, built at the first request and kept.
pub struct Delivery {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub mailer: Arc<dyn Mailer>,
    pub internal: Internal,
    pub pages: Pages,
    pub quota: MailQuota,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl Guarded for Delivery {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

impl Inside for Delivery {
    fn internal(&self) -> &Internal {
        &self.internal
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    let names = [Internal::NAMES, Pages::NAMES, MailQuota::NAMES].concat();
    let (parts, (internal, (pages, quota))) = guard::wiring::assemble_inside(&names, |values| {
        let internal = Internal::read(values);
        let (pages, quota) = (Pages::read(values), MailQuota::read(values));
        internal.zip(pages.zip(quota))
    })
    .await?;
    let delivery = Delivery {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        mailer: Arc::new(crate::port::Port),
        internal,
        pages,
        quota,
        clock: parts.clock,
        random: parts.random,
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(delivery));
    Ok(guard::Gate::new("mail", parts.guard, router))
}
