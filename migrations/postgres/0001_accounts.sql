-- Accounts, sign-ins, one-time tokens and mail that waits (AUTH-1 to AUTH-9, AUTH-17).

CREATE TABLE users (
    id                UUID        NOT NULL PRIMARY KEY,
    email             TEXT        NOT NULL,
    name              TEXT        NOT NULL,
    password_hash     TEXT,
    email_verified_at TIMESTAMPTZ,
    tier              TEXT        NOT NULL DEFAULT 'free' CHECK (tier IN ('free', 'premium')),
    role              TEXT        NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'agent', 'admin')),
    token_version     BIGINT      NOT NULL DEFAULT 1,
    version           BIGINT      NOT NULL DEFAULT 1,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    deleted_at        TIMESTAMPTZ
);

-- An address can register again after its account was deleted (CONV-11).
CREATE UNIQUE INDEX users_email ON users (email) WHERE deleted_at IS NULL;

-- One row is one sign-in: one refresh-token family (AUTH-5, AUTH-6). Only hashes are stored.
CREATE TABLE sessions (
    id                  UUID        NOT NULL PRIMARY KEY,
    user_id             UUID        NOT NULL REFERENCES users (id),
    current_hash        BYTEA       NOT NULL,
    previous_hash       BYTEA,
    -- The current token, sealed with a key that only the holder of the previous one can derive: within the grace it is
    -- handed out again.
    successor_sealed    BYTEA,
    generation          BIGINT      NOT NULL DEFAULT 1,
    rotated_at          TIMESTAMPTZ,
    idle_expires_at     TIMESTAMPTZ NOT NULL,
    absolute_expires_at TIMESTAMPTZ NOT NULL,
    created_at          TIMESTAMPTZ NOT NULL,
    last_used_at        TIMESTAMPTZ NOT NULL,
    ended_at            TIMESTAMPTZ,
    end_reason          TEXT,
    user_agent          TEXT        NOT NULL DEFAULT '',
    client_address      TEXT        NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX sessions_current_hash ON sessions (current_hash);
CREATE INDEX sessions_user ON sessions (user_id, created_at);

-- Every refresh token that was ever rotated, so that its reuse is recognised.
CREATE TABLE refresh_token_usage (
    token_hash BYTEA       NOT NULL PRIMARY KEY,
    session_id UUID        NOT NULL REFERENCES sessions (id),
    used_at    TIMESTAMPTZ NOT NULL
);

CREATE INDEX refresh_token_usage_session ON refresh_token_usage (session_id);

-- A trigger, so that rotating stays one statement.
CREATE FUNCTION sessions_remember_rotated() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO refresh_token_usage (token_hash, session_id, used_at)
    VALUES (OLD.current_hash, OLD.id, NEW.rotated_at);
    RETURN NULL;
END;
$$;

CREATE TRIGGER sessions_remember_rotated AFTER UPDATE OF current_hash ON sessions
    FOR EACH ROW EXECUTE FUNCTION sessions_remember_rotated();

CREATE TABLE one_time_tokens (
    token_hash BYTEA       NOT NULL PRIMARY KEY,
    user_id    UUID        NOT NULL REFERENCES users (id),
    purpose    TEXT        NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);

CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id);

CREATE TABLE outbox (
    id              UUID        NOT NULL PRIMARY KEY,
    recipient       TEXT        NOT NULL,
    template        TEXT        NOT NULL,
    language        TEXT        NOT NULL,
    person_name     TEXT        NOT NULL DEFAULT '',
    token           TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    attempts        BIGINT      NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    sent_at         TIMESTAMPTZ
);

CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE sent_at IS NULL;

-- Registering writes three rows: as a view with a trigger it is one statement, so no lock is held while a component waits for
-- its turn. An address that is known gets another mail, and nothing else (AUTH-1).
CREATE VIEW registrations AS
SELECT u.id, u.email, u.name, u.password_hash, u.created_at AS registered_at, t.token_hash, t.expires_at AS token_expires_at,
    m.token, m.id AS mail_id, m.language
FROM users u
JOIN one_time_tokens t ON t.user_id = u.id
JOIN outbox m ON m.recipient = u.email;

CREATE FUNCTION registrations_enter() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
    VALUES (NEW.id, NEW.email, NEW.name, NEW.password_hash, NEW.registered_at, NEW.registered_at)
    ON CONFLICT (email) WHERE deleted_at IS NULL DO NOTHING;

    INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at)
    SELECT NEW.token_hash, u.id, 'verify_email', NEW.registered_at, NEW.token_expires_at
    FROM users u WHERE u.id = NEW.id;

    INSERT INTO outbox (id, recipient, template, language, person_name, token, created_at, next_attempt_at)
    SELECT NEW.mail_id, NEW.email,
        CASE WHEN u.id = NEW.id THEN 'verify_email' ELSE 'already_registered' END,
        NEW.language, NEW.name,
        CASE WHEN u.id = NEW.id THEN NEW.token END,
        NEW.registered_at, NEW.registered_at
    FROM users u WHERE u.email = NEW.email AND u.deleted_at IS NULL;
    RETURN NEW;
END;
$$;

CREATE TRIGGER registrations_enter INSTEAD OF INSERT ON registrations
    FOR EACH ROW EXECUTE FUNCTION registrations_enter();

-- Using a verification token marks the address, in the same statement.
CREATE FUNCTION one_time_tokens_verify_email() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET email_verified_at = COALESCE(email_verified_at, NEW.used_at), updated_at = NEW.used_at,
        version = version + 1
    WHERE id = NEW.user_id AND deleted_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER one_time_tokens_verify_email AFTER UPDATE OF used_at ON one_time_tokens
    FOR EACH ROW WHEN (NEW.purpose = 'verify_email' AND OLD.used_at IS NULL)
    EXECUTE FUNCTION one_time_tokens_verify_email();
