//! Google: OpenID Connect, the ID token says all (<https://developers.google.com/identity/openid-connect/openid-connect>).

use domain::Email;
use domain::person::PersonName;
use domain::provider::{Profile, Vouched};

use super::adapter::{Adapter, Pending};
use super::desk::Desk;
use super::grant::Granted;
use super::oidc;

/// Google.
pub struct Google;

impl Adapter for Google {
    fn scope(&self) -> &'static str {
        "openid email profile"
    }

    fn has_nonce(&self) -> bool {
        true
    }

    fn extra(&self) -> &'static [(&'static str, &'static str)] {
        // Without it no refresh token ever comes.
        &[("access_type", "offline")]
    }

    fn profile<'a>(&'a self, desk: &'a Desk<'a>, granted: &'a Granted, nonce: &'a str) -> Pending<'a> {
        Box::pin(async move {
            let who = oidc::verify(desk, granted, nonce).await?;
            Ok(Profile {
                subject: who.subject,
                email: who.email.and_then(|email| Email::parse(&email).ok()),
                vouched: Vouched::google(who.email_verified),
                name: who.name.and_then(|name| PersonName::parse(&name).ok()),
            })
        })
    }
}
