//! Where a page of interests begins: the instant and the id of the one before.

use domain::{Id, Timestamp};
use http_kit::cursor::Cursors;
use http_kit::page::PageRequest;
use http_kit::{Code, Problem};
use store::interest::{Position, Stored};

/// The text that a cursor seals.
pub fn of(interest: &Stored) -> String {
    format!("{} {}", interest.created_at, interest.id)
}

/// The position behind the cursor of a request.
pub fn read(page: &PageRequest, cursors: &Cursors) -> Result<Option<Position>, Problem> {
    let text = page.position(cursors)?;
    text.map(|text| parse(&text).ok_or_else(|| Problem::new(Code::InvalidCursor)))
        .transpose()
}

fn parse(text: &str) -> Option<Position> {
    let (instant, id) = text.split_once(' ')?;
    Some((Timestamp::parse(instant).ok()?, Id::parse(id).ok()?))
}
