//! Signals, interests, and creations that clients may ask for again.

use super::{Invariant, invariant};

pub(super) const INVARIANTS: &[Invariant] = &[
    invariant(
        "expired_signals_had_an_end",
        "A signal that expired has an end.",
        "SELECT CAST(s.id AS TEXT) AS id FROM signals s WHERE s.state = 'expired' AND s.expires_at IS NULL",
    ),
    invariant(
        "nobody_answers_themselves",
        "Nobody is interested in the own signal.",
        "SELECT CAST(i.id AS TEXT) AS id FROM signal_interests i JOIN signals s ON s.id = i.signal_id
         WHERE s.owner_id = i.user_id",
    ),
    invariant(
        "decisions_have_their_time",
        "An interest was decided exactly if there is a time of it, and none stays that was taken back.",
        "SELECT CAST(i.id AS TEXT) AS id FROM signal_interests i
         WHERE (i.decided_at IS NULL) <> (i.state = 'pending') OR i.state = 'withdrawn'",
    ),
    invariant(
        "accepting_tells_both",
        "An accepted interest has a mail to either side.",
        "SELECT CAST(i.id AS TEXT) AS id FROM signal_interests i
         JOIN signals s ON s.id = i.signal_id
         JOIN users o ON o.id = s.owner_id AND o.deleted_at IS NULL
         WHERE i.state = 'accepted' AND i.decided_at > :month_ago AND (
             NOT EXISTS (SELECT 1 FROM outbox m WHERE m.id = i.owner_mail_id AND m.recipient = o.email
                 AND m.template = 'interest_accepted_owner')
             OR NOT EXISTS (SELECT 1 FROM outbox m JOIN users a ON a.email = m.recipient
                 WHERE m.id = i.author_mail_id AND a.id = i.user_id AND m.template = 'interest_accepted_author'))",
    ),
    invariant(
        "kept_answers_are_true",
        "What a kept answer says was created is there.",
        "SELECT CAST(k.object_id AS TEXT) AS id FROM idempotency_keys k
         WHERE (k.location = '/api/v1/signals/' || CAST(k.object_id AS TEXT)
                 AND NOT EXISTS (SELECT 1 FROM signals s WHERE s.id = k.object_id))
             OR (k.location = '/api/v1/contracts/' || CAST(k.object_id AS TEXT)
                 AND NOT EXISTS (SELECT 1 FROM contracts c WHERE c.id = k.object_id))",
    ),
    invariant(
        "nothing_is_counted_below_zero",
        "Views of a signal and tokens of a provider's bucket are never negative.",
        "SELECT CAST(v.signal_id AS TEXT) AS id FROM signal_views v WHERE v.views < 0
         UNION ALL SELECT b.provider AS id FROM provider_buckets b WHERE b.tokens < 0",
    ),
];
