-- Sign-ins that are listed and ended, tokens that are voided, accounts that end, and agents (AUTH-7, AUTH-11 to AUTH-13, AUTH-19).

-- Where a sign-in came from, if the operator has loaded places.
ALTER TABLE sessions ADD COLUMN place TEXT;

-- Ranges of addresses, none overlapping: IPv6 as 32 hexadecimal digits, IPv4 in its IPv6 clothes.
CREATE TABLE places (
    low   TEXT NOT NULL PRIMARY KEY CHECK (length(low) = 32),
    high  TEXT NOT NULL CHECK (length(high) = 32),
    place TEXT NOT NULL,
    CHECK (low <= high)
) STRICT;

-- Setting `signed_out_at` ends the sign-ins of a person in the same statement, except one if `signed_out_except` names it.
ALTER TABLE users ADD COLUMN signed_out_at TEXT;
ALTER TABLE users ADD COLUMN signed_out_because TEXT;
ALTER TABLE users ADD COLUMN signed_out_except TEXT;

CREATE TRIGGER users_sign_out AFTER UPDATE OF signed_out_at ON users WHEN NEW.signed_out_at IS NOT NULL
BEGIN
    UPDATE sessions SET ended_at = NEW.signed_out_at, end_reason = NEW.signed_out_because
    WHERE user_id = NEW.id AND ended_at IS NULL AND (NEW.signed_out_except IS NULL OR id <> NEW.signed_out_except);
END;

CREATE INDEX sessions_living ON sessions (user_id, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (user_id, ended_at) WHERE ended_at IS NOT NULL;

-- No account has a token version below this one (AUTH-13). Raising it raises the accounts and ends every sign-in.
CREATE TABLE token_floor (
    id                INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    min_token_version INTEGER NOT NULL,
    raised_at         TEXT,
    audit             TEXT
) STRICT;

INSERT INTO token_floor (id, min_token_version) VALUES (1, 1);

CREATE TRIGGER token_floor_raise AFTER UPDATE OF min_token_version ON token_floor
BEGIN
    UPDATE users SET token_version = NEW.min_token_version WHERE token_version < NEW.min_token_version;
    UPDATE sessions SET ended_at = NEW.raised_at, end_reason = 'everybody_revoked' WHERE ended_at IS NULL;
END;

CREATE TRIGGER token_floor_audit AFTER UPDATE OF audit ON token_floor WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'everybody', NEW.id);
END;

CREATE TRIGGER users_from_the_floor AFTER INSERT ON users
WHEN NEW.token_version < (SELECT f.min_token_version FROM token_floor f)
BEGIN
    UPDATE users SET token_version = (SELECT f.min_token_version FROM token_floor f) WHERE id = NEW.id;
END;

-- Agents (AUTH-19). Ratios are exact decimal text here and NUMERIC(3,2) on Postgres: both read as text of the form `d.dd`.
CREATE TABLE agents (
    id             TEXT    NOT NULL PRIMARY KEY,
    user_id        TEXT    NOT NULL REFERENCES users (id),
    licence_number TEXT    NOT NULL,
    rating         TEXT    CHECK (rating GLOB '[0-5].[0-9][0-9]' AND rating <= '5.00'),
    success_rate   TEXT    CHECK (success_rate GLOB '[01].[0-9][0-9]' AND success_rate <= '1.00'),
    verified_at    TEXT,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    deleted_at     TEXT,
    audit          TEXT,
    -- Whoever is gone is nobody's agent.
    CHECK (deleted_at IS NULL OR verified_at IS NULL)
) STRICT;

CREATE UNIQUE INDEX agents_user ON agents (user_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX agents_licence ON agents (licence_number) WHERE deleted_at IS NULL;
CREATE INDEX agents_waiting ON agents (id) WHERE deleted_at IS NULL;

CREATE TRIGGER agents_audit_insert AFTER INSERT ON agents WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'agent', NEW.id);
END;
CREATE TRIGGER agents_audit_update AFTER UPDATE OF audit ON agents WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'agent', NEW.id);
END;

-- The role follows the verification. Losing it voids the tokens that still name it.
CREATE TRIGGER agents_verified AFTER UPDATE OF verified_at ON agents WHEN NEW.verified_at IS NOT NULL
BEGIN
    UPDATE users SET role = 'agent', version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.user_id AND role = 'user' AND deleted_at IS NULL;
END;
CREATE TRIGGER agents_unverified AFTER UPDATE OF verified_at ON agents
WHEN NEW.verified_at IS NULL AND OLD.verified_at IS NOT NULL
BEGIN
    UPDATE users SET role = 'user', token_version = token_version + 1, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.user_id AND role = 'agent';
END;
-- And the other way round: whoever is made an ordinary user is no verified agent.
CREATE TRIGGER users_no_agent AFTER UPDATE OF role ON users WHEN NEW.role = 'user' AND OLD.role <> 'user'
BEGIN
    UPDATE agents SET verified_at = NULL, version = version + 1, updated_at = NEW.updated_at
    WHERE user_id = NEW.id AND verified_at IS NOT NULL;
END;

-- An account that ends (AUTH-11) takes along what has no reason to stay: texts and addresses that name somebody, mail that waits,
-- tokens in mails. Ids, states, amounts and dates stay, and so do payments.
CREATE TRIGGER users_deleted AFTER UPDATE OF deleted_at ON users WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    UPDATE sessions SET user_agent = '', client_address = '', place = NULL WHERE user_id = NEW.id;
    UPDATE one_time_tokens SET expires_at = NEW.deleted_at
    WHERE user_id = NEW.id AND used_at IS NULL AND expires_at > NEW.deleted_at;
    DELETE FROM outbox WHERE recipient = OLD.email;
    UPDATE agents SET deleted_at = NEW.deleted_at, updated_at = NEW.deleted_at, verified_at = NULL, version = version + 1
    WHERE user_id = NEW.id AND deleted_at IS NULL;
    UPDATE signals SET address = '-', description = '-', deleted_at = COALESCE(deleted_at, NEW.deleted_at),
        updated_at = NEW.deleted_at, version = version + 1
    WHERE owner_id = NEW.id;
    UPDATE contracts SET address = '-', counterparty_name = NULL, document_text = NULL,
        deleted_at = COALESCE(deleted_at, NEW.deleted_at), updated_at = NEW.deleted_at, version = version + 1
    WHERE user_id = NEW.id;
END;
