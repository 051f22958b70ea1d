//! Mail that waits to be sent (AUTH-17).

/// The row of a mail.
pub struct Mail;
