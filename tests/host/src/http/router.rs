//! Which component answers which path.
//!
//! Exact routes win over named parameters, those over trailing wildcards, and longer prefixes over shorter ones; the
//! `routefinder` crate decides that, as it does on Spin. Paths under `/.well-known/spin/` never reach a component.

use std::borrow::Cow;

use routefinder::RouteSpec;

use crate::manifest::Target;

/// Paths under this prefix belong to the host.
pub const RESERVED_PREFIX: &str = "/.well-known/spin/";

/// A route as written in the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As written.
    pub raw: String,
    /// With a leading and without a trailing slash.
    pub normal: String,
}

impl Route {
    /// Parses `/exact`, `/with/:param` or `/prefix/...`.
    ///
    /// # Errors
    /// The router's own words about what is wrong.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let absolute = if raw.starts_with('/') {
            raw.to_owned()
        } else {
            format!("/{raw}")
        };
        let normal = absolute.strip_suffix('/').unwrap_or(&absolute).to_owned();
        let route = Self {
            raw: raw.to_owned(),
            normal,
        };
        route.spec().map(|_| route)
    }

    fn spec(&self) -> Result<RouteSpec, String> {
        match self.normal.strip_suffix("/...") {
            Some(prefix) => format!("{prefix}/*").as_str().try_into(),
            None => self.normal.as_str().try_into(),
        }
    }

    /// The route without its trailing wildcard.
    pub fn prefix(&self) -> &str {
        self.raw.strip_suffix("/...").unwrap_or(&self.raw)
    }

    /// The route as the start message shows it.
    pub fn shown(&self) -> String {
        match self
            .normal
            .strip_suffix("/...")
            .or_else(|| self.normal.strip_suffix("/*"))
        {
            Some(prefix) => format!("{prefix} (wildcard)"),
            None => self.normal.clone(),
        }
    }
}

/// All routes of an app.
pub struct Router {
    inner: routefinder::Router<(Route, Target)>,
}

/// What a path matched.
pub struct Match<'a> {
    /// The route.
    pub route: Cow<'a, Route>,
    /// Who answers.
    pub target: &'a Target,
    /// Part of the path taken by the trailing wildcard, with its slashes.
    pub rest: String,
    /// Values of `:named` segments.
    pub parameters: Vec<(String, String)>,
}

impl Router {
    /// Collects routes; of two that are the same the later one counts, as on Spin.
    ///
    /// # Errors
    /// The router's own words about a route that it cannot hold.
    pub fn new(routes: impl IntoIterator<Item = (Route, Target)>) -> Result<Self, String> {
        let mut kept: Vec<(Route, Target)> = Vec::new();
        for (route, target) in routes {
            match kept.iter_mut().find(|(other, _)| other.raw == route.raw) {
                Some(earlier) => *earlier = (route, target),
                None => kept.push((route, target)),
            }
        }
        let mut inner = routefinder::Router::new();
        for (route, target) in kept {
            let spec = route.spec()?;
            inner
                .add(spec, (route, target))
                .map_err(|error| error.to_string())?;
        }
        Ok(Self { inner })
    }

    /// The routes, best first.
    pub fn routes(&self) -> impl Iterator<Item = &(Route, Target)> {
        self.inner.iter().map(|(_, entry)| entry)
    }

    /// Finds who answers `path`.
    pub fn find<'a>(&'a self, path: &str) -> Option<Match<'a>> {
        let found = self.inner.best_match(path)?;
        let (route, target) = found.handler();
        let captures = found.captures();
        let rest = captures
            .wildcard()
            .map(|rest| with_slashes(rest, path))
            .unwrap_or_default();
        let parameters = captures
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(Match {
            route: Cow::Borrowed(route),
            target,
            rest,
            parameters,
        })
    }
}

/// The router drops outer slashes of what a wildcard took; guests have always been handed them.
fn with_slashes(rest: &str, path: &str) -> String {
    match (rest.is_empty(), path.ends_with('/')) {
        (true, false) => String::new(),
        (true, true) => "/".into(),
        (false, false) => format!("/{rest}"),
        (false, true) => format!("/{rest}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(routes: &[&str]) -> Router {
        Router::new(
            routes
                .iter()
                .map(|raw| (Route::parse(raw).unwrap(), Target::Component((*raw).to_owned()))),
        )
        .unwrap()
    }

    fn component<'a>(router: &'a Router, path: &str) -> Option<&'a str> {
        match router.find(path)?.target {
            Target::Component(id) => Some(id),
            Target::Static(_) => None,
        }
    }

    #[test]
    fn the_most_specific_route_wins() {
        let router = router(&[
            "/...",
            "/api/...",
            "/api/v1/users",
            "/api/v1/:thing",
            "/api/v1/:thing/...",
        ]);
        for (path, expected) in [
            ("/", "/..."),
            ("/else", "/..."),
            ("/api", "/api/..."),
            ("/api/v2/x", "/api/..."),
            ("/api/v1/users", "/api/v1/users"),
            ("/api/v1/users/", "/api/v1/users"),
            ("/api/v1/other", "/api/v1/:thing"),
            ("/api/v1/other/deep", "/api/v1/:thing/..."),
        ] {
            assert_eq!(component(&router, path), Some(expected), "{path}");
        }
    }

    #[test]
    fn tells_what_wildcards_and_parameters_took() {
        let router = router(&["/base/...", "/user/:id"]);
        for (path, rest) in [
            ("/base", ""),
            ("/base/", "/"),
            ("/base/a/b", "/a/b"),
            ("/base/a/", "/a/"),
        ] {
            assert_eq!(router.find(path).unwrap().rest, rest, "{path}");
        }
        let found = router.find("/user/42").unwrap();
        assert_eq!(found.parameters, [("id".to_owned(), "42".to_owned())]);
        assert!(router.find("/nothing").is_none());
    }

    #[test]
    fn a_later_duplicate_counts() {
        let routes = [("a", "first"), ("a", "second")]
            .map(|(raw, id)| (Route::parse(raw).unwrap(), Target::Component(id.into())));
        assert_eq!(component(&Router::new(routes).unwrap(), "/a"), Some("second"));
    }
}
