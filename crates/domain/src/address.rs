//! Where a property stands: one line, shown only to its owner and to accepted parties (SIG-3).

use crate::text::Line;

/// A street or lot address of at most 300 characters.
pub type Address = Line<300>;
