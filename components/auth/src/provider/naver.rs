//! Naver: OAuth 2.0 (<https://developers.naver.com/docs/login/profile/profile.md>). Its address is a contact that people type in.

use domain::Email;
use domain::person::PersonName;
use domain::provider::{Profile, Subject, Vouched};
use serde::Deserialize;

use super::adapter::{Adapter, Pending};
use super::desk::Desk;
use super::grant::Granted;
use super::trouble::Trouble;

/// Naver.
pub struct Naver;

#[derive(Deserialize)]
struct Me {
    resultcode: String,
    response: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    id: String,
    email: Option<String>,
    name: Option<String>,
    nickname: Option<String>,
}

impl Adapter for Naver {
    fn scope(&self) -> &'static str {
        // Naver takes what the application was registered for.
        ""
    }

    fn has_nonce(&self) -> bool {
        false
    }

    fn profile<'a>(&'a self, desk: &'a Desk<'a>, granted: &'a Granted, _nonce: &'a str) -> Pending<'a> {
        Box::pin(async move {
            let url = &desk.registered.endpoints.profile;
            let me: Me = desk.get(url, Some(&granted.access)).await?;
            let person = me.response.filter(|_| me.resultcode == "00");
            let person = person.ok_or(Trouble::Invalid("profile_refused"))?;
            Ok(Profile {
                subject: Subject::parse(&person.id).ok_or(Trouble::Invalid("subject_malformed"))?,
                vouched: Vouched::naver(),
                email: person.email.and_then(|email| Email::parse(&email).ok()),
                name: person
                    .name
                    .or(person.nickname)
                    .and_then(|name| PersonName::parse(&name).ok()),
            })
        })
    }
}
