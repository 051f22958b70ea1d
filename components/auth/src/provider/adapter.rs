//! What differs between providers.

use std::future::Future;
use std::pin::Pin;

use domain::provider::{Profile, Provider};

use super::desk::Desk;
use super::grant::Granted;
use super::trouble::Trouble;
use super::{github, google, kakao, naver};

/// A profile on its way.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Result<Profile, Trouble>> + Send + 'a>>;

/// One provider.
pub trait Adapter: Send + Sync {
    /// What we ask for.
    fn scope(&self) -> &'static str;
    /// Whether it speaks OpenID Connect and so returns a `nonce`.
    fn has_nonce(&self) -> bool;
    /// Parameters of the authorization request that only this provider has.
    fn extra(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
    /// Reads who came. `nonce` is what an ID token must carry.
    fn profile<'a>(&'a self, desk: &'a Desk<'a>, granted: &'a Granted, nonce: &'a str) -> Pending<'a>;
}

/// The adapter of a provider.
pub const fn of(provider: Provider) -> &'static dyn Adapter {
    match provider {
        Provider::Kakao => &kakao::Kakao,
        Provider::Naver => &naver::Naver,
        Provider::Google => &google::Google,
        Provider::Github => &github::Github,
    }
}
