//! Resend, `POST /emails` (<https://resend.com/docs/api-reference/emails/send-email>).
//!
//! `Idempotency-Key` makes a second copy of a mail within 24 hours the same as the first, so a call may be repeated at once when
//! nobody knows what became of it. A mail never waits longer than that (its texts are not true for longer).

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use config::MailApi;
use http_kit::client::{Call, Client, Reply};
use serde::Serialize;

use crate::message::{ANSWER_LIMIT, Message, Refusal, USER_AGENT, field, retry_after};
use crate::unanswered;

#[derive(Serialize)]
struct Body<'a> {
    from: &'a str,
    to: [&'a str; 1],
    subject: &'a str,
    text: &'a str,
    html: &'a str,
}

pub(crate) async fn send(client: &Client, api: &MailApi, message: &Message) -> Result<String, Refusal> {
    let call = call(api, message).ok_or(Refusal::NotConfigured)?;
    let reply = client.send(&call).await.map_err(|error| unanswered(&error))?;
    judge(&reply)
}

fn call(api: &MailApi, message: &Message) -> Option<Call> {
    let body = Body {
        from: &api.from,
        to: [&message.to],
        subject: &message.subject,
        text: &message.text,
        html: &message.html,
    };
    let uri: Uri = format!("{}/emails", api.endpoint).parse().ok()?;
    let mut key = HeaderValue::try_from(format!("Bearer {}", api.key.expose())).ok()?;
    key.set_sensitive(true);
    let call = Call::new(Method::POST, uri)
        .header(header::AUTHORIZATION, key)
        .header(header::USER_AGENT, HeaderValue::from_static(USER_AGENT))
        .header(
            HeaderName::from_static("idempotency-key"),
            HeaderValue::try_from(&message.id).ok()?,
        )
        .body("application/json", serde_json::to_vec(&body).ok()?);
    Some(call.idempotent().answer_limit(ANSWER_LIMIT))
}

/// By the table of errors (<https://resend.com/docs/api-reference/errors>).
fn judge(reply: &Reply) -> Result<String, Refusal> {
    let name = || field(reply, "name").unwrap_or_default();
    match reply.status {
        status if status.is_success() => Ok(field(reply, "id").unwrap_or_default()),
        // Same key, other words: an earlier copy of this mail was taken before the words changed.
        StatusCode::CONFLICT if name() == "invalid_idempotent_request" => Ok(String::new()),
        // An earlier copy is on its way just now.
        StatusCode::CONFLICT => Err(Refusal::Unavailable(None)),
        StatusCode::TOO_MANY_REQUESTS => Err(Refusal::Throttled(retry_after(reply))),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
            Err(Refusal::NotConfigured)
        }
        StatusCode::UNPROCESSABLE_ENTITY if name() == "invalid_from_address" => Err(Refusal::NotConfigured),
        status if status.is_client_error() => Err(Refusal::Rejected),
        _ => Err(Refusal::Unavailable(retry_after(reply))),
    }
}
