-- The audit log (GUARD-11): append-only, and written in the same statement as the change that it records.
--
-- A statement that changes a row sets the row's `audit` column to the event as JSON; a trigger copies it here. The column keeps
-- the row's last event.

CREATE TABLE audit_events (
    id          TEXT NOT NULL PRIMARY KEY,
    occurred_at TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    actor_id    TEXT,
    session_id  TEXT,
    action      TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id   TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('success', 'failure')),
    method      TEXT NOT NULL,
    endpoint    TEXT NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;

CREATE INDEX audit_events_actor ON audit_events (actor_id, id);
CREATE INDEX audit_events_object ON audit_events (object_id, id);
CREATE INDEX audit_events_action ON audit_events (action, id);
CREATE INDEX audit_events_time ON audit_events (occurred_at);

CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;

CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;

-- An event as JSON together with what it is about.
CREATE VIEW audit_entries AS
SELECT '' AS audit, object_kind, object_id FROM audit_events;

CREATE TRIGGER audit_entries_enter INSTEAD OF INSERT ON audit_entries
BEGIN
    INSERT INTO audit_events (id, occurred_at, request_id, actor_id, session_id, action, object_kind, object_id, outcome,
        method, endpoint, fingerprint)
    VALUES (NEW.audit ->> 'id', NEW.audit ->> 'at', NEW.audit ->> 'request_id', NEW.audit ->> 'actor_id',
        NEW.audit ->> 'session_id', NEW.audit ->> 'action', NEW.object_kind, NEW.object_id, NEW.audit ->> 'outcome',
        NEW.audit ->> 'method', NEW.audit ->> 'endpoint', NEW.audit ->> 'fingerprint');
END;

ALTER TABLE sessions ADD COLUMN audit TEXT;
CREATE TRIGGER sessions_audit_insert AFTER INSERT ON sessions WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'session', NEW.id);
END;
CREATE TRIGGER sessions_audit_update AFTER UPDATE OF audit ON sessions WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'session', NEW.id);
END;

ALTER TABLE one_time_tokens ADD COLUMN audit TEXT;
CREATE TRIGGER one_time_tokens_audit_insert AFTER INSERT ON one_time_tokens WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'user', NEW.user_id);
END;
CREATE TRIGGER one_time_tokens_audit_update AFTER UPDATE OF audit ON one_time_tokens WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'user', NEW.user_id);
END;

ALTER TABLE users ADD COLUMN audit TEXT;
CREATE TRIGGER users_audit_insert AFTER INSERT ON users WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'user', NEW.id);
END;
CREATE TRIGGER users_audit_update AFTER UPDATE OF audit ON users WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'user', NEW.id);
END;

ALTER TABLE signals ADD COLUMN audit TEXT;
CREATE TRIGGER signals_audit_insert AFTER INSERT ON signals WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'signal', NEW.id);
END;
CREATE TRIGGER signals_audit_update AFTER UPDATE OF audit ON signals WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'signal', NEW.id);
END;

ALTER TABLE contracts ADD COLUMN audit TEXT;
CREATE TRIGGER contracts_audit_insert AFTER INSERT ON contracts WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'contract', NEW.id);
END;
CREATE TRIGGER contracts_audit_update AFTER UPDATE OF audit ON contracts WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'contract', NEW.id);
END;

-- Calls to outside providers (GUARD-5): a token bucket each, filled and emptied by one statement. Tokens are counted in millionths.
CREATE TABLE provider_buckets (
    provider  TEXT    NOT NULL PRIMARY KEY,
    tokens    INTEGER NOT NULL,
    -- Microseconds since 1970.
    filled_at INTEGER NOT NULL
) STRICT;
