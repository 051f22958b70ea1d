//! `GET /api/v1/auth/{provider}` (AUTH-14): send a browser to a provider.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::provider::Provider;
use domain::provider::VISIT;
use guard::{Anonymous, problem};
use http_kit::doc::Parameter;
use http_kit::doc::{Answer, Operation};
use http_kit::query::{FromQuery, Pairs, Query};
use http_kit::{Code, Problem, reply};
use store::oauth_state::{self, NewVisit};

use super::{Named, Providers, Registered, adapter, visit};
use crate::secret::Token;
use crate::state::Auth;

/// What the app asks for.
pub struct Parameters {
    challenge: Option<String>,
    redirect: Option<String>,
}

impl FromQuery for Parameters {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let parameters = Self {
            challenge: pairs.take("code_challenge", visit::parse_challenge)?,
            redirect: pairs.take("redirect_uri", |raw| Some(raw.to_owned()))?,
        };
        // Only S256: plain would show the verifier in a URL (RFC 7636, section 7.2).
        pairs.take("code_challenge_method", |raw| (raw == "S256").then_some(()))?;
        Ok(parameters)
    }

    fn parameters() -> Vec<Parameter> {
        vec![
            Parameter::query::<Token>(
                "code_challenge",
                "The app's S256 challenge (RFC 7636): the exchange needs its verifier.",
            )
            .required(),
            Parameter::query::<String>(
                "redirect_uri",
                "Where the browser is sent in the end, one of the configured addresses; the first one if it is missing.",
            ),
            Parameter::query::<String>("code_challenge_method", "`S256`, the only method."),
        ]
    }
}

/// What the document says of it (OPS-6).
pub fn doc(provider: Provider, operation: &mut Operation) {
    operation
        .named("Providers", &format!("start{}", provider.title()), &format!("Sign in with {}", provider.title()))
        .says(
            "For a browser: sends it to the provider and sets a cookie that binds the visit to it. The app keeps the verifier of its \
             `code_challenge` for `exchangeCode`.",
        )
        .with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .with("code_challenge_method", "S256")
        .answers(
            Answer::empty(StatusCode::FOUND, "On to the provider.")
                .header("Location", "The provider's page.")
                .header("Set-Cookie", "Binds the visit to this browser."),
        );
}

pub async fn handle(
    _: Anonymous,
    Named(provider): Named,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let registered = auth.providers.get(provider)?;
    let invalid = |name: &str| Problem::new(Code::InvalidQuery).at(format!("`{name}`"));
    let app_challenge = parameters.challenge.ok_or_else(|| invalid("code_challenge"))?;
    let return_to = return_to(&auth.providers, parameters.redirect).ok_or_else(|| invalid("redirect_uri"))?;
    let random = &*auth.random;
    let (state, verifier) = (Token::generate(random), Token::generate(random));
    let (browser, cookie) = visit::cookie(&headers, random)?;
    let sealed = state
        .seal(&verifier)
        .ok_or_else(|| Problem::new(Code::InternalError))?;
    let now = auth.clock.now();
    let visit = NewVisit {
        state_hash: &state.hash(),
        provider,
        browser_hash: &browser.hash(),
        app_challenge: &app_challenge,
        verifier_sealed: &sealed,
        return_to: return_to.as_deref(),
        expires_at: now.plus(VISIT),
        now,
    };
    oauth_state::begin(&auth.db, &visit)
        .await
        .map_err(problem::database)?;
    let callback = auth.providers.callback(provider);
    let url = authorization(registered, adapter::of(provider), &callback, &state, &verifier);
    let location = HeaderValue::try_from(url)
        .map_err(|_| Problem::new(Code::InternalError).because("an address that is no header"))?;
    let mut response = reply::empty(StatusCode::FOUND);
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Where the browser goes in the end: one of the addresses in the configuration, word for word. `None` for any other.
fn return_to(providers: &Providers, asked: Option<String>) -> Option<Option<String>> {
    match asked {
        None => Some(providers.redirects.first().cloned()),
        Some(asked) if providers.redirects.contains(&asked) => Some(Some(asked)),
        Some(_) => None,
    }
}

/// The authorization request (RFC 6749, section 4.1.1; RFC 7636, section 4.3; OpenID Connect Core 1.0, section 3.1.2.1).
fn authorization(
    registered: &Registered,
    adapter: &dyn adapter::Adapter,
    callback: &str,
    state: &Token,
    verifier: &Token,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &registered.app.id)
        .append_pair("redirect_uri", callback)
        .append_pair("state", state.expose())
        .append_pair("code_challenge", &visit::challenge(verifier.expose()))
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(adapter.extra());
    if !adapter.scope().is_empty() {
        query.append_pair("scope", adapter.scope());
    }
    if adapter.has_nonce() {
        query.append_pair("nonce", &visit::nonce(verifier));
    }
    format!("{}?{}", registered.endpoints.authorize, query.finish())
}
