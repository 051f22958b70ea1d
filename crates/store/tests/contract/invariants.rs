//! The queries for what violates an invariant find it: each is shown data that violates it (QUAL-3).

use std::fs;

use sql::Engine;
use store::invariant::{self, Invariant};
use testkit::Fresh;

use super::data::Data;

/// What the data is made of: `#a1` is an id, `^` a moment of just now, `~a1` bytes.
const BASE: &[&str] = &[
    "INSERT INTO users (id, email, name, password_hash, email_verified_at, created_at, updated_at)
     VALUES (#a1, 'owner@example.com', 'Kim', 'hash', ^, ^, ^), (#a2, 'author@example.com', 'Lee', 'hash', ^, ^, ^),
         (#a3, 'third@example.com', 'Choi', 'hash', ^, ^, ^)",
    "INSERT INTO sessions (id, user_id, current_hash, idle_expires_at, absolute_expires_at, created_at, last_used_at)
     VALUES (#b1, #a1, ~b1, ^+1, ^+2, ^, ^), (#b2, #a1, ~b2, ^+1, ^+2, ^, ^), (#b3, #a2, ~b3, ^+1, ^+2, ^, ^)",
    "INSERT INTO signals (id, owner_id, state, intent, property_type, region_code, address, area, deposit, description, visibility,
         created_at, updated_at)
     VALUES (#c1, #a1, 'active', 'jeonse', 'apartment', '1168010100', '-', 8000, 1, '-', 'public', ^, ^)",
    "INSERT INTO signal_interests (id, signal_id, user_id, message, state, language, created_at, updated_at)
     VALUES (#d1, #c1, #a2, '-', 'pending', 'ko', ^, ^), (#d2, #c1, #a3, '-', 'pending', 'ko', ^, ^)",
    "INSERT INTO contracts (id, user_id, state, kind, role, address, deposit, contract_date, balance_date, created_at, updated_at)
     VALUES (#e1, #a1, 'draft', 'jeonse', 'tenant', '-', 1, '2030-01-10', '2030-03-01', ^, ^),
         (#e2, #a1, 'draft', 'jeonse', 'tenant', '-', 1, '2030-01-10', '2030-03-01', ^, ^)",
    "INSERT INTO contract_tasks (id, contract_id, user_id, title, position, created_at, updated_at)
     VALUES (#f1, #e1, #a1, '-', 1, ^, ^)",
    "INSERT INTO analyses (id, contract_id, user_id, contract_version, document_hash, language, analyst, state, due_at, created_at)
     VALUES (#91, #e1, #a1, 1, ~91, 'ko', 'rules', 'pending', ^, ^)",
    "INSERT INTO outbox (id, recipient, template, language, created_at, next_attempt_at)
     VALUES (#71, 'owner@example.com', 'lockout', 'ko', ^, ^), (#72, 'owner@example.com', 'lockout', 'ko', ^, ^)",
];

/// What violates each invariant, on top of all before it.
const BROKEN: &[(&str, &str)] = &[
    ("accounts_have_a_way_in", "UPDATE users SET password_hash = NULL WHERE id = #a3"),
    (
        "deleted_accounts_are_empty",
        "INSERT INTO users (id, email, name, created_at, updated_at, deleted_at) VALUES (#a4, 'gone@example.com', 'Park', ^, ^, ^)",
    ),
    (
        "deleted_accounts_are_signed_out",
        "INSERT INTO sessions (id, user_id, current_hash, idle_expires_at, absolute_expires_at, created_at, last_used_at)
         VALUES (#b4, #a4, ~b4, ^+1, ^+2, ^, ^)",
    ),
    (
        "sign_ins_are_of_verified_addresses",
        "UPDATE users SET email_verified_at = NULL WHERE id = #a2",
    ),
    ("ended_sign_ins_say_why", "UPDATE sessions SET ended_at = ^ WHERE id = #b2"),
    ("sign_ins_end_in_time", "UPDATE sessions SET idle_expires_at = ^+3 WHERE id = #b1"),
    (
        "current_tokens_are_unused",
        "INSERT INTO refresh_token_usage (token_hash, session_id, used_at) VALUES (~b1, #b1, ^)",
    ),
    (
        "rotations_leave_their_tokens",
        "UPDATE sessions SET generation = 2 WHERE id = #b3",
    ),
    (
        "a_new_password_ends_sign_ins",
        "UPDATE sessions SET ended_at = NULL, end_reason = NULL, created_at = ^-1 WHERE id = #b3
         ; UPDATE users SET notice = '{\"id\": \"00000000-0000-7000-8000-000000000075\", \"language\": \"ko\"}' WHERE id = #a2
         ; UPDATE users SET password_changed_at = ^ WHERE id = #a2
         ; UPDATE sessions SET ended_at = NULL, end_reason = NULL WHERE id = #b3",
    ),
    (
        "signing_out_ends_sign_ins",
        "UPDATE users SET signed_out_because = 'everywhere', signed_out_at = ^ WHERE id = #a2
         ; UPDATE sessions SET ended_at = NULL, end_reason = NULL WHERE id = #b3",
    ),
    ("tokens_are_above_the_floor", "UPDATE users SET token_version = 0 WHERE id = #a1"),
    (
        "attempts_stay_below_their_bound",
        "INSERT INTO sign_in_attempts (id, account, failures, under_way, last_at, retry_at) VALUES (~51, ~52, 8, 3, ^, ^)",
    ),
    (
        "one_open_verification",
        "INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at)
         VALUES (~41, #a2, 'verify_email', ^, ^+1), (~42, #a2, 'verify_email', ^, ^+1)",
    ),
    (
        "used_verifications_verified",
        "UPDATE one_time_tokens SET used_at = ^ WHERE token_hash = ~41
         ; UPDATE users SET email_verified_at = NULL WHERE id = #a2",
    ),
    (
        "visits_happen_once",
        "INSERT INTO oauth_states (state_hash, provider, browser_hash, app_challenge, verifier_sealed, created_at, expires_at,
             exchanged_at)
         VALUES (~31, 'github', ~32, '-', ~33, ^, ^, ^)",
    ),
    ("roles_follow_licences", "UPDATE users SET role = 'agent' WHERE id = #a1"),
    (
        "expired_signals_had_an_end",
        "UPDATE signals SET state = 'expired' WHERE id = #c1",
    ),
    ("nobody_answers_themselves", "UPDATE signal_interests SET user_id = #a1 WHERE id = #d2"),
    ("decisions_have_their_time", "UPDATE signal_interests SET decided_at = ^ WHERE id = #d2"),
    (
        "accepting_tells_both",
        "UPDATE signal_interests SET state = 'accepted', decided_at = ^, owner_mail_id = #73, author_mail_id = #74,
             owner_language = 'ko' WHERE id = #d1
         ; DELETE FROM outbox WHERE id = #74",
    ),
    (
        "kept_answers_are_true",
        "INSERT INTO idempotency_keys (user_id, key_hash, request_hash, object_id, claimed_until, expires_at, status, location)
         VALUES (#a1, ~21, ~22, #c9, ^, ^, 201, '/api/v1/signals/00000000-0000-7000-8000-0000000000c9')",
    ),
    (
        "nothing_is_counted_below_zero",
        "INSERT INTO provider_buckets (provider, tokens, filled_at) VALUES ('mail', -1, 0)",
    ),
    (
        "tasks_are_of_the_contracts_person",
        "UPDATE contract_tasks SET user_id = #a2 WHERE id = #f1",
    ),
    (
        "contracts_have_their_timeline",
        "INSERT INTO contracts (id, user_id, state, kind, role, address, deposit, contract_date, balance_date, created_at, updated_at,
             plan)
         VALUES (#e3, #a1, 'draft', 'jeonse', 'tenant', '-', 1, '2030-01-10', '2030-03-01', ^, ^,
             '[{\"id\": \"00000000-0000-7000-8000-0000000000f3\", \"template\": \"x\", \"due_on\": \"2030-01-01\"}]')
         ; DELETE FROM contract_tasks WHERE contract_id = #e3",
    ),
    ("analyses_are_of_the_contracts_person", "UPDATE analyses SET user_id = #a2 WHERE id = #91"),
    ("analyses_end_whole", "UPDATE analyses SET finished_at = ^ WHERE id = #91"),
    ("findings_are_counted", "UPDATE analyses SET found = 2, findings = '{}\n' WHERE id = #91"),
    ("whoever_works_has_a_claim", "UPDATE analyses SET state = 'processing' WHERE id = #91"),
    (
        "one_analysis_runs_for_a_document",
        "DROP INDEX analyses_running
         ; INSERT INTO analyses (id, contract_id, user_id, contract_version, document_hash, language, analyst, state, due_at, created_at)
         VALUES (#92, #e1, #a1, 1, ~91, 'ko', 'rules', 'pending', ^, ^)",
    ),
    (
        "deleted_contracts_take_all_along",
        "UPDATE contracts SET deleted_at = ^ WHERE id = #e2
         ; INSERT INTO contract_tasks (id, contract_id, user_id, title, position, created_at, updated_at)
         VALUES (#f2, #e2, #a1, '-', 1, ^, ^)",
    ),
    ("mails_end_once", "UPDATE outbox SET sent_at = ^, kept_at = ^ WHERE id = #71"),
    (
        "mails_that_are_over_hold_no_token",
        "UPDATE outbox SET sent_at = ^, token = 'secret' WHERE id = #72",
    ),
    ("mails_that_failed_say_why", "UPDATE outbox SET failed_at = ^ WHERE id = #73"),
    (
        "registering_tells",
        "INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
         VALUES (#a6, 'untold@example.com', 'Jung', 'hash', ^, ^)",
    ),
    ("a_new_password_tells", "DELETE FROM outbox WHERE id = #75"),
    (
        "accounts_are_recorded",
        "INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
         VALUES (#a7, 'unrecorded@example.com', 'Jung', 'hash', ^, ^)",
    ),
    (
        "creating_is_recorded_once",
        "INSERT INTO agents (id, user_id, licence_number, created_at, updated_at) VALUES (#81, #a1, '11680-2023-00078', ^, ^)",
    ),
    (
        "decisions_are_recorded_once",
        "UPDATE signal_interests SET state = 'declined', decided_at = ^ WHERE id = #d2",
    ),
    (
        "ends_of_sign_ins_are_recorded",
        "UPDATE sessions SET ended_at = ^, end_reason = 'logout' WHERE id = #b2",
    ),
    (
        "events_have_their_change",
        "INSERT INTO audit_events (id, occurred_at, request_id, action, object_kind, object_id, outcome, method, endpoint, fingerprint)
         VALUES (#61, ^, 'r', 'signal_created', 'signal', '00000000-0000-7000-8000-0000000000c9', 'success', 'POST', '/', 'f')",
    ),
    (
        "changes_are_recorded",
        // The trigger that copies the event is not there, as if a tool had switched it off.
        "DROP TRIGGER outage
         ; UPDATE signals SET audit = '{\"id\": \"00000000-0000-7000-8000-000000000062\"}' WHERE id = #c1",
    ),
    (
        "one_account_for_an_address",
        "DROP INDEX users_email ; UPDATE users SET email = 'owner@example.com' WHERE id = #a3",
    ),
];

/// A statement in the words of an engine.
fn spelt(statement: &str, data: &Data) -> String {
    let engine = data.db().engine();
    let (bytes, end) = match engine {
        Engine::Sqlite => ("x'", "'"),
        Engine::Postgres => ("'\\x", "'::bytea"),
    };
    let trigger = match engine {
        Engine::Sqlite => "DROP TRIGGER signals_audit_update",
        Engine::Postgres => "DROP TRIGGER signals_audit_update ON signals",
    };
    let mut out = statement.replace("DROP TRIGGER outage", trigger);
    for days in ["-1", "+1", "+2", "+3", ""] {
        let hours = days.parse::<i64>().unwrap_or(0) * 24;
        let at = domain::Timestamp::from_micros(data.now().micros() + hours * 3_600_000_000);
        out = out.replace(&format!("^{days}"), &format!("'{at}'"));
    }
    for (mark, before, after) in [
        ('#', "'00000000-0000-7000-8000-0000000000", "'"),
        ('~', bytes, end),
    ] {
        let mut parts = out.split(mark);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (id, rest) = part.split_at(2);
            whole.push_str(&format!("{before}{id}{after}{rest}"));
        }
        out = whole;
    }
    out
}

async fn count(data: &Data, invariant: &Invariant) -> u32 {
    let found = invariant::violations(data.db(), invariant, data.now()).await;
    found
        .unwrap_or_else(|error| panic!("{}: {error}", invariant.name))
        .count
}

async fn a_new_database_violates_nothing(fresh: Fresh) {
    let data = Data::new(&fresh);
    for invariant in invariant::all(data.db().engine()) {
        assert_eq!(count(&data, &invariant).await, 0, "{}", invariant.name);
    }
}

async fn every_violation_is_found(fresh: Fresh) {
    let data = Data::new(&fresh);
    for statement in BASE {
        data.run(&spelt(statement, &data), Vec::new()).await;
    }
    let all = invariant::all(data.db().engine());
    assert_eq!(all.len(), BROKEN.len());
    for (name, statements) in BROKEN {
        let invariant = all.iter().find(|one| one.name == *name).unwrap();
        let before = count(&data, invariant).await;
        for statement in spelt(statements, &data).split("; ") {
            data.run(statement, Vec::new()).await;
        }
        // On a connection that has no plan from before a constraint was taken away.
        let found = invariant::violations(&fresh.another_instance(), invariant, data.now())
            .await
            .unwrap();
        assert!(found.count > before, "{name}: {before}, then {}", found.count);
        assert!(found.example.is_some(), "{name}");
    }
}

on_each_engine!(Migrated: a_new_database_violates_nothing, every_violation_is_found);

#[test]
fn the_document_lists_every_invariant() {
    let path = format!("{}/../../docs/invariants.md", env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(path).unwrap();
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let listed: Vec<String> = rows.map(str::to_owned).collect();
    let all = invariant::all(Engine::Sqlite).into_iter();
    let expected: Vec<String> = all
        .map(|one| format!("| `{}` | {} |", one.name, one.holds))
        .collect();
    assert_eq!(listed, expected);
}
