//! Creations that happen once however often they are asked for (CONV-7): `Idempotency-Key`
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! The id of what is created is chosen when the key is claimed. So a creation that was cut off between its row and its answer finds its
//! row when it is asked for again, and is not made twice.

use std::future::Future;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::user::User;
use domain::{Id, Timestamp};
use http_body_util::BodyExt;
use http_kit::log::{Level, event};
use http_kit::{Code, Problem, json};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use store::Database;
use store::idempotency_key::{self, Answer, Claim, Standing};

use crate::problem;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST: usize = 255;

/// The JSON body of a creation, with the key that the client may have sent.
pub struct Creation<T> {
    /// The body.
    pub value: T,
    /// Runs the creation once.
    pub once: Once,
}

/// How a creation is told from others; without a key every request is another one.
pub struct Once(Option<Hashes>);

struct Hashes {
    key: [u8; 32],
    request: [u8; 32],
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Creation<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json::require(request.headers())?;
        let key = key(request.headers())?.map(|key| -> [u8; 32] { Sha256::digest(key).into() });
        let path = request.uri().path().to_owned();
        let bytes = json::read(request).await?;
        let hashes = key.map(|key| {
            let hash = Sha256::new()
                .chain_update(path)
                .chain_update([0])
                .chain_update(&bytes);
            Hashes {
                key,
                request: hash.finalize().into(),
            }
        });
        Ok(Self {
            value: json::parse(&bytes)?,
            once: Once(hashes),
        })
    }
}

fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let invalid = || Problem::new(Code::InvalidIdempotencyKey);
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value.to_str().map_err(|_| invalid())?;
    let well_formed = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !well_formed || values.next().is_some() {
        return Err(invalid());
    }
    Ok(Some(key))
}

impl Once {
    /// Creates what has the id `new`, or answers as the first time. `create` must find its own row if it is asked for the same id twice.
    ///
    /// # Errors
    /// What `create` gives; then whoever asks again creates, under the same id if it is not known whether something was created.
    /// [`Code::IdempotencyKeyReused`], [`Code::RequestInProgress`].
    pub async fn run<E, F>(
        &self,
        db: &Database,
        user: Id<User>,
        new: Id<E>,
        now: Timestamp,
        create: impl FnOnce(Id<E>) -> F,
    ) -> Result<Response, Problem>
    where
        F: Future<Output = Result<Response, Problem>>,
    {
        let Some(hashes) = &self.0 else {
            return create(new).await;
        };
        let claim = Claim {
            user,
            key_hash: &hashes.key,
            request_hash: &hashes.request,
            object: new.uuid(),
            now,
        };
        match idempotency_key::claim(db, claim)
            .await
            .map_err(problem::database)?
        {
            Standing::Create(id) => match create(Id::from_uuid(id)).await {
                Ok(response) => finish(db, claim, response).await,
                Err(refused) => {
                    give_back(db, claim, &refused).await;
                    Err(refused)
                }
            },
            Standing::Done(answer) => replay(answer),
            Standing::Running => {
                let wait = HeaderValue::from_static("1");
                Err(Problem::new(Code::RequestInProgress).with_header(header::RETRY_AFTER, wait))
            }
            Standing::OtherRequest => Err(Problem::new(Code::IdempotencyKeyReused)),
        }
    }
}

async fn finish(db: &Database, claim: Claim<'_>, response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await;
    let body = body
        .map_err(|error| Problem::new(Code::InternalError).because(error))?
        .to_bytes();
    let text = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let answer = Answer {
        status: parts.status.as_u16().into(),
        location: text(header::LOCATION).map(str::to_owned),
        etag: text(header::ETAG).map(str::to_owned),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    if let Err(error) = idempotency_key::finish(db, claim, &answer).await {
        // It was created, and the client shall know; asked again after the lease it is found by its id.
        event(
            Level::Error,
            "idempotency_not_kept",
            [("detail", error.to_string().into())],
        );
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// A refusal frees the key. A failure of ours does not: its statement may have taken place all the same, and only the id that
/// goes with the key tells.
async fn give_back(db: &Database, claim: Claim<'_>, refused: &Problem) {
    let given = match refused.code().status().is_server_error() {
        true => idempotency_key::reopen(db, claim).await,
        false => idempotency_key::release(db, claim).await,
    };
    if let Err(error) = given {
        // The key frees itself after its lease.
        event(
            Level::Warn,
            "idempotency_not_released",
            [("detail", error.to_string().into())],
        );
    }
}

fn replay(answer: Answer) -> Result<Response, Problem> {
    let broken = || Problem::new(Code::InternalError).because("a kept answer cannot be read");
    let status = u16::try_from(answer.status)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = status.ok_or_else(broken)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    for (name, value) in [(header::LOCATION, answer.location), (header::ETAG, answer.etag)] {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::try_from(value).map_err(|_| broken())?);
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(values: &[&[u8]]) -> Result<Option<String>, Code> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(KEY, HeaderValue::from_bytes(value).unwrap());
        }
        let key = key(&headers).map_err(|problem| problem.code());
        key.map(|key| key.map(str::to_owned))
    }

    /// CONV-7: one key of 1 to `LONGEST` visible letters.
    #[test]
    fn a_key_is_one_and_visible() {
        assert_eq!(read(&[]), Ok(None));
        let longest = "k".repeat(LONGEST);
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "!~", &longest] {
            assert_eq!(read(&[good.as_bytes()]), Ok(Some(good.to_owned())));
        }
        let longer = "k".repeat(LONGEST + 1);
        for bad in [&b""[..], b"a b", b"a\tb", b"\xc3\xa9", longer.as_bytes()] {
            assert_eq!(read(&[bad]), Err(Code::InvalidIdempotencyKey), "{bad:?}");
        }
        assert_eq!(read(&[b"a", b"a"]), Err(Code::InvalidIdempotencyKey));
    }
}
