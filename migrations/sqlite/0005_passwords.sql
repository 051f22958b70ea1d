-- Passwords that are reset and changed, verification mails that are asked for again, and lockout (AUTH-2, AUTH-8, AUTH-10).

-- Registering is recorded (GUARD-11): the view of 0001 with one column more.
DROP VIEW registrations;
CREATE VIEW registrations AS
SELECT u.id, u.email, u.name, u.password_hash, u.created_at AS registered_at, t.token_hash, t.expires_at AS token_expires_at,
    m.token, m.id AS mail_id, m.language, u.audit
FROM users u
JOIN one_time_tokens t ON t.user_id = u.id
JOIN outbox m ON m.recipient = u.email;

CREATE TRIGGER registrations_enter INSTEAD OF INSERT ON registrations
BEGIN
    INSERT INTO users (id, email, name, password_hash, created_at, updated_at, audit)
    VALUES (NEW.id, NEW.email, NEW.name, NEW.password_hash, NEW.registered_at, NEW.registered_at, NEW.audit)
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

-- A newer token voids the older ones without using them.
ALTER TABLE one_time_tokens ADD COLUMN voided_at TEXT;

-- Who asks for a mail leaves a row here whether or not the address is known, so that both are a write and take alike long.
-- Addresses stand here as SHA-256.
CREATE TABLE mail_requests (
    account      BLOB NOT NULL,
    purpose      TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    PRIMARY KEY (account, purpose)
) STRICT;

-- Asking for another verification mail (AUTH-2): only an account that is not verified gets one.
CREATE VIEW verification_requests AS
SELECT x'' AS account, u.email, t.token_hash, t.expires_at AS token_expires_at, m.token, m.id AS mail_id, m.language,
    t.created_at AS requested_at, t.audit
FROM users u
JOIN one_time_tokens t ON t.user_id = u.id
JOIN outbox m ON m.recipient = u.email;

CREATE TRIGGER verification_requests_enter INSTEAD OF INSERT ON verification_requests
BEGIN
    INSERT INTO mail_requests (account, purpose, requested_at)
    VALUES (NEW.account, 'verify_email', NEW.requested_at)
    ON CONFLICT (account, purpose) DO UPDATE SET requested_at = excluded.requested_at;

    UPDATE one_time_tokens SET voided_at = NEW.requested_at
    WHERE purpose = 'verify_email' AND used_at IS NULL AND voided_at IS NULL AND user_id = (
        SELECT u.id FROM users u
        WHERE u.email = NEW.email AND u.deleted_at IS NULL AND u.email_verified_at IS NULL);

    INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at, audit)
    SELECT NEW.token_hash, u.id, 'verify_email', NEW.requested_at, NEW.token_expires_at, NEW.audit
    FROM users u WHERE u.email = NEW.email AND u.deleted_at IS NULL AND u.email_verified_at IS NULL;

    INSERT INTO outbox (id, recipient, template, language, person_name, token, created_at, next_attempt_at)
    SELECT NEW.mail_id, u.email, 'verify_email', NEW.language, u.name, NEW.token, NEW.requested_at, NEW.requested_at
    FROM users u WHERE u.email = NEW.email AND u.deleted_at IS NULL AND u.email_verified_at IS NULL;
END;

-- The reset token stands in the account's own row: there is one at a time, so a newer one voids the older, and using it is a
-- conditional UPDATE of that one row (docs/decisions.md).
ALTER TABLE users ADD COLUMN reset_token_hash BLOB;
ALTER TABLE users ADD COLUMN reset_expires_at TEXT;
ALTER TABLE users ADD COLUMN reset_used_at TEXT;
CREATE UNIQUE INDEX users_reset_token ON users (reset_token_hash) WHERE reset_token_hash IS NOT NULL;

-- When the password was last set anew, and in which sign-in; none for a reset by mail.
ALTER TABLE users ADD COLUMN password_changed_at TEXT;
ALTER TABLE users ADD COLUMN password_changed_in TEXT;
-- The mail that tells the person of the last change, as JSON: its id and its language.
ALTER TABLE users ADD COLUMN notice TEXT;

-- Asking for a reset (AUTH-8).
CREATE VIEW reset_requests AS
SELECT x'' AS account, u.email, u.reset_token_hash AS token_hash, u.reset_expires_at AS token_expires_at, m.token,
    m.id AS mail_id, m.language, u.updated_at AS requested_at, u.audit
FROM users u
JOIN outbox m ON m.recipient = u.email;

CREATE TRIGGER reset_requests_enter INSTEAD OF INSERT ON reset_requests
BEGIN
    INSERT INTO mail_requests (account, purpose, requested_at)
    VALUES (NEW.account, 'reset_password', NEW.requested_at)
    ON CONFLICT (account, purpose) DO UPDATE SET requested_at = excluded.requested_at;

    UPDATE users SET reset_token_hash = NEW.token_hash, reset_expires_at = NEW.token_expires_at, reset_used_at = NULL,
        audit = NEW.audit
    WHERE email = NEW.email AND deleted_at IS NULL;

    INSERT INTO outbox (id, recipient, template, language, person_name, token, created_at, next_attempt_at)
    SELECT NEW.mail_id, u.email, 'reset_password', NEW.language, u.name, NEW.token, NEW.requested_at, NEW.requested_at
    FROM users u WHERE u.email = NEW.email AND u.deleted_at IS NULL;
END;

-- Attempts to sign in, by account and client (AUTH-10). Neither addresses stand here: `id` is the SHA-256 of both together,
-- `account` that of the mail address. Accounts that do not exist have rows too, so that they cost the same.
CREATE TABLE sign_in_attempts (
    id           BLOB    NOT NULL PRIMARY KEY,
    account      BLOB    NOT NULL,
    user_id      TEXT,
    -- In a row; an attempt counts before its password is looked at, and a success sets this to 0.
    failures     INTEGER NOT NULL,
    last_at      TEXT    NOT NULL,
    -- When a lock that the last attempt leads to would end.
    retry_at     TEXT    NOT NULL,
    -- When this client last signed in to this account: such a client is known, see account_failures.
    succeeded_at TEXT,
    -- When the owner was told of the present lock, why, and by which mail.
    notified_at  TEXT,
    notified_for TEXT CHECK (notified_for IN ('client', 'account')),
    mail_id      TEXT,
    language     TEXT,
    audit        TEXT
) STRICT;

CREATE INDEX sign_in_attempts_user ON sign_in_attempts (user_id);
CREATE INDEX sign_in_attempts_last ON sign_in_attempts (last_at);

-- The wider count of an account, over all clients, within an hour.
CREATE TABLE account_failures (
    account     BLOB    NOT NULL PRIMARY KEY,
    failures    INTEGER NOT NULL,
    ends_at     TEXT    NOT NULL,
    notified_at TEXT
) STRICT;

CREATE TRIGGER sign_in_attempts_count_insert AFTER INSERT ON sign_in_attempts
BEGIN
    INSERT INTO account_failures (account, failures, ends_at) VALUES (NEW.account, 1, NEW.retry_at)
    ON CONFLICT (account) DO UPDATE SET
        failures = CASE WHEN ends_at <= NEW.last_at THEN 1 ELSE failures + 1 END,
        notified_at = CASE WHEN ends_at <= NEW.last_at THEN NULL ELSE notified_at END,
        ends_at = CASE WHEN ends_at <= NEW.last_at THEN NEW.retry_at ELSE ends_at END;
END;

CREATE TRIGGER sign_in_attempts_count_update AFTER UPDATE OF last_at ON sign_in_attempts
BEGIN
    INSERT INTO account_failures (account, failures, ends_at) VALUES (NEW.account, 1, NEW.retry_at)
    ON CONFLICT (account) DO UPDATE SET
        failures = CASE WHEN ends_at <= NEW.last_at THEN 1 ELSE failures + 1 END,
        notified_at = CASE WHEN ends_at <= NEW.last_at THEN NULL ELSE notified_at END,
        ends_at = CASE WHEN ends_at <= NEW.last_at THEN NEW.retry_at ELSE ends_at END;
END;

-- A lock: one mail to the owner, one event.
CREATE TRIGGER sign_in_attempts_lockout AFTER UPDATE OF notified_at ON sign_in_attempts
WHEN NEW.notified_at IS NOT NULL AND OLD.notified_at IS NULL
BEGIN
    UPDATE account_failures SET notified_at = NEW.notified_at
    WHERE account = NEW.account AND NEW.notified_for = 'account';

    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    SELECT NEW.mail_id, u.email, 'lockout', NEW.language, u.name, NEW.notified_at, NEW.notified_at
    FROM users u WHERE u.id = NEW.user_id AND u.deleted_at IS NULL;

    INSERT INTO audit_entries (audit, object_kind, object_id)
    SELECT NEW.audit, 'user', u.id FROM users u WHERE u.id = NEW.user_id AND u.deleted_at IS NULL;
END;

-- The attempt by which a session began: its success ends the row of failures, and gives back what it was counted as.
ALTER TABLE sessions ADD COLUMN attempt BLOB;
CREATE TRIGGER sessions_attempt_succeeded AFTER INSERT ON sessions WHEN NEW.attempt IS NOT NULL
BEGIN
    UPDATE sign_in_attempts SET failures = 0, succeeded_at = NEW.created_at, notified_at = NULL
    WHERE id = NEW.attempt;
    UPDATE account_failures SET failures = failures - 1
    WHERE failures > 0 AND account = (SELECT a.account FROM sign_in_attempts a WHERE a.id = NEW.attempt);
END;

-- A new password ends every sign-in but the one in which it was changed, and every lock: whoever guessed, guesses anew.
CREATE TRIGGER users_password_changed AFTER UPDATE OF password_changed_at ON users
WHEN NEW.password_changed_at IS NOT NULL
BEGIN
    UPDATE sessions SET ended_at = NEW.password_changed_at, end_reason = 'password_changed'
    WHERE user_id = NEW.id AND ended_at IS NULL
        AND (NEW.password_changed_in IS NULL OR id <> NEW.password_changed_in);

    UPDATE sign_in_attempts SET failures = 0, notified_at = NULL WHERE user_id = NEW.id;
    DELETE FROM account_failures
    WHERE account IN (SELECT a.account FROM sign_in_attempts a WHERE a.user_id = NEW.id);

    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    VALUES (NEW.notice ->> 'id', NEW.email, 'password_changed', NEW.notice ->> 'language', NEW.name,
        NEW.password_changed_at, NEW.password_changed_at);
END;
