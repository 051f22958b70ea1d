//! People's names.

use crate::text::Line;

/// The name under which a person is shown, at most 100 characters.
pub type PersonName = Line<100>;
