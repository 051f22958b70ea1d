//! What an instance of this component holds.

use std::sync::Arc;

use config::{Pages, PasswordStrength, Passwords, Tokens};
use domain::password::{Rules, Strength};
use domain::session::Lifetimes;
use domain::sign_in::Lockout;
use domain::{Clock, Random};
use guard::token::Signer;
use guard::{Guard, Guarded};
use http_kit::bell::Bell;
use http_kit::platform::Timer;
use store::Database;

use crate::password::common::Embedded;
use crate::password::hash::Hasher;
use crate::provider::Providers;

/// Handles and keys, built at the first request and kept.
pub struct Auth {
    pub db: Database,
    pub guard: Arc<Guard>,
    pub signer: Signer,
    pub tokens: Tokens,
    pub passwords: Passwords,
    pub hasher: Hasher,
    pub lockout: Lockout,
    pub cursor_key: [u8; 32],
    /// Where the pages are that mails lead to.
    pub pages: Pages,
    /// Rung after a change that left a mail.
    pub bell: Arc<dyn Bell>,
    pub providers: Providers,
    pub lifetimes: Lifetimes,
    pub clock: Arc<dyn Clock>,
    pub timer: Arc<dyn Timer>,
    pub random: Arc<dyn Random>,
}

impl Auth {
    /// What new passwords are judged by (AUTH-9).
    pub fn rules(&self) -> Rules<'static> {
        let strength = match self.passwords.strength {
            PasswordStrength::Mixed => Strength::Mixed,
            PasswordStrength::LengthOnly => Strength::LengthOnly,
        };
        Rules {
            strength,
            common: &Embedded,
        }
    }
}

impl Guarded for Auth {
    fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Builds the state from the configuration (GUARD-12).
#[cfg(target_family = "wasm")]
pub async fn build() -> Result<guard::Gate, config::ConfigError> {
    use config::{Cursors, Internal, Signing};
    use http_kit::bell::{OUTBOX, SpinBell};
    use http_kit::client::{Client, SpinTransport};
    use http_kit::platform::SystemTimer;

    let names = [
        Signing::NAMES,
        Passwords::NAMES,
        Cursors::NAMES,
        Internal::NAMES,
        Pages::NAMES,
        config::Providers::NAMES,
    ]
    .concat();
    let (parts, (signing, (passwords, (cursors, (internal, (pages, providers)))))) =
        guard::wiring::assemble(&names, |values| {
            let signing = Signing::read(values);
            let (passwords, cursors) = (Passwords::read(values), Cursors::read(values));
            let (internal, pages) = (Internal::read(values), Pages::read(values));
            let providers = config::Providers::read(values);
            signing.zip(passwords.zip(cursors.zip(internal.zip(pages.zip(providers)))))
        })
        .await?;
    let issuer = parts.service.public_url.clone();
    let signer = Signer::new(signing.key, issuer, parts.tokens.audience.clone());
    let (clock, random) = (Arc::clone(&parts.clock), Arc::clone(&parts.random));
    let bell = SpinBell::new(OUTBOX, &internal, Arc::clone(&clock), Arc::clone(&random))?;
    let client = Client::new(Arc::new(SpinTransport), clock, random);
    let public_url = parts.service.public_url.clone();
    let auth = Auth {
        db: parts.db,
        guard: Arc::clone(&parts.guard),
        signer,
        tokens: parts.tokens,
        passwords,
        hasher: Hasher::new(&passwords),
        lockout: Lockout::DEFAULT,
        cursor_key: *cursors.key.expose(),
        pages,
        bell: Arc::new(bell),
        providers: Providers::new(providers, public_url, client),
        lifetimes: Lifetimes::DEFAULT,
        clock: parts.clock,
        timer: Arc::new(SystemTimer),
        random: parts.random,
    };
    let entries = crate::routes::entries(parts.service.environment);
    let router = guard::route::router(entries, Arc::new(auth));
    Ok(guard::Gate::new("auth", parts.guard, router))
}
