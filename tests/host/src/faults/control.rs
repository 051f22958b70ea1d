//! The port through which rules are set: `PUT /` with what is wanted, `GET /` for what happened since.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

use super::{Broken, Faults, Shared, rules::Wanted};

/// More than any test asks for.
const LARGEST: usize = 64 << 10;

/// Listens at `address` and lets whoever comes set `faults`; prints where that is.
///
/// # Errors
/// The address is not on the loopback interface, or in use.
pub async fn listen(faults: &Faults, address: SocketAddr) -> Result<()> {
    let Some(shared) = faults.0.clone() else {
        return Ok(());
    };
    ensure!(
        address.ip().is_loopback(),
        "--faults takes an address of the loopback interface only"
    );
    let listener = TcpListener::bind(address)
        .await
        .context("cannot listen for faults")?;
    println!("Faults http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, shared));
    Ok(())
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&shared), request));
            // Whoever hangs up has what they came for.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    if request.method() == Method::GET {
        return Ok(Response::new(shared.report().into()));
    }
    if request.method() != Method::PUT {
        return Ok(refused(StatusCode::METHOD_NOT_ALLOWED, "PUT or GET"));
    }
    let body = Limited::new(request.into_body(), LARGEST).collect().await;
    let Ok(body) = body.map(http_body_util::Collected::to_bytes) else {
        return Ok(refused(StatusCode::PAYLOAD_TOO_LARGE, "too long"));
    };
    Ok(match serde_json::from_slice(&body) {
        Ok(wanted) => {
            shared.set(wanted);
            Response::new(shared.report().into())
        }
        Err(error) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
    })
}

fn refused(status: StatusCode, why: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(why.to_owned()));
    *response.status_mut() = status;
    response
}

impl Shared {
    pub(super) fn set(&self, wanted: Wanted) {
        if let Some(ahead) = wanted.clock_ms {
            self.clock_ms.store(ahead, Ordering::SeqCst);
        }
        *self.lock() = Broken {
            rules: wanted.rules,
            ..Broken::default()
        };
    }

    pub(super) fn report(&self) -> String {
        let state = self.lock();
        json!({"rules": state.rules, "calls": state.calls, "struck": state.struck, "clock_ms": self.ahead()})
            .to_string()
    }
}
