//! Finds the handler of a request. Handlers and extractors are axum's, and paths are matched by `matchit`, which axum's own router uses too. What
//! lies between the two there, a tower of services that is cloned and boxed for each request, cost an eighth of what our code costs in Wasm
//! (`docs/decisions.md`), and nothing of ours needs it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_kit::json::{BODY_LIMIT, BodyLimit};
use http_kit::log::{Level, event};
use http_kit::path::Parameters;
use http_kit::reply;

use crate::context::Context;
use crate::route::Route;

/// What a handler gives.
pub type Answer = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// A handler without its types, with the state of its component.
type Call = Box<dyn Fn(Request<Body>) -> Answer + Send + Sync>;

/// A handler that waits for the state.
pub(crate) type Stateless<S> = Box<dyn FnOnce(S) -> Call + Send + Sync>;

/// Takes the types of a handler away.
pub(crate) fn stateless<H, T, S>(handler: H) -> Stateless<S>
where
    H: Handler<T, S, Future = Answer>,
    S: Clone + Send + Sync + 'static,
{
    Box::new(move |state| Box::new(move |request| handler.clone().call(request, state.clone())))
}

/// The handlers of a component by path and method. `HEAD` is answered as `GET`; the gate takes the body off.
pub struct Router(matchit::Router<Resource>);

/// What a path answers to.
struct Resource {
    rows: Vec<Row>,
    allow: HeaderValue,
}

struct Row {
    route: Arc<Route>,
    call: Call,
}

impl Router {
    /// Rows of the same path stand together behind it.
    pub(crate) fn new<S: Clone>(rows: impl IntoIterator<Item = (Route, Stateless<S>)>, state: &S) -> Self {
        let mut paths: Vec<(&'static str, Vec<Row>)> = Vec::new();
        for (route, stateless) in rows {
            let path = route.path;
            let call = stateless(state.clone());
            let row = Row {
                route: Arc::new(route),
                call,
            };
            match paths.iter_mut().find(|(known, _)| *known == path) {
                Some((_, rows)) => rows.push(row),
                None => paths.push((path, vec![row])),
            }
        }
        let mut router = matchit::Router::new();
        for (path, rows) in paths {
            let allow = allow(rows.iter().map(|row| &row.route.method));
            if let Err(error) = router.insert(path, Resource { rows, allow }) {
                let fields = [("detail", error.to_string().into()), ("route", path.into())];
                event(Level::Error, "route_conflict", fields);
            }
        }
        Self(router)
    }

    /// Answers a request by its handler; a path or a method that nobody has by a bare 404 or 405. The context learns the route before the
    /// handler runs.
    pub(crate) async fn answer(&self, mut request: Request<Body>, context: &Context) -> Response<Body> {
        let Ok(found) = self.0.at(context.path()) else {
            return reply::empty(StatusCode::NOT_FOUND);
        };
        let Some(Row { route, call }) = found.value.row(request.method()) else {
            let mut response = reply::empty(StatusCode::METHOD_NOT_ALLOWED);
            response
                .headers_mut()
                .insert(header::ALLOW, found.value.allow.clone());
            return response;
        };
        context.notes().route = Some(Arc::clone(route));
        let extensions = request.extensions_mut();
        extensions.insert(context.clone());
        if !found.params.is_empty() {
            extensions.insert(Parameters::decode(found.params.iter().map(|(_, value)| value)));
        }
        if route.body_limit != BODY_LIMIT {
            extensions.insert(BodyLimit(route.body_limit));
        }
        call(request).await
    }
}

impl Resource {
    fn row(&self, method: &Method) -> Option<&Row> {
        let method = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        self.rows.iter().find(|row| row.route.method == *method)
    }
}

/// The value of `Allow` (RFC 9110, section 10.2.1).
fn allow<'a>(methods: impl Iterator<Item = &'a Method>) -> HeaderValue {
    let mut names = Vec::new();
    for method in methods {
        names.push(method.as_str());
        if *method == Method::GET {
            names.push("HEAD");
        }
    }
    // Names of methods are letters.
    HeaderValue::try_from(names.join(",")).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use axum::extract::State;
    use axum::http::Uri;
    use domain::{Clock, Id};
    use http_body_util::BodyExt;
    use http_kit::platform::{SystemClock, SystemRandom};
    use http_kit::{PathId, PathIds};

    use super::*;
    use crate::route::{Access, Cache, Compression, Limit};

    const ONE: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e71";
    const OTHER: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e72";

    type Row = (Route, Stateless<&'static str>);

    fn route(method: Method, path: &'static str) -> Route {
        Route {
            method,
            path,
            access: Access::Public,
            limit: Limit::SignIn,
            body_limit: 7,
            cache: Cache::NoStore,
            compression: Compression::Allowed,
        }
    }

    async fn list(State(name): State<&'static str>) -> String {
        format!("list of {name}")
    }

    async fn create() -> &'static str {
        "created"
    }

    async fn mine() -> &'static str {
        "mine"
    }

    async fn read(PathId(id): PathId<()>) -> String {
        id.to_string()
    }

    async fn inner(PathIds(outer, inner): PathIds<(), ()>) -> String {
        format!("{outer} {inner}")
    }

    async fn size(request: Request<Body>) -> Result<String, http_kit::Problem> {
        Ok(http_kit::json::read(request).await?.len().to_string())
    }

    fn router() -> Router {
        let rows: Vec<Row> = vec![
            (route(Method::GET, "/things"), stateless(list)),
            (route(Method::POST, "/things"), stateless(create)),
            (route(Method::GET, "/things/mine"), stateless(mine)),
            (route(Method::GET, "/things/{id}"), stateless(read)),
            (route(Method::GET, "/things/{id}/parts/{part}"), stateless(inner)),
            (route(Method::PUT, "/size"), stateless(size)),
        ];
        Router::new(rows, &"things")
    }

    fn context(request: &Request<Body>) -> Context {
        let (method, path) = (request.method(), request.uri().path());
        Context::new(
            method,
            path,
            request.headers(),
            0,
            SystemClock.now(),
            &SystemRandom,
        )
    }

    async fn ask(method: Method, path: &str, body: &'static str) -> (StatusCode, String, Context) {
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse::<Uri>().unwrap();
        let context = context(&request);
        let response = router().answer(request, &context).await;
        let status = response.status();
        let allow = response.headers().get(header::ALLOW).cloned();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let text = allow.map_or(body, |allow| allow.as_bytes().to_vec().into());
        (status, String::from_utf8(text.to_vec()).unwrap(), context)
    }

    async fn get(path: &str) -> (StatusCode, String) {
        let (status, text, _) = ask(Method::GET, path, "").await;
        (status, text)
    }

    fn ok(text: &str) -> (StatusCode, String) {
        (StatusCode::OK, text.to_owned())
    }

    #[tokio::test]
    async fn each_path_and_method_has_its_handler() {
        assert_eq!(get("/things").await, ok("list of things"));
        assert_eq!(get("/things?limit=2").await, ok("list of things"));
        assert_eq!(get("/things/mine").await, ok("mine"));
        let (status, text, _) = ask(Method::POST, "/things", "").await;
        assert_eq!((status, text), ok("created"));
        let (status, text, _) = ask(Method::HEAD, "/things", "").await;
        assert_eq!(
            (status, text),
            ok("list of things"),
            "the gate takes the body off"
        );
    }

    #[tokio::test]
    async fn ids_are_read_out_of_the_path() {
        assert_eq!(get(&format!("/things/{ONE}")).await, ok(ONE));
        let escaped = format!("/things/%30{}", &ONE[1..]);
        assert_eq!(
            get(&escaped).await,
            ok(ONE),
            "RFC 3986, section 2.3: the same letter"
        );
        let both = format!("{ONE} {OTHER}");
        assert_eq!(get(&format!("/things/{ONE}/parts/{OTHER}")).await, ok(&both));
        let fresh = Id::<()>::new(SystemClock.now(), &SystemRandom).to_string();
        assert_eq!(get(&format!("/things/{fresh}")).await, ok(&fresh));
    }

    #[tokio::test]
    async fn what_nobody_has_is_a_bare_refusal() {
        for path in [
            "/",
            "/thing",
            "/things/",
            "/things/a/b",
            "//things",
            "/things/{id}/parts",
        ] {
            let path = path.replace('{', "%7B").replace('}', "%7D");
            let (status, text, context) = ask(Method::GET, &path, "").await;
            assert_eq!((status, text.as_str()), (StatusCode::NOT_FOUND, ""), "{path}");
            assert!(context.notes().route.is_none());
        }
        let (status, allow, context) = ask(Method::DELETE, "/things", "").await;
        assert_eq!(
            (status, allow.as_str()),
            (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST")
        );
        assert!(context.notes().route.is_none());
        let (_, allow, _) = ask(Method::OPTIONS, "/size", "").await;
        assert_eq!(allow, "PUT");
    }

    #[tokio::test]
    async fn the_context_and_the_body_follow_the_route() {
        let (_, _, known) = ask(Method::GET, "/things", "").await;
        assert_eq!(known.limit(), Limit::SignIn);
        let (_, length, _) = ask(Method::PUT, "/size", "1234567").await;
        assert_eq!(length, "7");
        let request = Request::put("/size").body(Body::from("12345678")).unwrap();
        let context = context(&request);
        let mut response = router().answer(request, &context).await;
        let problem = response.extensions_mut().remove::<http_kit::Problem>().unwrap();
        assert_eq!(problem.code(), http_kit::Code::BodyTooLarge);
    }
}
