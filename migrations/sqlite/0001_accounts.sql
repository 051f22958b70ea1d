-- Accounts, sign-ins, one-time tokens and mail that waits (AUTH-1 to AUTH-9, AUTH-17).
-- Times are fixed-width UTC text, so text order is time order (CONV-2).

CREATE TABLE users (
    id                TEXT    NOT NULL PRIMARY KEY,
    email             TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    password_hash     TEXT,
    email_verified_at TEXT,
    tier              TEXT    NOT NULL DEFAULT 'free' CHECK (tier IN ('free', 'premium')),
    role              TEXT    NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'agent', 'admin')),
    token_version     INTEGER NOT NULL DEFAULT 1,
    version           INTEGER NOT NULL DEFAULT 1,
    created_at        TEXT    NOT NULL,
    updated_at        TEXT    NOT NULL,
    deleted_at        TEXT
) STRICT;

-- An address can register again after its account was deleted (CONV-11).
CREATE UNIQUE INDEX users_email ON users (email) WHERE deleted_at IS NULL;

-- One row is one sign-in: one refresh-token family (AUTH-5, AUTH-6). Only hashes are stored.
CREATE TABLE sessions (
    id                  TEXT    NOT NULL PRIMARY KEY,
    user_id             TEXT    NOT NULL REFERENCES users (id),
    current_hash        BLOB    NOT NULL,
    previous_hash       BLOB,
    -- The current token, sealed with a key that only the holder of the previous one can derive: within the grace it is
    -- handed out again.
    successor_sealed    BLOB,
    generation          INTEGER NOT NULL DEFAULT 1,
    rotated_at          TEXT,
    idle_expires_at     TEXT    NOT NULL,
    absolute_expires_at TEXT    NOT NULL,
    created_at          TEXT    NOT NULL,
    last_used_at        TEXT    NOT NULL,
    ended_at            TEXT,
    end_reason          TEXT,
    user_agent          TEXT    NOT NULL DEFAULT '',
    client_address      TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX sessions_current_hash ON sessions (current_hash);
CREATE INDEX sessions_user ON sessions (user_id, created_at);

-- Every refresh token that was ever rotated, so that its reuse is recognised.
CREATE TABLE refresh_token_usage (
    token_hash BLOB NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    used_at    TEXT NOT NULL
) STRICT;

CREATE INDEX refresh_token_usage_session ON refresh_token_usage (session_id);

-- A trigger, so that rotating stays one statement.
CREATE TRIGGER sessions_remember_rotated AFTER UPDATE OF current_hash ON sessions
BEGIN
    INSERT INTO refresh_token_usage (token_hash, session_id, used_at)
    VALUES (OLD.current_hash, OLD.id, NEW.rotated_at);
END;

CREATE TABLE one_time_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    purpose    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT
) STRICT;

CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id);

CREATE TABLE outbox (
    id              TEXT    NOT NULL PRIMARY KEY,
    recipient       TEXT    NOT NULL,
    template        TEXT    NOT NULL,
    language        TEXT    NOT NULL,
    person_name     TEXT    NOT NULL DEFAULT '',
    token           TEXT,
    created_at      TEXT    NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT    NOT NULL,
    sent_at         TEXT
) STRICT;

CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE sent_at IS NULL;

-- Registering writes three rows: as a view with a trigger it is one statement, so no lock is held while a component waits for
-- its turn. An address that is known gets another mail, and nothing else (AUTH-1).
CREATE VIEW registrations AS
SELECT u.id, u.email, u.name, u.password_hash, u.created_at AS registered_at, t.token_hash, t.expires_at AS token_expires_at,
    m.token, m.id AS mail_id, m.language
FROM users u
JOIN one_time_tokens t ON t.user_id = u.id
JOIN outbox m ON m.recipient = u.email;

CREATE TRIGGER registrations_enter INSTEAD OF INSERT ON registrations
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
END;

-- Using a verification token marks the address, in the same statement.
CREATE TRIGGER one_time_tokens_verify_email AFTER UPDATE OF used_at ON one_time_tokens
WHEN NEW.purpose = 'verify_email' AND OLD.used_at IS NULL
BEGIN
    UPDATE users SET email_verified_at = COALESCE(email_verified_at, NEW.used_at), updated_at = NEW.used_at,
        version = version + 1
    WHERE id = NEW.user_id AND deleted_at IS NULL;
END;
