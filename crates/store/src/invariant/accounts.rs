//! Accounts, sign-ins, one-time tokens, identities and agents.

use super::{Invariant, invariant};

pub(super) const INVARIANTS: &[Invariant] = &[
    invariant(
        "one_account_for_an_address",
        "An address belongs to one living account at most.",
        "SELECT MIN(CAST(u.id AS TEXT)) AS id FROM users u WHERE u.deleted_at IS NULL
         GROUP BY u.email HAVING COUNT(*) > 1",
    ),
    invariant(
        "accounts_have_a_way_in",
        "A living account has a password or an identity of a provider.",
        "SELECT CAST(u.id AS TEXT) AS id FROM users u
         WHERE u.deleted_at IS NULL AND u.password_hash IS NULL
             AND NOT EXISTS (SELECT 1 FROM provider_identities i WHERE i.user_id = u.id)",
    ),
    invariant(
        "deleted_accounts_are_empty",
        "A deleted account keeps neither address, name, password nor anything that names its person.",
        "SELECT CAST(u.id AS TEXT) AS id FROM users u
         WHERE u.deleted_at IS NOT NULL AND (
             u.email <> CAST(u.id AS TEXT) || '@deleted.invalid' OR u.name <> '-' OR u.password_hash IS NOT NULL
             OR u.reset_token_hash IS NOT NULL
             OR EXISTS (SELECT 1 FROM provider_identities i WHERE i.user_id = u.id)
             OR EXISTS (SELECT 1 FROM signal_interests i WHERE i.user_id = u.id)
             OR EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.user_id = u.id)
             OR EXISTS (SELECT 1 FROM analyses a WHERE a.user_id = u.id)
             OR EXISTS (SELECT 1 FROM reality_checks r WHERE r.user_id = u.id)
             OR EXISTS (SELECT 1 FROM signals s WHERE s.owner_id = u.id 
                 AND (s.deleted_at IS NULL OR s.address <> '-' OR s.description <> '-' OR s.grams IS NOT NULL))
             OR EXISTS (SELECT 1 FROM contracts c WHERE c.user_id = u.id
                 AND (c.deleted_at IS NULL OR c.address <> '-' OR c.document_text IS NOT NULL
                     OR c.counterparty_name IS NOT NULL))
             OR EXISTS (SELECT 1 FROM agents g WHERE g.user_id = u.id AND g.deleted_at IS NULL))",
    ),
    invariant(
        "deleted_accounts_are_signed_out",
        "No sign-in of a deleted account goes on.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE u.deleted_at IS NOT NULL AND s.ended_at IS NULL",
    ),
    invariant(
        "sign_ins_are_of_verified_addresses",
        "Whoever signed in had shown that the address is theirs.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE u.email_verified_at IS NULL",
    ),
    invariant(
        "ended_sign_ins_say_why",
        "A sign-in has ended exactly if there is a reason for its end.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s WHERE (s.ended_at IS NULL) <> (s.end_reason IS NULL)",
    ),
    invariant(
        "sign_ins_end_in_time",
        "No sign-in is good for longer than its absolute end.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s WHERE s.idle_expires_at > s.absolute_expires_at",
    ),
    invariant(
        "current_tokens_are_unused",
        "The current refresh token of a sign-in was never rotated.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s
         JOIN refresh_token_usage t ON t.token_hash = s.current_hash",
    ),
    invariant(
        "rotations_leave_their_tokens",
        "A living sign-in has one current refresh token and remembers exactly those that were rotated, the last one with its successor.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s
         WHERE s.ended_at IS NULL AND s.absolute_expires_at > :now AND (
             (SELECT COUNT(*) FROM refresh_token_usage t WHERE t.session_id = s.id) <> s.generation - 1
             OR (s.generation > 1 AND (s.successor_sealed IS NULL OR s.rotated_at IS NULL OR NOT EXISTS (
                 SELECT 1 FROM refresh_token_usage t WHERE t.token_hash = s.previous_hash AND t.session_id = s.id)))
             OR (s.generation = 1 AND s.previous_hash IS NOT NULL))",
    ),
    invariant(
        "a_new_password_ends_sign_ins",
        "No sign-in of before a new password goes on, but the one in which it was set.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.ended_at IS NULL AND s.created_at < u.password_changed_at
             AND (u.password_changed_in IS NULL OR s.id <> u.password_changed_in)",
    ),
    invariant(
        "signing_out_ends_sign_ins",
        "No sign-in goes on of before its person signed out everywhere, or everybody was signed out.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s JOIN users u ON u.id = s.user_id CROSS JOIN token_floor f
         WHERE s.ended_at IS NULL AND (s.created_at < f.raised_at
             OR (s.created_at < u.signed_out_at AND u.signed_out_except IS NULL))",
    ),
    invariant(
        "tokens_are_above_the_floor",
        "No account has a version of tokens below the lowest one that counts.",
        "SELECT CAST(u.id AS TEXT) AS id FROM users u CROSS JOIN token_floor f
         WHERE u.token_version < f.min_token_version",
    ),
    invariant(
        "attempts_stay_below_their_bound",
        "Failures and attempts under way are never negative and together at most ten for a client.",
        "SELECT 'attempt' AS id FROM sign_in_attempts a
         WHERE a.failures < 0 OR a.under_way < 0 OR a.failures + a.under_way > 10
         UNION ALL SELECT 'account' AS id FROM account_failures f WHERE f.failures < 0",
    ),
    invariant(
        "one_open_verification",
        "An account has at most one verification token that was neither used nor voided.",
        "SELECT CAST(t.user_id AS TEXT) AS id FROM one_time_tokens t
         WHERE t.purpose = 'verify_email' AND t.used_at IS NULL AND t.voided_at IS NULL
         GROUP BY t.user_id HAVING COUNT(*) > 1",
    ),
    invariant(
        "used_verifications_verified",
        "Whoever used a verification token has a verified address.",
        "SELECT CAST(u.id AS TEXT) AS id FROM users u
         JOIN one_time_tokens t ON t.user_id = u.id AND t.purpose = 'verify_email' AND t.used_at IS NOT NULL
         WHERE u.email_verified_at IS NULL",
    ),
    invariant(
        "visits_happen_once",
        "A visit to a provider was exchanged only after it came back, and what was proven keeps nothing of its person.",
        "SELECT o.provider AS id FROM oauth_states o
         WHERE (o.exchanged_at IS NOT NULL AND (o.used_at IS NULL OR o.user_id IS NULL))
             OR (o.proven_at IS NOT NULL AND (o.arrival IS NOT NULL OR o.access_sealed IS NOT NULL))",
    ),
    invariant(
        "roles_follow_licences",
        "A verified agent has the role for it, and nobody else has that role.",
        "SELECT CAST(g.id AS TEXT) AS id FROM agents g JOIN users u ON u.id = g.user_id
         WHERE g.verified_at IS NOT NULL AND u.role = 'user'
         UNION ALL SELECT CAST(u.id AS TEXT) AS id FROM users u
         WHERE u.role = 'agent' AND u.deleted_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM agents g WHERE g.user_id = u.id AND g.verified_at IS NOT NULL)",
    ),
];
