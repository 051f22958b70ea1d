//! What the document says of the whole API.

use utoipa::openapi::security::{Http, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Info, InfoBuilder, LicenseBuilder, Server, Tag};

const DESCRIPTION: &str = "\
The backend of RealCare, a Korean home-buying and renting service. Owners publish *signals*, people answer them with *interests*, a deal \
becomes a *contract* with a timeline and a risk analysis.

**Conventions.** JSON in and out, UTF-8, `snake_case`. Unknown fields and unknown query parameters are refused. Ids are UUIDv7. Instants \
are RFC 3339 in UTC with microseconds, days are `YYYY-MM-DD`. Money is a whole number of won.

**Language.** `Accept-Language: ko` gives the sentences for people (`detail` and `message` of problems, titles of tasks, texts of \
analyses, mails) in Korean, anything else in English. What programs branch on never changes with it.

**Signing in.** `POST /api/v1/auth/login` gives an access token for 30 minutes, sent as `Authorization: Bearer …`, and a refresh token, \
which `POST /api/v1/auth/refresh` exchanges for the next pair. Each refresh token works once.

**Problems.** Refusals are RFC 9457 `application/problem+json`. `code` is stable and what a program should branch on; each operation \
lists the codes that it can answer. Besides them, a path without such a method answers 405 `method_not_allowed` with `Allow`, a path \
that does not exist 404 `not_found`. Every answer has `X-Request-Id`.

**Limits.** `x-rate-limit` names what an operation counts against. Limited answers carry `RateLimit-Policy` and `RateLimit` \
(draft-ietf-httpapi-ratelimit-headers) and `X-RateLimit-*`; a refusal is 429 with `Retry-After`. `x-body-limit` is the largest body in \
bytes.

**Versions.** What can be changed has a `version` and a strong `ETag`. `If-Match` makes a change conditional (412 if somebody was faster), \
`If-None-Match` saves a transfer (304).

**Creations** with `Idempotency-Key` happen once: the same key with the same body replays the first answer (`Idempotency-Replayed: true`).

**Lists** are pages: `limit` and `cursor` in, `items` and `next_cursor` out. Cursors are opaque.";

/// Title, version and conventions.
pub fn info() -> Info {
    InfoBuilder::new()
        .title("RealCare Edge")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ))
        .build()
}

/// Wherever the document comes from.
pub fn servers() -> Vec<Server> {
    vec![
        ServerBuilder::new()
            .url("/")
            .description(Some("This server"))
            .build(),
    ]
}

/// The groups of operations, in the order in which somebody meets them.
pub fn tags() -> Vec<Tag> {
    let tag = |(name, says): (&str, &str)| TagBuilder::new().name(name).description(Some(says)).build();
    [
        ("Accounts", "People and their passwords."),
        ("Sessions", "Where somebody is signed in."),
        ("Providers", "Signing in with Kakao, Naver, Google and GitHub."),
        ("OAuth 2.0", "The endpoints that standard clients look for."),
        ("Agents", "Brokers with a licence."),
        ("Administration", "For the people who run the service."),
        ("Health", "Whether the service is well."),
        ("Signals", "What owners publish and people look for."),
        ("Interests", "How people answer signals."),
        ("Regions", "Where signals are."),
        ("Reality checks", "Whether somebody can afford a home."),
        ("Contracts", "Deals: who, where, how much and when."),
        ("Tasks", "What has to be done for a contract."),
        ("Timelines", "All of it by day."),
        ("Analyses", "What a contract's text risks."),
        ("Progress", "How far work has come that goes on after an answer."),
        ("Documentation", "What programs are told of this API."),
    ]
    .map(tag)
    .into()
}

/// How a caller shows who is calling.
pub fn access_token() -> SecurityScheme {
    let scheme: Http = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "The `access_token` of a sign-in: a JWT of type `at+jwt`, signed with Ed25519.",
        ))
        .build();
    SecurityScheme::Http(scheme)
}
