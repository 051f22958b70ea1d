-- The audit log (GUARD-11): append-only, and written in the same statement as the change that it records.
--
-- A statement that changes a row sets the row's `audit` column to the event as JSON; a trigger copies it here. The column keeps
-- the row's last event.

CREATE TABLE audit_events (
    id          UUID        NOT NULL PRIMARY KEY,
    occurred_at TIMESTAMPTZ NOT NULL,
    request_id  TEXT        NOT NULL,
    actor_id    UUID,
    session_id  UUID,
    action      TEXT        NOT NULL,
    object_kind TEXT        NOT NULL,
    object_id   TEXT        NOT NULL,
    outcome     TEXT        NOT NULL CHECK (outcome IN ('success', 'failure')),
    method      TEXT        NOT NULL,
    endpoint    TEXT        NOT NULL,
    fingerprint TEXT        NOT NULL
);

CREATE INDEX audit_events_actor ON audit_events (actor_id, id);
CREATE INDEX audit_events_object ON audit_events (object_id, id);
CREATE INDEX audit_events_action ON audit_events (action, id);
CREATE INDEX audit_events_time ON audit_events (occurred_at);

CREATE FUNCTION audit_events_append_only() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append-only';
END;
$$;

CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only();

-- An event as JSON together with what it is about.
CREATE VIEW audit_entries AS
SELECT ''::text AS audit, object_kind, object_id FROM audit_events;

CREATE FUNCTION audit_entries_enter() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    event JSONB := NEW.audit::jsonb;
BEGIN
    INSERT INTO audit_events (id, occurred_at, request_id, actor_id, session_id, action, object_kind, object_id, outcome,
        method, endpoint, fingerprint)
    VALUES ((event ->> 'id')::uuid, (event ->> 'at')::timestamptz, event ->> 'request_id', (event ->> 'actor_id')::uuid,
        (event ->> 'session_id')::uuid, event ->> 'action', NEW.object_kind, NEW.object_id, event ->> 'outcome',
        event ->> 'method', event ->> 'endpoint', event ->> 'fingerprint');
    RETURN NEW;
END;
$$;

CREATE TRIGGER audit_entries_enter INSTEAD OF INSERT ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_enter();

-- Its arguments: the kind of the object and the column of its id.
CREATE FUNCTION audit_row() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id)
    VALUES (NEW.audit, TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[1]);
    RETURN NULL;
END;
$$;

ALTER TABLE sessions ADD COLUMN audit TEXT;
CREATE TRIGGER sessions_audit_insert AFTER INSERT ON sessions
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('session', 'id');
CREATE TRIGGER sessions_audit_update AFTER UPDATE OF audit ON sessions
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('session', 'id');

ALTER TABLE one_time_tokens ADD COLUMN audit TEXT;
CREATE TRIGGER one_time_tokens_audit_insert AFTER INSERT ON one_time_tokens
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('user', 'user_id');
CREATE TRIGGER one_time_tokens_audit_update AFTER UPDATE OF audit ON one_time_tokens
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('user', 'user_id');

ALTER TABLE users ADD COLUMN audit TEXT;
CREATE TRIGGER users_audit_insert AFTER INSERT ON users
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('user', 'id');
CREATE TRIGGER users_audit_update AFTER UPDATE OF audit ON users
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('user', 'id');

ALTER TABLE signals ADD COLUMN audit TEXT;
CREATE TRIGGER signals_audit_insert AFTER INSERT ON signals
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('signal', 'id');
CREATE TRIGGER signals_audit_update AFTER UPDATE OF audit ON signals
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('signal', 'id');

ALTER TABLE contracts ADD COLUMN audit TEXT;
CREATE TRIGGER contracts_audit_insert AFTER INSERT ON contracts
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('contract', 'id');
CREATE TRIGGER contracts_audit_update AFTER UPDATE OF audit ON contracts
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('contract', 'id');

-- Calls to outside providers (GUARD-5): a token bucket each, filled and emptied by one statement. Tokens are counted in millionths.
CREATE TABLE provider_buckets (
    provider  TEXT   NOT NULL PRIMARY KEY,
    tokens    BIGINT NOT NULL,
    -- Microseconds since 1970.
    filled_at BIGINT NOT NULL
);
