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
