//! What must hold of the data between any two statements, whatever was cut off, lost or tried at once (QUAL-3): as queries for what
//! violates it. Reading only; `docs/invariants.md` is the list for people.
//!
//! They read across persons, for tests and operators: nothing but ids comes out, and no component calls them.

mod accounts;
mod contracts;
mod events;
mod mails;
mod signals;

use std::borrow::Cow;
use std::time::Duration;

use domain::Timestamp;
use sql::{Database, Engine, Error, Value};

use crate::codec::at;

/// Marks of instants in the queries, at most one in each, and how long ago they are.
const INSTANTS: [(&str, Duration); 3] = [
    (":now", Duration::ZERO),
    (":day_ago", Duration::from_secs(24 * 60 * 60)),
    // A day less than the time after which what is over is swept.
    (":month_ago", Duration::from_secs(29 * 24 * 60 * 60)),
];

/// Something that always holds.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// A stable name, in `snake_case`.
    pub name: &'static str,
    /// What holds, as a sentence.
    pub holds: &'static str,
    /// Gives a row with a column `id` (text) for everything of which it does not.
    query: Cow<'static, str>,
}

/// How often an invariant does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    /// How often.
    pub count: u32,
    /// The id of one of the rows.
    pub example: Option<String>,
}

/// Every invariant, in the order of the document.
pub fn all(engine: Engine) -> Vec<Invariant> {
    let mut all = accounts::INVARIANTS.to_vec();
    all.extend_from_slice(signals::INVARIANTS);
    all.extend_from_slice(contracts::INVARIANTS);
    all.extend_from_slice(mails::INVARIANTS);
    all.extend(events::invariants(engine));
    all
}

/// Looks for what violates an invariant at `now`. One statement, so that what happens meanwhile is seen whole or not at all.
///
/// # Errors
/// [`Error`].
pub async fn violations(db: &Database, invariant: &Invariant, now: Timestamp) -> Result<Violations, Error> {
    let (query, parameters) = bound(&invariant.query, now);
    let statement = format!("SELECT COUNT(*), MIN(v.id) FROM ({query}) v");
    let row = db.query_optional(&statement, parameters).await?;
    let Some(row) = row else {
        return Ok(Violations {
            count: 0,
            example: None,
        });
    };
    Ok(Violations {
        count: u32::try_from(row.get::<i64>(0)?).unwrap_or(u32::MAX),
        example: row.get(1)?,
    })
}

fn bound(query: &str, now: Timestamp) -> (String, Vec<Value>) {
    let found = INSTANTS.iter().find(|(mark, _)| query.contains(mark));
    match found {
        Some((mark, ago)) => (query.replace(mark, "$1"), vec![at(now.minus(*ago))]),
        None => (query.to_owned(), Vec::new()),
    }
}

const fn invariant(name: &'static str, holds: &'static str, query: &'static str) -> Invariant {
    Invariant {
        name,
        holds,
        query: Cow::Borrowed(query),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_a_query_names_one_instant() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let all = all(engine);
            let names: BTreeSet<_> = all.iter().map(|one| one.name).collect();
            assert_eq!(names.len(), all.len());
            for one in all {
                let marks = INSTANTS.iter().filter(|(mark, _)| one.query.contains(mark));
                assert!(marks.count() <= 1, "{}", one.name);
                assert!(
                    one.holds.ends_with('.') && one.query.contains(" AS id "),
                    "{}",
                    one.name
                );
            }
        }
    }
}
