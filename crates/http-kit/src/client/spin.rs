//! Calls through WASI HTTP 0.3, as Spin offers it.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::response::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Request, RequestOptions, Scheme};
use spin_sdk::wasip3::http_compat::{IncomingResponseBody, http_from_wasi_response};
use spin_sdk::wasip3::{spawn, wit_future, wit_stream};

use super::{CONNECT_TIMEOUT, Call, Failure, Opened, Pending, Pieces, Reply, Transport};

/// The platform's own client. What it may reach stands in `allowed_outbound_hosts`.
pub struct SpinTransport;

impl Transport for SpinTransport {
    fn exchange<'a>(&'a self, call: &'a Call, within: Duration) -> Pending<'a, Result<Reply, Failure>> {
        Box::pin(async move {
            let (parts, body) = answer(call, within).await?;
            let body = match Limited::new(body, call.limit()).collect().await {
                Ok(collected) => collected.to_bytes(),
                Err(error) if error.is::<LengthLimitError>() => return Err(Failure::TooLarge),
                Err(error) => {
                    let code = error.downcast_ref().map(failure);
                    return Err(code.unwrap_or(Failure::Unreachable));
                }
            };
            Ok(Reply {
                status: parts.status,
                headers: parts.headers,
                body,
            })
        })
    }

    fn open<'a>(&'a self, call: &'a Call, within: Duration) -> Pending<'a, Result<Opened, Failure>> {
        Box::pin(async move {
            let (parts, body) = answer(call, within).await?;
            Ok(Opened {
                status: parts.status,
                headers: parts.headers,
                pieces: Box::new(Body(body)),
            })
        })
    }

    fn sleep(&self, duration: Duration) -> Pending<'_, ()> {
        Box::pin(monotonic_clock::wait_for(nanos(duration)))
    }
}

/// An answer's head, and its body as the platform gives it.
async fn answer(call: &Call, within: Duration) -> Result<(Parts, IncomingResponseBody), Failure> {
    let request = request(call, within)?;
    let response = client::send(request).await.map_err(|error| failure(&error))?;
    let response = http_from_wasi_response(response).map_err(|error| failure(&error))?;
    Ok(response.into_parts())
}

/// A body that is still coming.
struct Body(IncomingResponseBody);

impl Pieces for Body {
    fn next(&mut self) -> Pending<'_, Result<Option<Bytes>, Failure>> {
        Box::pin(async move {
            loop {
                match self.0.frame().await {
                    None => return Ok(None),
                    Some(Err(error)) => return Err(failure(&error)),
                    // Trailers are of no interest.
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            return Ok(Some(data));
                        }
                    }
                }
            }
        })
    }
}

/// A request of the platform's. Without a body it has no body stream at all: an empty one would be sent as chunked.
fn request(call: &Call, within: Duration) -> Result<Request, Failure> {
    let malformed = |()| Failure::Malformed;
    let headers = fields(call.headers(), call.content().len())?;
    let (end, trailers) = wit_future::new(|| Ok(None));
    let contents = (!call.content().is_empty()).then(|| {
        let (mut writer, reader) = wit_stream::new();
        let body = call.content().to_vec();
        spawn(async move {
            // Whoever stopped reading answers or fails; the answer tells.
            let _ = writer.write_all(body).await;
            drop(writer);
            drop(end);
        });
        reader
    });
    let (request, _sent) = Request::new(headers, contents, trailers, Some(options(within)?));
    request.set_method(&call.method().into()).map_err(malformed)?;
    let scheme: Option<Scheme> = call.uri().scheme().map(Into::into);
    request.set_scheme(scheme.as_ref()).map_err(malformed)?;
    let authority = call.uri().authority().map(ToString::to_string);
    request.set_authority(authority.as_deref()).map_err(malformed)?;
    let path = call.uri().path_and_query().map(ToString::to_string);
    request.set_path_with_query(path.as_deref()).map_err(malformed)?;
    Ok(request)
}

fn fields(headers: &HeaderMap, length: usize) -> Result<Fields, Failure> {
    let mut entries: Vec<(String, Vec<u8>)> = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect();
    if length > 0 {
        entries.push(("content-length".to_owned(), length.to_string().into_bytes()));
    }
    Fields::from_list(&entries).map_err(|_| Failure::Malformed)
}

fn options(within: Duration) -> Result<RequestOptions, Failure> {
    let options = RequestOptions::new();
    let total = Some(nanos(within));
    let set = options
        .set_connect_timeout(Some(nanos(within.min(CONNECT_TIMEOUT))))
        .and_then(|()| options.set_first_byte_timeout(total))
        .and_then(|()| options.set_between_bytes_timeout(total));
    // A platform without these options is still bounded by the client's own clock.
    let _ = set;
    Ok(options)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn failure(error: &ErrorCode) -> Failure {
    match error {
        ErrorCode::DnsTimeout
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => Failure::Timeout,
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => Failure::Refused,
        ErrorCode::HttpResponseBodySize(_) => Failure::TooLarge,
        ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestUriTooLong => Failure::Malformed,
        ErrorCode::HttpProtocolError => Failure::Broken,
        _ => Failure::Unreachable,
    }
}
