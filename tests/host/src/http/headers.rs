//! What the host adds to a request and takes out of it.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use http::{
    HeaderName, HeaderValue, Request, Uri,
    header::{CONNECTION, HOST},
    uri::{Authority, Scheme},
};

use super::router::Match;

/// Drops headers that concern the connection only.
pub fn strip<B>(request: &mut Request<B>) {
    request.headers_mut().remove(CONNECTION);
    let to_component = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .is_some_and(is_chained);
    if to_component {
        request.headers_mut().remove(HOST);
    }
}

/// Hosts below `spin.internal` mean components, which only components may address.
fn is_chained(host: &str) -> bool {
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host.split_once('.')
        .is_some_and(|(_, domain)| domain == "spin.internal")
}

/// Gives the request a full URI: scheme of the connection, authority of the `host` header.
///
/// # Errors
/// No host, or two that differ.
pub fn complete_uri<B>(request: &mut Request<B>, scheme: Scheme) -> Result<()> {
    let header: Option<Authority> = match request.headers().get(HOST) {
        Some(host) => Some(
            host.to_str()?
                .parse()
                .context("the host header is not an authority")?,
        ),
        None => None,
    };
    let mut parts = request.uri().clone().into_parts();
    let authority = match (header, parts.authority.take()) {
        (Some(header), Some(uri)) if header != uri => bail!("the host header differs from the request's URI"),
        (Some(authority), _) | (None, Some(authority)) => authority,
        (None, None) => bail!("the request names no host"),
    };
    parts.scheme = Some(scheme);
    parts.authority = Some(authority);
    *request.uri_mut() = Uri::from_parts(parts)?;
    Ok(())
}

/// Appends the `spin-*` headers, after whatever the client sent under the same names.
///
/// # Errors
/// A header of the client that is not UTF-8.
pub fn append<B>(request: &mut Request<B>, found: &Match<'_>, client: SocketAddr) -> Result<()> {
    for value in request.headers().values() {
        std::str::from_utf8(value.as_bytes()).context("a header is not UTF-8")?;
    }
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let scheme = request.uri().scheme_str().unwrap_or("http");
    let mut added = vec![
        ("spin-path-info".to_owned(), found.rest.clone()),
        ("spin-full-url".to_owned(), format!("{scheme}://{host}{path}")),
        ("spin-matched-route".to_owned(), found.route.normal.clone()),
        ("spin-base-path".to_owned(), "/".to_owned()),
        ("spin-raw-component-route".to_owned(), found.route.raw.clone()),
        ("spin-component-route".to_owned(), found.route.prefix().to_owned()),
        ("spin-client-addr".to_owned(), client.to_string()),
    ];
    for (name, value) in &found.parameters {
        let name = name.to_ascii_lowercase().replace('_', "-");
        added.push((format!("spin-path-match-{name}"), value.clone()));
    }
    let added = added.into_iter().filter_map(|(name, value)| {
        Some((
            name.parse::<HeaderName>().ok()?,
            HeaderValue::from_str(&value).ok()?,
        ))
    });
    for (name, value) in added {
        request.headers_mut().append(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        http::router::{Route, Router},
        manifest::Target,
    };

    #[test]
    fn the_address_of_the_client_comes_last() {
        let router =
            Router::new([(Route::parse("/a/:x/...").unwrap(), Target::Component("c".into()))]).unwrap();
        let mut request = Request::get("/a/b/c/d?q=1")
            .header("host", "h:1")
            .header("spin-client-addr", "1.1.1.1:1")
            .body(())
            .unwrap();
        complete_uri(&mut request, Scheme::HTTP).unwrap();
        append(
            &mut request,
            &router.find("/a/b/c/d").unwrap(),
            "9.9.9.9:9".parse().unwrap(),
        )
        .unwrap();
        let headers = request.headers();
        let addresses: Vec<_> = headers.get_all("spin-client-addr").iter().collect();
        assert_eq!(addresses, ["1.1.1.1:1", "9.9.9.9:9"]);
        assert_eq!(headers["spin-full-url"], "http://h:1/a/b/c/d?q=1");
        assert_eq!(headers["spin-path-info"], "/c/d");
        assert_eq!(headers["spin-path-match-x"], "b");
        assert_eq!(headers["spin-component-route"], "/a/:x");
    }

    #[test]
    fn a_request_needs_one_host() {
        let mut request = Request::get("/a").body(()).unwrap();
        assert!(complete_uri(&mut request, Scheme::HTTP).is_err());
        let mut request = Request::get("http://a/a").header("host", "b").body(()).unwrap();
        assert!(complete_uri(&mut request, Scheme::HTTP).is_err());
    }
}
