//! The mailer port as this component sees it.

use std::future::Future;
use std::pin::Pin;

use domain::outbox::Attempted;

/// One mail, ready to be sent. It has no debug output: it holds an address and a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Names the mail; the idempotency key.
    pub id: String,
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Something on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes mails. The component that does it is named in `spin.toml`; tests have one of their own.
pub trait Mailer: Send + Sync {
    /// Hands one mail over.
    fn send(&self, message: Message) -> Pending<'_, Attempted>;
}
