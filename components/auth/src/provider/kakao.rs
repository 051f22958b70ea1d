//! Kakao: OpenID Connect for who it is, the profile for whether the address is theirs
//! (<https://developers.kakao.com/docs/latest/en/kakaologin/rest-api>).

use domain::Email;
use domain::person::PersonName;
use domain::provider::{Profile, Vouched};
use serde::Deserialize;

use super::adapter::{Adapter, Pending};
use super::desk::Desk;
use super::grant::Granted;
use super::oidc;
use super::trouble::Trouble;

/// Kakao.
pub struct Kakao;

#[derive(Deserialize)]
struct Me {
    id: u64,
    #[serde(default)]
    kakao_account: Account,
}

#[derive(Default, Deserialize)]
struct Account {
    email: Option<String>,
    #[serde(default)]
    is_email_valid: bool,
    #[serde(default)]
    is_email_verified: bool,
    #[serde(default)]
    profile: Nickname,
}

#[derive(Default, Deserialize)]
struct Nickname {
    nickname: Option<String>,
}

impl Adapter for Kakao {
    fn scope(&self) -> &'static str {
        "openid account_email profile_nickname"
    }

    fn has_nonce(&self) -> bool {
        true
    }

    fn profile<'a>(&'a self, desk: &'a Desk<'a>, granted: &'a Granted, nonce: &'a str) -> Pending<'a> {
        Box::pin(async move {
            let who = oidc::verify(desk, granted, nonce).await?;
            let url = &desk.registered.endpoints.profile;
            let me: Me = desk.get(url, Some(&granted.access)).await?;
            if me.id.to_string() != who.subject.as_str() {
                // The access token is another person's than the ID token (OpenID Connect Core 1.0, section 5.3.2).
                return Err(Trouble::Invalid("wrong_subject"));
            }
            let account = me.kakao_account;
            Ok(Profile {
                subject: who.subject,
                vouched: Vouched::kakao(account.is_email_valid, account.is_email_verified),
                email: account.email.and_then(|email| Email::parse(&email).ok()),
                name: account
                    .profile
                    .nickname
                    .and_then(|name| PersonName::parse(&name).ok()),
            })
        })
    }
}
