//! Mails, and what must have been told.

use super::{Invariant, invariant};

pub(super) const INVARIANTS: &[Invariant] = &[
    invariant(
        "mails_end_once",
        "A mail was sent, kept or given up, never two of them.",
        "SELECT CAST(m.id AS TEXT) AS id FROM outbox m
         WHERE (m.sent_at IS NOT NULL AND m.kept_at IS NOT NULL) OR (m.sent_at IS NOT NULL AND m.failed_at IS NOT NULL)
             OR (m.kept_at IS NOT NULL AND m.failed_at IS NOT NULL)",
    ),
    invariant(
        "mails_that_are_over_hold_no_token",
        "A mail that was sent or given up holds no token and no lease.",
        "SELECT CAST(m.id AS TEXT) AS id FROM outbox m
         WHERE (m.sent_at IS NOT NULL OR m.failed_at IS NOT NULL) AND (m.token IS NOT NULL OR m.claimed_until IS NOT NULL)",
    ),
    invariant(
        "mails_that_failed_say_why",
        "A mail that was given up has a reason.",
        "SELECT CAST(m.id AS TEXT) AS id FROM outbox m WHERE m.failed_at IS NOT NULL AND m.failure IS NULL",
    ),
    invariant(
        "registering_tells",
        "An account that was registered within a day and is not verified has a token and a mail with it.",
        "SELECT CAST(u.id AS TEXT) AS id FROM users u
         WHERE u.deleted_at IS NULL AND u.email_verified_at IS NULL AND u.created_at > :day_ago AND (
             NOT EXISTS (SELECT 1 FROM one_time_tokens t WHERE t.user_id = u.id AND t.purpose = 'verify_email')
             OR NOT EXISTS (SELECT 1 FROM outbox m WHERE m.recipient = u.email AND m.template = 'verify_email'))",
    ),
    invariant(
        "a_new_password_tells",
        "Whoever has a new password was told of it.",
        "SELECT CAST(u.id AS TEXT) AS id FROM users u
         WHERE u.deleted_at IS NULL AND u.password_changed_at > :month_ago AND NOT EXISTS (
             SELECT 1 FROM outbox m WHERE m.recipient = u.email AND m.template = 'password_changed'
                 AND m.created_at = u.password_changed_at)",
    ),
];
