//! Routes as data (GUARD-1): method, path, who may call, which limit; the router is made from the table.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};

use crate::identity::{Admin, Anonymous, Caller};
use crate::state::Guarded;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever has a valid access token.
    User,
    /// The people who run the service.
    Admin,
}

/// Which limit a route charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The caller's tier, or the anonymous limit of the address.
    Standard,
    /// The limit of sign-in attempts, per address; the handler charges the account.
    SignIn,
    /// None (OPS-1).
    Unlimited,
}

/// One row of a component's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Which limit it charges.
    pub limit: Limit,
}

/// A row with its handler.
pub struct Entry<S> {
    route: Route,
    handler: MethodRouter<S>,
}

/// A handler whose first argument is the identity `I`. Sealed by what axum makes of a function: the tuple of its arguments
/// behind a marker.
pub trait Serves<I> {}
impl<M, I> Serves<I> for (M, I) {}
impl<M, I, A> Serves<I> for (M, I, A) {}
impl<M, I, A, B> Serves<I> for (M, I, A, B) {}
impl<M, I, A, B, C> Serves<I> for (M, I, A, B, C) {}
impl<M, I, A, B, C, D> Serves<I> for (M, I, A, B, C, D) {}
impl<M, I, A, B, C, D, E> Serves<I> for (M, I, A, B, C, D, E) {}

/// A route for anybody; its handler takes [`Anonymous`] first.
pub fn public<S, H, T>(method: MethodFilter, path: &'static str, limit: Limit, handler: H) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S>,
    T: Serves<Anonymous> + 'static,
{
    entry(method, path, Access::Public, limit, handler)
}

/// A route for whoever is signed in; its handler takes [`Caller`] first.
pub fn user<S, H, T>(method: MethodFilter, path: &'static str, handler: H) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S>,
    T: Serves<Caller> + 'static,
{
    entry(method, path, Access::User, Limit::Standard, handler)
}

/// A route for the people who run the service; its handler takes [`Admin`] first.
pub fn admin<S, H, T>(method: MethodFilter, path: &'static str, handler: H) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S>,
    T: Serves<Admin> + 'static,
{
    entry(method, path, Access::Admin, Limit::Standard, handler)
}

fn entry<S, H, T>(
    filter: MethodFilter,
    path: &'static str,
    access: Access,
    limit: Limit,
    handler: H,
) -> Entry<S>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S>,
    T: 'static,
{
    let route = Route {
        method: method(filter),
        path,
        access,
        limit,
    };
    let handler = on(filter, handler).layer(Extension(route.clone()));
    Entry { route, handler }
}

/// The table of a component, for the documents and the access test.
pub fn table<S>(entries: &[Entry<S>]) -> Vec<Route> {
    entries.iter().map(|entry| entry.route.clone()).collect()
}

/// The router of a component.
pub fn router<G: Guarded>(entries: Vec<Entry<Arc<G>>>, state: Arc<G>) -> Router {
    let router = entries.into_iter().fold(Router::new(), |router, entry| {
        router.route(entry.route.path, entry.handler)
    });
    router.with_state(state)
}

fn method(filter: MethodFilter) -> Method {
    let known = [
        (MethodFilter::GET, Method::GET),
        (MethodFilter::POST, Method::POST),
        (MethodFilter::PUT, Method::PUT),
        (MethodFilter::PATCH, Method::PATCH),
        (MethodFilter::DELETE, Method::DELETE),
    ];
    known
        .into_iter()
        .find(|(known, _)| *known == filter)
        .map_or(Method::OPTIONS, |(_, method)| method)
}
