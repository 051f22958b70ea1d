//! The audit log: an event is there exactly if its change is.

use std::borrow::Cow;

use sql::Engine;

use super::{Invariant, invariant};

/// Tables whose rows carry their last event, and what tells a row from another.
const NOTED: [(&str, &str); 11] = [
    ("users", "id"),
    ("sessions", "id"),
    ("one_time_tokens", "user_id"),
    ("agents", "id"),
    ("provider_identities", "id"),
    ("signals", "id"),
    ("signal_interests", "id"),
    ("contracts", "id"),
    ("contract_tasks", "id"),
    ("analyses", "id"),
    ("reality_checks", "id"),
];

/// Tables whose rows stay for ever, and the event with which a row begins.
const BEGUN: [(&str, &str); 5] = [
    ("users", "account_registered"),
    ("sessions", "session_started"),
    ("agents", "agent_registered"),
    ("signals", "signal_created"),
    ("contracts", "contract_created"),
];

pub(super) fn invariants(engine: Engine) -> Vec<Invariant> {
    let mut all = vec![
        Invariant {
            name: "changes_are_recorded",
            holds: "The event that a row carries is in the audit log.",
            query: Cow::Owned(recorded(engine)),
        },
        Invariant {
            name: "events_have_their_change",
            holds: "What the audit log says was created is there.",
            query: Cow::Owned(changed(engine)),
        },
    ];
    all.extend_from_slice(ONCE);
    all
}

fn recorded(engine: Engine) -> String {
    let event = match engine {
        Engine::Sqlite => "r.audit ->> 'id'",
        Engine::Postgres => "CAST(CAST(r.audit AS jsonb) ->> 'id' AS uuid)",
    };
    let queries = NOTED.map(|(table, key)| {
        format!(
            "SELECT '{table} ' || CAST(r.{key} AS TEXT) AS id FROM {table} r
             WHERE r.audit IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.id = {event})"
        )
    });
    queries.join(" UNION ALL ")
}

fn changed(engine: Engine) -> String {
    let object = match engine {
        Engine::Sqlite => "e.object_id",
        Engine::Postgres => "CAST(e.object_id AS uuid)",
    };
    let queries = BEGUN.map(|(table, action)| {
        format!(
            "SELECT CAST(e.id AS TEXT) AS id FROM audit_events e
             WHERE e.action = '{action}' AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.id = {object})"
        )
    });
    queries.join(" UNION ALL ")
}

const ONCE: &[Invariant] = &[
    invariant(
        "creating_is_recorded_once",
        "Whatever somebody made (a sign-in, a signal, a contract, a task, an analysis, a reality check, an agent) has one event of it.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s WHERE (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(s.id AS TEXT) AND e.action = 'session_started') <> 1
         UNION ALL SELECT CAST(s.id AS TEXT) AS id FROM signals s WHERE (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(s.id AS TEXT) AND e.action = 'signal_created') <> 1
         UNION ALL SELECT CAST(c.id AS TEXT) AS id FROM contracts c WHERE (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(c.id AS TEXT) AND e.action = 'contract_created') <> 1
         UNION ALL SELECT CAST(t.id AS TEXT) AS id FROM contract_tasks t
         WHERE t.template IS NULL AND (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(t.id AS TEXT) AND e.action = 'task_created') <> 1
         UNION ALL SELECT CAST(a.id AS TEXT) AS id FROM analyses a WHERE (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(a.id AS TEXT) AND e.action = 'analysis_started') <> 1
         UNION ALL SELECT CAST(r.id AS TEXT) AS id FROM reality_checks r WHERE (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(r.id AS TEXT) AND e.action = 'reality_check_created') <> 1
         UNION ALL SELECT CAST(g.id AS TEXT) AS id FROM agents g WHERE (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(g.id AS TEXT) AND e.action = 'agent_registered') <> 1",
    ),
    invariant(
        "accounts_are_recorded",
        "An account has one event of how it came to be: it was registered, or its person came from a provider.",
        "SELECT CAST(u.id AS TEXT) AS id FROM users u
         WHERE (SELECT COUNT(*) FROM audit_events e
                 WHERE e.object_id = CAST(u.id AS TEXT) AND e.action = 'account_registered') > 1
             OR NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.object_id = CAST(u.id AS TEXT)
                 AND e.action IN ('account_registered', 'provider_linked'))",
    ),
    invariant(
        "decisions_are_recorded_once",
        "An interest that was decided has one event of it, any other none.",
        "SELECT CAST(i.id AS TEXT) AS id FROM signal_interests i
         WHERE (SELECT COUNT(*) FROM audit_events e WHERE e.object_id = CAST(i.id AS TEXT)
                 AND e.action IN ('interest_accepted', 'interest_declined'))
             <> CASE WHEN i.state = 'pending' THEN 0 ELSE 1 END",
    ),
    invariant(
        "ends_of_sign_ins_are_recorded",
        "A sign-in that its person ended, or that ended because its token was reused, has one event of that.",
        "SELECT CAST(s.id AS TEXT) AS id FROM sessions s
         WHERE s.end_reason IN ('logout', 'reuse') AND (SELECT COUNT(*) FROM audit_events e
             WHERE e.object_id = CAST(s.id AS TEXT) AND e.action IN ('session_ended', 'refresh_token_reused')) <> 1",
    ),
];
