//! `GET /api/v1/auth/{provider}/callback` (AUTH-14): take a browser back from a provider.
//!
//! The browser leaves with a code in the fragment of its address, which no server sees; the app exchanges it for tokens. Without
//! an address to go to, the answer is JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use domain::provider::Provider;
use domain::provider::{CODE, PROOF};
use guard::{Anonymous, Context, problem};
use http_kit::doc::{Answer, Operation, Parameter};
use http_kit::log::{Level, event};
use http_kit::{Code, Problem, reply};
use serde::Serialize;
use store::oauth_state::{self, Visit};
use utoipa::ToSchema;

use super::arrival::{self, Outcome};
use super::desk::Desk;
use super::trouble::Trouble;
use super::{Named, adapter, grant, visit};
use crate::secret::Token;
use crate::state::Auth;

/// The longest code of a provider that is sent on, in bytes.
const LONGEST_CODE: usize = 2048;

/// What the provider sent along (RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207). Providers add parameters of their own, so
/// unknown ones are passed over; one that stands twice is as none, but for `iss`: two of them name nobody.
struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    issuer: Option<String>,
}

impl Back {
    fn read(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        let only = |name: &str| {
            let mut values = form_urlencoded::parse(query).filter(|(key, _)| key == name);
            let first = values.next().map(|(_, value)| value.into_owned());
            first.filter(|_| values.next().is_none())
        };
        let mut issuers = form_urlencoded::parse(query).filter(|(key, _)| key == "iss");
        let issuer = issuers.next().map(|(_, first)| match issuers.next() {
            None => first.into_owned(),
            Some(_) => String::new(),
        });
        Self {
            state: only("state"),
            code: only("code"),
            error: only("error"),
            issuer,
        }
    }
}

/// The visit of the documents' examples.
const EXAMPLE_STATE: &str = "x7K0cYb3mQ9rT2vW5zA8dF1gH4jL6nP0sU3wX6yB9eM";

/// What the document says of it (OPS-6).
pub fn doc(provider: Provider, operation: &mut Operation) {
    operation
        .named(
            "Providers",
            &format!("finish{}", provider.title()),
            &format!("Where {} sends the browser back to", provider.title()),
        )
        .says(
            "Ends the visit. With a `redirect_uri` the browser is sent there, with `code`, `status` or `error` in the fragment; without one \
             the answer is JSON. `proof_required` means that a mail with a token for `linkIdentity` went out.",
        )
        .parameter(Parameter::query::<String>("state", "The visit.").required().example(EXAMPLE_STATE))
        .parameter(Parameter::query::<String>("code", "The provider's code.").example("code-of-the-provider"))
        .parameter(Parameter::query::<String>("error", "Why there is none."))
        .parameter(Parameter::query::<String>("iss", "Who the provider says it is (RFC 9207)."))
        .refuses(&[
            Code::InvalidSignInState,
            Code::ConsentDenied,
            Code::ProviderAddressMissing,
            Code::ProviderAnswerInvalid,
            Code::ProviderUnavailable,
            Code::StoreUnavailable,
        ])
        .answers(Answer::ok::<Told<'_>>(
            "What to do next.",
            serde_json::json!({"status": "signed_in", "code": crate::session::issue::EXAMPLE_TOKEN, "expires_in": CODE.as_secs()}),
        ))
        .answers(Answer::empty(StatusCode::FOUND, "On to the app.").header("Location", "The app's address."));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    Named(provider): Named,
    uri: Uri,
    headers: HeaderMap,
    State(auth): State<Arc<Auth>>,
) -> Result<Response, Problem> {
    let desk = Desk::open(&auth, &context, provider)?;
    let back = Back::read(&uri);
    let (state, visit) = take(&desk, &back, &headers).await?;
    let outcome = match finish(&desk, &back, &state, &visit).await {
        Ok(outcome) => Ok(outcome),
        Err(trouble) => Err(trouble.report(provider, &context)),
    };
    match visit.return_to {
        Some(return_to) => send(&return_to, &outcome, &context),
        None => tell(&outcome?),
    }
}

/// The visit that comes back, if it began in this browser, with this provider, less than ten minutes ago, and comes for the first
/// time. The client learns nothing of what was wrong.
async fn take(desk: &Desk<'_>, back: &Back, headers: &HeaderMap) -> Result<(Token, Visit), Problem> {
    let refused = |reason: &'static str| {
        let fields = [
            ("provider", desk.provider.as_str().into()),
            ("reason", reason.into()),
        ];
        event(Level::Warn, "sign_in_state_refused", desk.context.about(fields));
        Problem::new(Code::InvalidSignInState)
    };
    let state = back.state.as_deref().and_then(Token::parse);
    let state = state.ok_or_else(|| refused("state_missing"))?;
    let browser = visit::browser(headers).ok_or_else(|| refused("cookie_missing"))?;
    let visit = oauth_state::come_back(
        &desk.auth.db,
        &state.hash(),
        &browser.hash(),
        desk.provider,
        desk.now(),
    )
    .await
    .map_err(problem::database)?;
    Ok((state, visit.ok_or_else(|| refused("unknown"))?))
}

async fn finish(desk: &Desk<'_>, back: &Back, state: &Token, visit: &Visit) -> Result<Outcome, Trouble> {
    if let Some(issuer) = &back.issuer
        && *issuer != desk.registered.endpoints.issuer
    {
        // RFC 9207, section 2.4: the code may be another provider's, which must not get to see it here.
        return Err(Trouble::Invalid("wrong_issuer"));
    }
    if let Some(error) = &back.error {
        return Err(match error.as_str() {
            "access_denied" | "consent_required" => Trouble::Ours(Problem::new(Code::ConsentDenied)),
            "server_error" | "temporarily_unavailable" => Trouble::Unavailable("authorization"),
            _ => Trouble::Invalid("authorization_refused"),
        });
    }
    let code = back.code.as_deref().filter(|code| code.len() <= LONGEST_CODE);
    let code = code.ok_or(Trouble::Invalid("code_missing"))?;
    let verifier = state.unseal(&visit.verifier_sealed);
    let verifier = verifier.ok_or(Trouble::Invalid("verifier_lost"))?;
    let granted = grant::by_code(desk, code, verifier.expose(), state.expose()).await?;
    let nonce = visit::nonce(&verifier);
    let profile = adapter::of(desk.provider).profile(desk, &granted, &nonce).await?;
    arrival::settle(desk, &state.hash(), &profile, granted).await
}

/// Sends the browser on to the app. What went wrong goes along by its stable code; the log has the rest.
fn send(return_to: &str, outcome: &Result<Outcome, Problem>, context: &Context) -> Result<Response, Problem> {
    let mut fragment = form_urlencoded::Serializer::new(String::new());
    match outcome {
        Ok(Outcome::SignedIn(code)) => fragment.append_pair("code", code.expose()),
        Ok(Outcome::ProofAsked) => fragment.append_pair("status", "proof_required"),
        Err(problem) => {
            let fields = [
                ("code", problem.code().as_str().into()),
                ("detail", problem.internal().unwrap_or_default().into()),
            ];
            event(Level::Warn, "social_sign_in_failed", context.about(fields));
            fragment
                .append_pair("error", problem.code().as_str())
                .append_pair("request_id", context.request_id())
        }
    };
    let location = HeaderValue::try_from(format!("{return_to}#{}", fragment.finish()));
    let mut location =
        location.map_err(|_| Problem::new(Code::InternalError).because("an address that is no header"))?;
    location.set_sensitive(true);
    let mut response = reply::empty(StatusCode::FOUND);
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProviderVisit)]
struct Told<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<&'a str>,
    expires_in: u64,
}

fn tell(outcome: &Outcome) -> Result<Response, Problem> {
    let told = match outcome {
        Outcome::SignedIn(code) => Told {
            status: "signed_in",
            code: Some(code.expose()),
            expires_in: CODE.as_secs(),
        },
        Outcome::ProofAsked => Told {
            status: "proof_required",
            code: None,
            expires_in: PROOF.as_secs(),
        },
    };
    reply::json(StatusCode::OK, &told)
}
