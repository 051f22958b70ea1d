//! TLS to a Postgres server, for the tools: the address asks for it by `sslmode=require`, as a managed server wants it.
//!
//! The server has to prove who it is, as in libpq's `verify-full`. Mozilla's authorities vouch for it, and those in the file that the
//! environment variable `PGSSLROOTCERT` names: libpq's own, so that `pg_dump` and `pg_restore` follow the same file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Names the file of authorities, in PEM.
pub const AUTHORITIES: &str = "PGSSLROOTCERT";

/// What connects, if the address asks for TLS.
///
/// # Errors
/// What is wrong with the file of authorities.
pub fn connector(mode: SslMode) -> Result<Option<MakeRustlsConnect>, String> {
    if mode != SslMode::Require {
        return Ok(None);
    }
    let file = std::env::var_os(AUTHORITIES).filter(|file| !file.is_empty());
    trusting(file.map(PathBuf::from).as_deref()).map(Some)
}

/// What connects to servers that Mozilla's authorities or those of a file vouch for.
///
/// # Errors
/// What is wrong with the file.
pub fn trusting(file: Option<&Path>) -> Result<MakeRustlsConnect, String> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(file) = file {
        let wrong = |error: &dyn std::fmt::Display| format!("{AUTHORITIES} {}: {error}", file.display());
        let certificates = CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| wrong(&error))?;
            roots.add(certificate).map_err(|error| wrong(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
