//! Ids (CONV-2): UUIDv7, typed by what they name, so that a user's id cannot stand where a signal's is wanted.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::random::{self, Random};

/// The id of an `Entity`: a UUIDv7 (RFC 9562), so ids sort by their time of creation.
pub struct Id<Entity>(Uuid, PhantomData<fn() -> Entity>);

impl<Entity> Id<Entity> {
    /// A new id for something created at `now`.
    pub fn new(now: Timestamp, random: &dyn Random) -> Self {
        let noise: [u8; 10] = random::bytes(random);
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(now.millis(), &noise).into_uuid())
    }

    /// Wraps a stored UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID.
    pub const fn uuid(&self) -> Uuid {
        self.0
    }

    /// When it was made, to the millisecond; `None` for an id that is no UUIDv7.
    pub fn created_at(&self) -> Option<Timestamp> {
        (self.0.get_version_num() == 7).then_some(())?;
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
        Some(Timestamp::from_micros(
            micros.checked_add(i64::from(nanos / 1_000))?,
        ))
    }

    fn text<'a>(&self, buffer: &'a mut [u8]) -> &'a str {
        self.0.as_hyphenated().encode_lower(buffer)
    }

    /// Reads the hyphenated form.
    ///
    /// # Errors
    /// [`InvalidId`] for anything else, upper case included: one thing has one spelling.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let uuid = Uuid::try_parse(text).map_err(|_| InvalidId)?;
        let id = Self::from_uuid(uuid);
        if id.text(&mut Uuid::encode_buffer()) == text {
            Ok(id)
        } else {
            Err(InvalidId)
        }
    }
}

/// The text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

impl<Entity> Clone for Id<Entity> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Entity> Copy for Id<Entity> {}

impl<Entity> PartialEq for Id<Entity> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<Entity> Eq for Id<Entity> {}

impl<Entity> Hash for Id<Entity> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<Entity> fmt::Display for Id<Entity> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(out)
    }
}

impl<Entity> fmt::Debug for Id<Entity> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl<Entity> Serialize for Id<Entity> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text(&mut Uuid::encode_buffer()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;
    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn an_id_is_a_version_7_uuid_that_sorts_by_time() {
        let early: Id<()> = Id::new(Timestamp::from_micros(1_000_000), &Zeros);
        let late: Id<()> = Id::new(Timestamp::from_micros(2_000_000), &Zeros);
        assert_eq!(early.uuid().get_version_num(), 7);
        assert!(early.to_string() < late.to_string());
        assert_eq!(Id::parse(&early.to_string()), Ok(early));
    }

    #[test]
    fn an_id_says_when_it_was_made() {
        let id: Id<()> = Id::new(Timestamp::from_micros(1_800_000_000_123_456), &Zeros);
        assert_eq!(
            id.created_at(),
            Some(Timestamp::from_micros(1_800_000_000_123_000))
        );
        let random: Id<()> = Id::parse("018f4e5a-0000-4000-8000-0000000000aa").unwrap();
        assert_eq!(random.created_at(), None);
    }

    #[test]
    fn different_things_have_different_ids() {
        let [early, late]: [Id<()>; 2] =
            [1_000_000, 2_000_000].map(|at| Id::new(Timestamp::from_micros(at), &Zeros));
        let again = Id::from_uuid(early.uuid());
        assert!(early != late && early == again);
        let hash = |id: Id<()>| {
            let mut hasher = std::hash::DefaultHasher::new();
            id.hash(&mut hasher);
            hasher.finish()
        };
        assert!(hash(early) != hash(late) && hash(early) == hash(again));
        assert_eq!(format!("{early:?}"), early.to_string());
    }

    #[test]
    fn one_thing_has_one_spelling() {
        let text = "018F4E5A-0000-7000-8000-0000000000AA";
        assert_eq!(Id::<()>::parse(text), Err(InvalidId));
        assert!(Id::<()>::parse(&text.to_lowercase()).is_ok());
    }
}
