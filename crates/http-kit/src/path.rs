//! Ids in paths.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::Id;

use crate::problem::{Code, Problem};

/// The id in a path with one parameter. What is no id names nothing: 404.
pub struct PathId<Entity>(pub Id<Entity>);

impl<Entity, S: Send + Sync> FromRequestParts<S> for PathId<Entity> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let not_found = || Problem::new(Code::NotFound);
        let Path(raw) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| not_found())?;
        Id::parse(&raw).map(Self).map_err(|_| not_found())
    }
}

/// The ids in a path with two parameters, in their order. What is no id names nothing: 404.
pub struct PathIds<Outer, Inner>(pub Id<Outer>, pub Id<Inner>);

impl<Outer, Inner, S: Send + Sync> FromRequestParts<S> for PathIds<Outer, Inner> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let not_found = || Problem::new(Code::NotFound);
        let Path((outer, inner)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| not_found())?;
        let outer = Id::parse(&outer).map_err(|_| not_found())?;
        let inner = Id::parse(&inner).map_err(|_| not_found())?;
        Ok(Self(outer, inner))
    }
}
