//! Requests and refusals as RFC 6749 writes them.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use http_kit::doc::{Answer, Described, Operation};
use http_kit::{Code, Problem, json, reply};
use serde::Serialize;
use utoipa::ToSchema;

/// A form whose parameters stand in it once (RFC 6749, section 3.2). Unknown ones are passed over, as the standard asks.
pub struct Form(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if request.uri().query().is_some() {
            return Err(Problem::new(Code::TokenInUrl));
        }
        if json::media_type(request.headers()).as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let body = json::read(request).await?;
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }
}

impl Form {
    /// A parameter; `None` when it is missing, empty or stands twice.
    pub fn only(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let (_, value) = values.next()?;
        (values.next().is_none() && !value.is_empty()).then_some(value)
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = OAuthRefusal)]
struct Refusal {
    error: &'static str,
}

/// A refusal (RFC 6749, section 5.2).
pub fn refuse(error: &'static str) -> Result<Response, Problem> {
    reply::json(StatusCode::BAD_REQUEST, &Refusal { error })
}

/// Which parameters it reads is the handler's to say.
impl Described for Form {
    fn describe(operation: &mut Operation) {
        operation.refuses(&[
            Code::TokenInUrl,
            Code::UnsupportedMediaType,
            Code::BodyTooLarge,
            Code::BodyUnreadable,
        ]);
    }
}

/// A refusal in the documents.
pub fn documented(error: &str) -> Answer {
    let says = "The form is not in order (RFC 6749, section 5.2).";
    Answer::json::<Refusal>(StatusCode::BAD_REQUEST, says, serde_json::json!({"error": error}))
}
