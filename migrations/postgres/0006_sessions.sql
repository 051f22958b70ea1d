-- Sign-ins that are listed and ended, tokens that are voided, accounts that end, and agents (AUTH-7, AUTH-11 to AUTH-13, AUTH-19).

-- Where a sign-in came from, if the operator has loaded places.
ALTER TABLE sessions ADD COLUMN place TEXT;

-- Ranges of addresses, none overlapping: IPv6 as 32 hexadecimal digits, IPv4 in its IPv6 clothes.
CREATE TABLE places (
    low   TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(low) = 32),
    high  TEXT COLLATE "C" NOT NULL CHECK (length(high) = 32),
    place TEXT NOT NULL,
    CHECK (low <= high)
);

-- Setting `signed_out_at` ends the sign-ins of a person in the same statement, except one if `signed_out_except` names it.
ALTER TABLE users ADD COLUMN signed_out_at TIMESTAMPTZ;
ALTER TABLE users ADD COLUMN signed_out_because TEXT;
ALTER TABLE users ADD COLUMN signed_out_except UUID;

CREATE FUNCTION users_sign_out() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sessions SET ended_at = NEW.signed_out_at, end_reason = NEW.signed_out_because
    WHERE user_id = NEW.id AND ended_at IS NULL AND (NEW.signed_out_except IS NULL OR id <> NEW.signed_out_except);
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_sign_out AFTER UPDATE OF signed_out_at ON users
    FOR EACH ROW WHEN (NEW.signed_out_at IS NOT NULL) EXECUTE FUNCTION users_sign_out();

CREATE INDEX sessions_living ON sessions (user_id, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (user_id, ended_at) WHERE ended_at IS NOT NULL;

-- No account has a token version below this one (AUTH-13). Raising it raises the accounts and ends every sign-in.
CREATE TABLE token_floor (
    id                BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    min_token_version BIGINT NOT NULL,
    raised_at         TIMESTAMPTZ,
    audit             TEXT
);

INSERT INTO token_floor (id, min_token_version) VALUES (1, 1);

-- A statement that waited for another one computes with what it saw before it waited; a trigger sees what is there now.
CREATE FUNCTION token_floor_compute() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.min_token_version := 2 + GREATEST(OLD.min_token_version, (SELECT MAX(u.token_version) FROM users u));
    RETURN NEW;
END;
$$;

CREATE TRIGGER token_floor_compute BEFORE UPDATE OF min_token_version ON token_floor
    FOR EACH ROW EXECUTE FUNCTION token_floor_compute();

CREATE FUNCTION token_floor_raise() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET token_version = NEW.min_token_version WHERE token_version < NEW.min_token_version;
    UPDATE sessions SET ended_at = NEW.raised_at, end_reason = 'everybody_revoked' WHERE ended_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER token_floor_raise AFTER UPDATE OF min_token_version ON token_floor
    FOR EACH ROW EXECUTE FUNCTION token_floor_raise();

CREATE TRIGGER token_floor_audit AFTER UPDATE OF audit ON token_floor
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('everybody', 'id');

-- The lock makes an account that is created while the floor rises wait for it.
CREATE FUNCTION users_from_the_floor() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    lowest BIGINT;
BEGIN
    SELECT f.min_token_version INTO lowest FROM token_floor f FOR SHARE;
    IF NEW.token_version < lowest THEN
        NEW.token_version := lowest;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER users_from_the_floor BEFORE INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION users_from_the_floor();

-- Agents (AUTH-19). Ratios are NUMERIC(3,2) here and exact decimal text on SQLite: both read as text of the form `d.dd`.
CREATE TABLE agents (
    id             UUID          NOT NULL PRIMARY KEY,
    user_id        UUID          NOT NULL REFERENCES users (id),
    licence_number TEXT          NOT NULL,
    rating         NUMERIC(3, 2) CHECK (rating BETWEEN 0 AND 5),
    success_rate   NUMERIC(3, 2) CHECK (success_rate BETWEEN 0 AND 1),
    verified_at    TIMESTAMPTZ,
    version        BIGINT        NOT NULL DEFAULT 1,
    created_at     TIMESTAMPTZ   NOT NULL,
    updated_at     TIMESTAMPTZ   NOT NULL,
    deleted_at     TIMESTAMPTZ,
    audit          TEXT,
    -- Whoever is gone is nobody's agent.
    CHECK (deleted_at IS NULL OR verified_at IS NULL)
);

CREATE UNIQUE INDEX agents_user ON agents (user_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX agents_licence ON agents (licence_number) WHERE deleted_at IS NULL;
CREATE INDEX agents_waiting ON agents (id) WHERE deleted_at IS NULL;

CREATE TRIGGER agents_audit_insert AFTER INSERT ON agents
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('agent', 'id');
CREATE TRIGGER agents_audit_update AFTER UPDATE OF audit ON agents
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('agent', 'id');

-- The role follows the verification. Losing it voids the tokens that still name it.
CREATE FUNCTION agents_role() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.verified_at IS NOT NULL THEN
        UPDATE users SET role = 'agent', version = version + 1, updated_at = NEW.updated_at
        WHERE id = NEW.user_id AND role = 'user' AND deleted_at IS NULL;
    ELSIF OLD.verified_at IS NOT NULL THEN
        UPDATE users SET role = 'user', token_version = token_version + 1, version = version + 1, updated_at = NEW.updated_at
        WHERE id = NEW.user_id AND role = 'agent';
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER agents_role AFTER UPDATE OF verified_at ON agents
    FOR EACH ROW EXECUTE FUNCTION agents_role();

-- And the other way round: whoever is made an ordinary user is no verified agent.
CREATE FUNCTION users_no_agent() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE agents SET verified_at = NULL, version = version + 1, updated_at = NEW.updated_at
    WHERE user_id = NEW.id AND verified_at IS NOT NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_no_agent AFTER UPDATE OF role ON users
    FOR EACH ROW WHEN (NEW.role = 'user' AND OLD.role <> 'user') EXECUTE FUNCTION users_no_agent();

-- An account that ends (AUTH-11) takes along what has no reason to stay: texts and addresses that name somebody, mail that waits,
-- tokens in mails. Ids, states, amounts and dates stay, and so do payments.
CREATE FUNCTION users_deleted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
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
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_deleted AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL) EXECUTE FUNCTION users_deleted();
