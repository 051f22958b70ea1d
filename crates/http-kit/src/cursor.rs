//! Opaque, signed cursors (CONV-5): HMAC-SHA-256 (RFC 2104) over a position, so that nobody can forge one.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Id;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::problem::{Code, Problem};

/// Bytes of the tag in front of the position: 128 bits are beyond guessing and keep the cursor short.
const TAG: usize = 16;

/// Makes and reads the cursors of one kind of list.
pub struct Cursors {
    key: [u8; 32],
    list: Cow<'static, str>,
}

impl Cursors {
    /// `list` names the list, its sorting and its filters: a cursor of one list is void in every other. It holds no NUL.
    pub fn new(key: [u8; 32], list: impl Into<Cow<'static, str>>) -> Self {
        Self {
            key,
            list: list.into(),
        }
    }

    /// The cursor for a position.
    pub fn seal(&self, position: &str) -> String {
        let mut bytes = self.tag(position.as_bytes());
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position behind a cursor.
    ///
    /// # Errors
    /// [`Code::InvalidCursor`] when it is not one that [`Cursors::seal`] made for this list.
    pub fn open(&self, cursor: &str) -> Result<String, Problem> {
        let invalid = || Problem::new(Code::InvalidCursor);
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let (tag, position) = bytes.split_at_checked(TAG).ok_or_else(invalid)?;
        self.mac(position)
            .verify_truncated_left(tag)
            .map_err(|_| invalid())?;
        String::from_utf8(position.to_vec()).map_err(|_| invalid())
    }

    /// The id behind a cursor that was sealed from an id.
    ///
    /// # Errors
    /// As [`Cursors::open`].
    pub fn open_id<Entity>(&self, cursor: &str) -> Result<Id<Entity>, Problem> {
        Id::parse(&self.open(cursor)?).map_err(|_| Problem::new(Code::InvalidCursor))
    }

    fn tag(&self, position: &[u8]) -> Vec<u8> {
        let mut tag = self.mac(position).finalize().into_bytes().to_vec();
        tag.truncate(TAG);
        tag
    }

    fn mac(&self, position: &[u8]) -> Hmac<Sha256> {
        // A key shorter than a block is padded with zeros (RFC 2104, section 2); doing that here cannot fail.
        let mut block = [0; 64];
        for (slot, byte) in block.iter_mut().zip(self.key) {
            *slot = byte;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        // The name ends with a byte that it cannot contain, so that name and position cannot be shifted.
        mac.update(self.list.as_bytes());
        mac.update(&[0]);
        mac.update(position);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back_and_no_change_goes_unnoticed(position in ".{0,80}", at in 0usize..200, bit in 0u8..6) {
            let cursors = Cursors::new([7; 32], "signals");
            let sealed = cursors.seal(&position);
            prop_assert_eq!(cursors.open(&sealed).unwrap(), position.clone());
            prop_assert!(Cursors::new([7; 32], "contracts").open(&sealed).is_err());
            prop_assert!(Cursors::new([8; 32], "signals").open(&sealed).is_err());

            let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let forged = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(cursors.open(&forged).map_err(|problem| problem.code()), Err(Code::InvalidCursor));
        }

        #[test]
        fn nonsense_is_refused_and_nothing_breaks(cursor in any::<String>()) {
            prop_assert!(Cursors::new([7; 32], "signals").open(&cursor).is_err());
        }
    }
}
