//! The variables, as data.

/// One variable of the application.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in `spin.toml`; the environment variable is `SPIN_VARIABLE_<NAME>` in upper case.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// What it should look like.
    pub expected: &'static str,
    /// The value when it is not set; `None` means that it must be set.
    pub default: Option<&'static str>,
    /// Whether its value must never be shown.
    pub secret: bool,
}

/// Every variable, in the order of the reference page.
pub const FIELDS: &[Field] = &[
    Field {
        name: "environment",
        purpose: "Development shows the outbox and more detail; production shows neither.",
        expected: "`development` or `production`",
        default: Some("production"),
        secret: false,
    },
    Field {
        name: "public_url",
        purpose: "Where clients reach the service; the issuer of its tokens.",
        expected: "an absolute http(s) URL without a path, such as `https://api.example.com`",
        default: Some("http://127.0.0.1:3000"),
        secret: false,
    },
    Field {
        name: "token_audience",
        purpose: "The audience of access tokens.",
        expected: "1 to 100 visible ASCII characters",
        default: Some("realcare"),
        secret: false,
    },
    Field {
        name: "signing_key",
        purpose: "Signs access tokens; only `auth` holds it.",
        expected: "`<kid>:<32-byte Ed25519 seed in base64url without padding>`",
        default: None,
        secret: true,
    },
    Field {
        name: "verifying_keys",
        purpose: "Verify access tokens; two keys while one is rotated.",
        expected: "`<kid>:<32-byte Ed25519 public key in base64url without padding>`, several separated by commas",
        default: None,
        secret: false,
    },
    Field {
        name: "cursor_key",
        purpose: "Signs the cursors of lists.",
        expected: "32 bytes in base64url without padding",
        default: None,
        secret: true,
    },
    Field {
        name: "database_url",
        purpose: "Which database holds the data.",
        expected: "`sqlite` for the embedded one, or `postgres://user:password@host:port/name`",
        default: Some("sqlite"),
        secret: true,
    },
    Field {
        name: "trusted_proxies",
        purpose: "How many proxies of ours stand in front; that many hops of `X-Forwarded-For`, counted from the right, are believed.",
        expected: "an integer from 0 to 10",
        default: Some("0"),
        secret: false,
    },
    Field {
        name: "rate_limits",
        purpose: "Requests per minute by class.",
        expected: "`class=number` pairs separated by commas, of anonymous, sign_in, free, premium, admin, chat",
        default: Some("anonymous=30,sign_in=10,free=100,premium=1000,admin=10000,chat=10"),
        secret: false,
    },
    Field {
        name: "cors_allowed_origins",
        purpose: "Pages of which other origins may call the API from a browser.",
        expected: "`none`, or origins such as `https://www.example.com` separated by commas; no wildcard",
        default: Some("none"),
        secret: false,
    },
    Field {
        name: "password_strength",
        purpose: "Which strength rules a new password must meet.",
        expected: "`mixed` (upper, lower, digit, special) or `length_only`",
        default: Some("mixed"),
        secret: false,
    },
    Field {
        name: "internal_key",
        purpose: "Opens the routes below `/internal`, for components of ours and for the maintenance job.",
        expected: "32 bytes in base64url without padding",
        default: None,
        secret: true,
    },
    Field {
        name: "app_url",
        purpose: "Where the pages of the application are; links in mails lead there.",
        expected: "an absolute http(s) URL without a path, such as `https://www.example.com`",
        default: Some("http://127.0.0.1:3000"),
        secret: false,
    },
    Field {
        name: "mail_provider",
        purpose: "Which mail API the adapter `mailer-http` speaks to.",
        expected: "`none`, `ses` or `resend`",
        default: Some("none"),
        secret: false,
    },
    Field {
        name: "mail_endpoint",
        purpose: "Where that API is; the only host that the component `mail` may call.",
        expected: "an absolute https URL without a path, such as `https://api.resend.com` or `https://email.ap-northeast-2.amazonaws.com`",
        default: Some("https://localhost.invalid"),
        secret: false,
    },
    Field {
        name: "mail_region",
        purpose: "The region that signatures for SES name.",
        expected: "the name of an AWS region, such as `ap-northeast-2`",
        default: Some("ap-northeast-2"),
        secret: false,
    },
    Field {
        name: "mail_key_id",
        purpose: "The id of the access key for SES.",
        expected: "`none`, or the id of an AWS access key",
        default: Some("none"),
        secret: false,
    },
    Field {
        name: "mail_api_key",
        purpose: "The secret access key for SES, or the API key of Resend.",
        expected: "`none`, or a key of visible ASCII characters",
        default: Some("none"),
        secret: true,
    },
    Field {
        name: "mail_from",
        purpose: "The sender of mails.",
        expected: "`none`, an address, or `Name <address>`",
        default: Some("none"),
        secret: false,
    },
    Field {
        name: "mail_per_minute",
        purpose: "How many mails a minute the provider takes from us in the long run.",
        expected: "an integer from 1",
        default: Some("60"),
        secret: false,
    },
    Field {
        name: "encryption_keys",
        purpose: "Encrypt the tokens of providers; the first one encrypts, the others still decrypt.",
        expected: "`<kid>:<32 bytes in base64url without padding>`, several separated by commas",
        default: None,
        secret: true,
    },
    Field {
        name: "oauth_kakao",
        purpose: "Sign-in with Kakao: the client id and secret that it gave us.",
        expected: "`none` or `<client id>:<client secret>`",
        default: Some("none"),
        secret: true,
    },
    Field {
        name: "oauth_naver",
        purpose: "Sign-in with Naver: the client id and secret that it gave us.",
        expected: "`none` or `<client id>:<client secret>`",
        default: Some("none"),
        secret: true,
    },
    Field {
        name: "oauth_google",
        purpose: "Sign-in with Google: the client id and secret that it gave us.",
        expected: "`none` or `<client id>:<client secret>`",
        default: Some("none"),
        secret: true,
    },
    Field {
        name: "oauth_github",
        purpose: "Sign-in with GitHub: the client id and secret that it gave us.",
        expected: "`none` or `<client id>:<client secret>`",
        default: Some("none"),
        secret: true,
    },
    Field {
        name: "oauth_stand_in",
        purpose: "Where one server stands in for all providers, for tests; in development only. A host that cannot exist means the real ones.",
        expected: "an origin such as `http://127.0.0.1:9000`",
        default: Some("https://localhost.invalid"),
        secret: false,
    },
    Field {
        name: "app_redirects",
        purpose: "Where a browser may be sent after a sign-in with a provider; the first one is the default.",
        expected: "`none`, or absolute URLs without a fragment separated by commas",
        default: Some("none"),
        secret: false,
    },
];
