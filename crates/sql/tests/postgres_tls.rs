//! TLS to a server that only shakes hands: with the authority of a file, without it, and under another name (OPS-2).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sql::native::tls;
use tokio_postgres::config::SslMode;

/// Asks for TLS: the length and the code of an SSLRequest (PostgreSQL, "Message Formats").
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// AuthenticationOk and ReadyForQuery.
const WELCOME: [u8; 15] = [b'R', 0, 0, 0, 8, 0, 0, 0, 0, b'Z', 0, 0, 0, 5, b'I'];

/// A server for one connection, whose certificate is for `localhost`; gives its port and the file of its authority, which is itself.
fn server(name: &str) -> (u16, PathBuf) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pem"));
    std::fs::write(&file, cert.pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 8];
        stream.read_exact(&mut request).unwrap();
        assert_eq!(request, SSL_REQUEST);
        stream.write_all(b"S").unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        // The startup message, if the client goes on; then it stays until the client leaves.
        let mut length = [0; 4];
        if stream.read_exact(&mut length).is_ok() {
            let mut startup = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap() - 4];
            stream.read_exact(&mut startup).unwrap();
            stream.write_all(&WELCOME).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    (port, file)
}

fn config(host: &str, port: u16) -> tokio_postgres::Config {
    let address = format!("postgres://realcare@{host}:{port}/realcare?sslmode=require");
    let mut config: tokio_postgres::Config = address.parse().unwrap();
    config.hostaddr("127.0.0.1".parse().unwrap());
    config
}

#[tokio::test]
async fn an_authority_of_a_file_vouches_for_the_server() {
    let (port, file) = server("known");
    let connected = config("localhost", port)
        .connect(tls::trusting(Some(&file)).unwrap())
        .await;
    assert!(connected.is_ok(), "{:?}", connected.err());
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_refused() {
    let (port, _) = server("unknown");
    let refused = config("localhost", port)
        .connect(tls::trusting(None).unwrap())
        .await;
    let said = format!("{:?}", refused.err().expect("a stranger"));
    assert!(said.contains("UnknownIssuer"), "{said}");
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let (port, file) = server("other");
    let refused = config("db.example.com", port)
        .connect(tls::trusting(Some(&file)).unwrap())
        .await;
    let said = format!("{:?}", refused.err().expect("another name"));
    assert!(said.contains("NotValidForName"), "{said}");
}

#[test]
fn tls_is_spoken_where_the_address_asks_for_it() {
    for (mode, speaks) in [
        (SslMode::Disable, false),
        (SslMode::Prefer, false),
        (SslMode::Require, true),
    ] {
        assert_eq!(tls::connector(mode).unwrap().is_some(), speaks, "{mode:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let refused = tls::trusting(Some("/nonexistent/ca.pem".as_ref())).err();
    let said = refused.expect("no file");
    assert!(said.contains("PGSSLROOTCERT /nonexistent/ca.pem"), "{said}");
}
