//! Ids in paths.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::Id;
use percent_encoding::percent_decode_str;

use crate::problem::{Code, Problem};

/// What stands where a path has parameters, decoded, in their order; an extension of its requests.
#[derive(Clone, Debug)]
pub struct Parameters(Vec<String>);

impl Parameters {
    /// Takes them as they stand in the path. What is no UTF-8 gets a mark in its place that no id holds.
    pub fn decode<'a>(raw: impl Iterator<Item = &'a str>) -> Self {
        let decoded = raw.map(|value| percent_decode_str(value).decode_utf8_lossy().into_owned());
        Self(decoded.collect())
    }

    /// The parameters of a request, if there are as many as that.
    fn of<const N: usize>(parts: &Parts) -> Option<&[String; N]> {
        let Self(values) = parts.extensions.get()?;
        values.as_slice().try_into().ok()
    }
}

/// The id in a path with one parameter. What is no id names nothing: 404.
pub struct PathId<Entity>(pub Id<Entity>);

impl<Entity, S: Send + Sync> FromRequestParts<S> for PathId<Entity> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let [raw] = Parameters::of(parts).ok_or_else(nothing)?;
        Ok(Self(id(raw)?))
    }
}

/// The ids in a path with two parameters, in their order. What is no id names nothing: 404.
pub struct PathIds<Outer, Inner>(pub Id<Outer>, pub Id<Inner>);

impl<Outer, Inner, S: Send + Sync> FromRequestParts<S> for PathIds<Outer, Inner> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let [outer, inner] = Parameters::of(parts).ok_or_else(nothing)?;
        Ok(Self(id(outer)?, id(inner)?))
    }
}

fn id<Entity>(raw: &str) -> Result<Id<Entity>, Problem> {
    Id::parse(raw).map_err(|_| nothing())
}

fn nothing() -> Problem {
    Problem::new(Code::NotFound)
}
