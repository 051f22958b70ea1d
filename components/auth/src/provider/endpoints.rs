//! Where the providers answer, from their documentation.

use domain::provider::Provider;

/// The addresses of one provider.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Who it says it is: in `iss` of a callback (RFC 9207) and of an ID token.
    pub issuer: String,
    /// Where browsers are sent.
    pub authorize: String,
    /// Where codes and refresh tokens become tokens.
    pub token: String,
    /// The public keys of ID tokens; empty where there are none.
    pub keys: String,
    /// The profile; empty where the ID token says all.
    pub profile: String,
    /// The list of addresses; only GitHub has one.
    pub addresses: String,
}

impl Endpoints {
    /// The provider's own, or those of a server that stands in for it, under a path of its name.
    pub fn of(provider: Provider, stand_in: Option<&str>) -> Self {
        match stand_in {
            None => Self::own(provider),
            Some(origin) => {
                let base = format!("{origin}/{}", provider.as_str());
                let at = |path: &str| format!("{base}/{path}");
                Self {
                    authorize: at("authorize"),
                    token: at("token"),
                    keys: at("keys"),
                    profile: at("profile"),
                    addresses: at("addresses"),
                    issuer: base,
                }
            }
        }
    }

    fn own(provider: Provider) -> Self {
        let [issuer, authorize, token, keys, profile, addresses] = match provider {
            // https://kauth.kakao.com/.well-known/openid-configuration
            Provider::Kakao => [
                "https://kauth.kakao.com",
                "https://kauth.kakao.com/oauth/authorize",
                "https://kauth.kakao.com/oauth/token",
                "https://kauth.kakao.com/.well-known/jwks.json",
                "https://kapi.kakao.com/v2/user/me",
                "",
            ],
            // https://developers.naver.com/docs/login/api/api.md
            Provider::Naver => [
                "https://nid.naver.com",
                "https://nid.naver.com/oauth2.0/authorize",
                "https://nid.naver.com/oauth2.0/token",
                "",
                "https://openapi.naver.com/v1/nid/me",
                "",
            ],
            // https://accounts.google.com/.well-known/openid-configuration
            Provider::Google => [
                "https://accounts.google.com",
                "https://accounts.google.com/o/oauth2/v2/auth",
                "https://oauth2.googleapis.com/token",
                "https://www.googleapis.com/oauth2/v3/certs",
                "",
                "",
            ],
            // https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
            Provider::Github => [
                "https://github.com/login/oauth",
                "https://github.com/login/oauth/authorize",
                "https://github.com/login/oauth/access_token",
                "",
                "https://api.github.com/user",
                "https://api.github.com/user/emails",
            ],
        }
        .map(str::to_owned);
        Self {
            issuer,
            authorize,
            token,
            keys,
            profile,
            addresses,
        }
    }
}
