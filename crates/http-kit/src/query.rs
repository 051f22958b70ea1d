//! Query strings, read into a type; an unknown or repeated parameter is refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::text::Line;

use crate::doc::Parameter;
use crate::problem::{Code, Problem};

/// The parameters of a query string.
#[derive(Debug, Default)]
pub struct Pairs {
    given: Vec<(String, String)>,
    /// What was asked for, so that the documents can be held to it.
    #[cfg(not(target_family = "wasm"))]
    asked: Vec<String>,
}

impl Pairs {
    /// Splits and decodes a query string.
    pub fn parse(query: &str) -> Self {
        Self {
            given: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            #[cfg(not(target_family = "wasm"))]
            asked: Vec::new(),
        }
    }

    /// Takes the parameter `name` out, parsed.
    ///
    /// # Errors
    /// [`Code::InvalidQuery`] naming the parameter when it stands there twice or `parse` gives `None`.
    pub fn take<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let invalid = || Problem::new(Code::InvalidQuery).at(format!("`{name}`"));
        #[cfg(not(target_family = "wasm"))]
        self.asked.push(name.to_owned());
        let Some(position) = self.given.iter().position(|(known, _)| known == name) else {
            return Ok(None);
        };
        let (_, value) = self.given.swap_remove(position);
        if self.given.iter().any(|(known, _)| known == name) {
            return Err(invalid());
        }
        parse(&value).map(Some).ok_or_else(invalid)
    }

    fn refuse_control_characters(&self) -> Result<(), Problem> {
        let odd = |text: &str| text.chars().any(char::is_control);
        match self.given.iter().find(|(name, value)| odd(name) || odd(value)) {
            None => Ok(()),
            Some((name, _)) => Err(Problem::new(Code::ControlCharacter).at(format!("`{}`", shortened(name)))),
        }
    }

    /// The parameters that were asked for.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn into_asked(self) -> Vec<String> {
        self.asked
    }

    /// Ends reading.
    ///
    /// # Errors
    /// [`Code::InvalidQuery`] naming a parameter that nobody took.
    pub fn finish(self) -> Result<(), Problem> {
        match self.given.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::new(Code::InvalidQuery).at(format!("`{}`", shortened(name)))),
        }
    }
}

/// A name that a client made up, as it can be shown: without what hides in a text or turns it.
fn shortened(name: &str) -> String {
    let beginning: String = name.chars().take(40).collect();
    Line::<40>::parse(&beginning).map_or_else(|_| "?".to_owned(), |line| line.as_str().to_owned())
}

/// A type that a query string can be read into.
pub trait FromQuery: Sized {
    /// Takes its parameters out of the pairs.
    ///
    /// # Errors
    /// The first [`Problem`] that it meets.
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem>;

    /// The parameters for the documents (OPS-6): those that `from_query` takes.
    fn parameters() -> Vec<Parameter>;
}

/// The query string as a `T`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: FromQuery, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut pairs = Pairs::parse(parts.uri.query().unwrap_or_default());
        pairs.refuse_control_characters()?;
        let value = T::from_query(&mut pairs)?;
        pairs.finish()?;
        Ok(Self(value))
    }
}

/// The most items on a page (CONV-5).
pub(crate) const LIMIT_MOST: u8 = 100;
/// The items on a page for which nobody says how many.
pub(crate) const LIMIT_DEFAULT: u8 = 20;

/// The `limit` of a list (CONV-5): 1 to 100, 20 by default.
///
/// # Errors
/// [`Code::InvalidQuery`].
pub fn limit(pairs: &mut Pairs) -> Result<u8, Problem> {
    let limit = pairs.take("limit", |raw| {
        raw.parse().ok().filter(|limit| (1..=LIMIT_MOST).contains(limit))
    })?;
    Ok(limit.unwrap_or(LIMIT_DEFAULT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit_of(query: &str) -> Result<u8, Code> {
        let mut pairs = Pairs::parse(query);
        pairs
            .refuse_control_characters()
            .map_err(|problem| problem.code())?;
        let limit = limit(&mut pairs).map_err(|problem| problem.code())?;
        pairs.finish().map_err(|problem| problem.code())?;
        Ok(limit)
    }

    #[test]
    fn limits_and_strangers() {
        assert_eq!(limit_of(""), Ok(20));
        assert_eq!(limit_of("limit=100"), Ok(100));
        for query in [
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=1&limit=2",
            "limits=1",
            "limit=5&x",
        ] {
            assert_eq!(limit_of(query), Err(Code::InvalidQuery), "{query}");
        }
        for (query, shown) in [
            ("a%E2%80%AEb=1", "`ab`"),
            ("%E2%81%A6=1", "`?`"),
            ("e%CC%81", "`\u{e9}`"),
        ] {
            let problem = Pairs::parse(query).finish().unwrap_err();
            assert!(format!("{problem:?}").contains(shown), "{query}: {problem:?}");
        }
        for query in ["limit=5%00", "q=a%0Ab", "a%7F=1"] {
            assert_eq!(limit_of(query), Err(Code::ControlCharacter), "{query}");
        }
    }
}
