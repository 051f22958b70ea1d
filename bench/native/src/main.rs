//! `realcare-bench-native ADDRESS DATABASE`: serves the routes of `signals`, and one that is the guard alone, without Wasm. The
//! configuration comes from the variables that Spin would read (`SPIN_VARIABLE_<NAME>`); counters and revocations are in memory, the
//! database is the file. One thread, because it is measured on one core.

mod guard_alone;
mod state;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::Body;
use guard::Gate;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, database] = arguments.as_slice() else {
        anyhow::bail!(
            "usage: realcare-bench-native ADDRESS DATABASE, for example 127.0.0.1:3001 realcare.db"
        );
    };
    let address: SocketAddr = address.parse().context("the address is not one")?;
    let gate = Arc::new(state::build(PathBuf::from(database))?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(serve(address, gate))
}

async fn serve(address: SocketAddr, gate: Arc<Gate>) -> Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    let connections = tokio::task::LocalSet::new();
    connections
        .run_until(async {
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                tokio::task::spawn_local(connection(stream, Arc::clone(&gate)));
            }
        })
        .await
}

async fn connection(stream: TcpStream, gate: Arc<Gate>) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let gate = Arc::clone(&gate);
        async move { Ok::<_, std::convert::Infallible>(gate.handle(request.map(Body::new)).await) }
    });
    // A client that hangs up is no news.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
