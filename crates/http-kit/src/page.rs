//! Pages of lists (CONV-5): `?limit=` and `?cursor=` in, `{items, next_cursor}` out. One row more than the limit is read; it tells
//! whether there is a next page.

use domain::Id;

use crate::cursor::Cursors;
use crate::doc::Parameter;
use crate::problem::Problem;
use crate::query::{FromQuery, LIMIT_DEFAULT, LIMIT_MOST, Pairs, limit};
use crate::reply::Page;

/// Which page of a list somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u8,
    cursor: Option<String>,
}

impl FromQuery for PageRequest {
    fn from_query(pairs: &mut Pairs) -> Result<Self, Problem> {
        let cursor = pairs.take("cursor", |raw| Some(raw.to_owned()))?;
        Ok(Self {
            limit: limit(pairs)?,
            cursor,
        })
    }

    fn parameters() -> Vec<Parameter> {
        vec![
            Parameter::query::<String>(
                "cursor",
                "Where the page begins: the `next_cursor` of the page before.",
            ),
            Parameter::number(
                "limit",
                "How many items at most.",
                1..=LIMIT_MOST.into(),
                LIMIT_DEFAULT.into(),
            ),
        ]
    }
}

impl PageRequest {
    /// The id after which the page begins; `None` for the first page.
    ///
    /// # Errors
    /// [`Code::InvalidCursor`](crate::Code::InvalidCursor).
    pub fn after<Entity>(&self, cursors: &Cursors) -> Result<Option<Id<Entity>>, Problem> {
        self.cursor
            .as_ref()
            .map(|cursor| cursors.open_id(cursor))
            .transpose()
    }

    /// The position after which the page begins, for a list that is not sorted by id alone; `None` for the first page.
    ///
    /// # Errors
    /// [`Code::InvalidCursor`](crate::Code::InvalidCursor).
    pub fn position(&self, cursors: &Cursors) -> Result<Option<String>, Problem> {
        self.cursor
            .as_ref()
            .map(|cursor| cursors.open(cursor))
            .transpose()
    }

    /// How many rows to read: the limit, and one more.
    pub const fn rows(&self) -> u8 {
        self.limit + 1
    }

    /// The page out of the rows that were read.
    pub fn page<T, Entity, V>(
        &self,
        found: Vec<T>,
        cursors: &Cursors,
        id: impl Fn(&T) -> Id<Entity>,
        view: impl FnMut(T) -> V,
    ) -> Page<V> {
        self.page_by(found, cursors, |one| id(one).to_string(), view)
    }

    /// The same for a list that is not sorted by id alone.
    pub fn page_by<T, V>(
        &self,
        mut found: Vec<T>,
        cursors: &Cursors,
        position: impl Fn(&T) -> String,
        view: impl FnMut(T) -> V,
    ) -> Page<V> {
        let limit = usize::from(self.limit);
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| more);
        let next_cursor = last.map(|last| cursors.seal(&position(last)));
        Page {
            items: found.into_iter().map(view).collect(),
            next_cursor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::SystemRandom;
    use domain::Timestamp;

    fn request(query: &str) -> PageRequest {
        PageRequest::from_query(&mut Pairs::parse(query)).unwrap()
    }

    #[test]
    fn pages_follow_each_other_until_the_last() {
        let cursors = Cursors::new([7; 32], "numbers");
        let ids: Vec<Id<()>> = (0..5)
            .map(|second| Id::new(Timestamp::from_micros(second * 1_000_000), &SystemRandom))
            .collect();
        let mut query = "limit=2".to_owned();
        let mut seen = Vec::new();
        loop {
            let request = request(&query);
            let after = request.after::<()>(&cursors).unwrap();
            let rest = ids
                .iter()
                .copied()
                .filter(|id| after.is_none_or(|after| id.uuid() > after.uuid()));
            let found: Vec<_> = rest.take(usize::from(request.rows())).collect();
            let page = request.page(found, &cursors, |id| *id, |id| id);
            assert!(page.items.len() <= 2);
            seen.extend(page.items);
            match page.next_cursor {
                Some(cursor) => query = format!("limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, ids);
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = Cursors::new([7; 32], "others").seal("018f4e5a-0000-7000-8000-0000000000aa");
        let asked = request(&format!("cursor={cursor}"));
        assert!(asked.after::<()>(&Cursors::new([7; 32], "numbers")).is_err());
        assert_eq!(asked.rows(), 21);
    }
}
