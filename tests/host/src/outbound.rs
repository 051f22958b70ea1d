//! HTTP requests of components to the outside, limited to `allowed_outbound_hosts`.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use http::{
    HeaderName, Request, Response, Uri,
    header::HOST,
    uri::{Authority, Scheme},
};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use crate::allowed_hosts::AllowedHosts;

/// Sends requests of one component.
#[derive(Clone)]
pub struct Outbound {
    allowed: Arc<AllowedHosts>,
    /// Where the app itself listens, known once it does.
    own_address: Arc<OnceLock<SocketAddr>>,
}

type Completion = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Answer = Result<(Response<WasiBody>, Completion), Error>;

impl Outbound {
    /// A sender for a component that may reach `allowed`.
    pub fn new(allowed: Arc<AllowedHosts>, own_address: Arc<OnceLock<SocketAddr>>) -> Self {
        Self { allowed, own_address }
    }

    /// Checks where a request goes, and turns one to the app itself into a full address.
    fn prepare(&self, request: &mut Request<WasiBody>) -> Result<(), Error> {
        let host = request.uri().host().unwrap_or_default();
        if host.is_empty() || host == "self.alt" {
            if !self.allowed.allows_own_app() {
                return Err(denied("self"));
            }
            let address = self.own_address.get().ok_or(Error::HttpRequestUriInvalid)?;
            *request.uri_mut() = to_own_app(request.uri(), *address)?;
        } else if !self.allowed.allows(&request.uri().to_string(), "https") {
            return Err(denied(request.uri().authority().map_or("", Authority::as_str)));
        }
        let authority = request
            .uri()
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default();
        let host = authority.parse().map_err(|_| Error::HttpRequestUriInvalid)?;
        request.headers_mut().insert(HOST, host);
        Ok(())
    }
}

fn denied(destination: &str) -> Error {
    eprintln!(
        "outbound request to {destination} denied: allowed_outbound_hosts of the component does not name it"
    );
    Error::HttpRequestDenied
}

fn to_own_app(uri: &Uri, address: SocketAddr) -> Result<Uri, Error> {
    let mut parts = uri.clone().into_parts();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(
        address
            .to_string()
            .parse()
            .map_err(|_| Error::HttpRequestUriInvalid)?,
    );
    Uri::from_parts(parts).map_err(|_| Error::HttpRequestUriInvalid)
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        let outbound = self.clone();
        Box::new(async move {
            outbound.prepare(&mut request)?;
            let (response, connection) = default_send_request(request, options).await.map_err(as_on_spin)?;
            let completion: Completion = Box::new(connection);
            Ok((response.map(BodyExt::boxed_unsync), completion))
        })
    }
}

/// Hooks for requests that come in: unlike those that guests make they may carry any header, also `host`.
pub struct Inbound(pub Outbound);

impl WasiHttpHooks for Inbound {
    fn is_forbidden_header(&mut self, _: &HeaderName) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        self.0.send_request(request, options, processed)
    }
}

/// Guests see a failed look-up as a DNS error and any other failure to connect as a refused connection.
fn as_on_spin(error: Error) -> Error {
    match error {
        Error::Connect(cause) if is_lookup_failure(&cause) => Error::DnsError {
            rcode: Some("address not available".into()),
            info_code: Some(0),
        },
        Error::Connect(_) => Error::ConnectionRefused,
        Error::Tls(_) => Error::TlsProtocolError,
        Error::Hyper(_) => Error::HttpProtocolError,
        other => other,
    }
}

/// Errors of the resolver carry no number of the operating system.
fn is_lookup_failure(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error().is_none()
}
