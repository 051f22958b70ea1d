//! GitHub: OAuth 2.0 (<https://docs.github.com/en/rest/users/emails>). The address in the profile is what people chose to show; only
//! the list of addresses says which one is verified.

use domain::Email;
use domain::person::PersonName;
use domain::provider::{Profile, Subject, Vouched};
use serde::Deserialize;

use super::adapter::{Adapter, Pending};
use super::desk::Desk;
use super::grant::Granted;
use super::trouble::Trouble;

/// GitHub.
pub struct Github;

#[derive(Deserialize)]
struct Me {
    id: u64,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

impl Adapter for Github {
    fn scope(&self) -> &'static str {
        "read:user user:email"
    }

    fn has_nonce(&self) -> bool {
        false
    }

    fn profile<'a>(&'a self, desk: &'a Desk<'a>, granted: &'a Granted, _nonce: &'a str) -> Pending<'a> {
        Box::pin(async move {
            let endpoints = &desk.registered.endpoints;
            let me: Me = desk.get(&endpoints.profile, Some(&granted.access)).await?;
            let addresses: Vec<Address> = desk.get(&endpoints.addresses, Some(&granted.access)).await?;
            let primary = addresses.into_iter().find(|address| address.primary);
            let vouched = primary.as_ref().map_or(Vouched::No, |address| {
                Vouched::github(address.primary, address.verified)
            });
            let subject = Subject::parse(&me.id.to_string());
            Ok(Profile {
                subject: subject.ok_or(Trouble::Invalid("subject_malformed"))?,
                vouched,
                email: primary.and_then(|address| Email::parse(&address.email).ok()),
                name: PersonName::parse(me.name.as_deref().unwrap_or(&me.login)).ok(),
            })
        })
    }
}
