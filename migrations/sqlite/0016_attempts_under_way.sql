-- Attempts to sign in that are under way are told from those that failed (AUTH-10), and an identity of a provider can be given up
-- (AUTH-14).

-- `failures` counts attempts that ended wrong, `under_way` those that have not ended: both together never pass the bound, so that
-- parallel guesses get no further than guesses in a row; but only failures lock. What has not ended within a minute of the newest
-- attempt counts as a failure (store::sign_in).
ALTER TABLE sign_in_attempts ADD COLUMN under_way INTEGER NOT NULL DEFAULT 0;
-- What the newest attempt that was not refused for a lock got.
ALTER TABLE sign_in_attempts ADD COLUMN verdict TEXT NOT NULL DEFAULT 'admitted' CHECK (verdict IN ('admitted', 'busy'));

-- Who was sent away to come back was not counted anywhere.
DROP TRIGGER sign_in_attempts_count_update;
CREATE TRIGGER sign_in_attempts_count_update AFTER UPDATE OF last_at ON sign_in_attempts WHEN NEW.verdict = 'admitted'
BEGIN
    INSERT INTO account_failures (account, failures, ends_at) VALUES (NEW.account, 1, NEW.retry_at)
    ON CONFLICT (account) DO UPDATE SET
        failures = CASE WHEN ends_at <= NEW.last_at THEN 1 ELSE failures + 1 END,
        notified_at = CASE WHEN ends_at <= NEW.last_at THEN NULL ELSE notified_at END,
        ends_at = CASE WHEN ends_at <= NEW.last_at THEN NEW.retry_at ELSE ends_at END;
END;

-- As before, and the attempt has ended; those beside it go on.
DROP TRIGGER sessions_attempt_succeeded;
CREATE TRIGGER sessions_attempt_succeeded AFTER INSERT ON sessions WHEN NEW.attempt IS NOT NULL
BEGIN
    UPDATE sign_in_attempts SET failures = 0, under_way = CASE WHEN under_way > 0 THEN under_way - 1 ELSE 0 END,
        succeeded_at = NEW.created_at, notified_at = NULL
    WHERE id = NEW.attempt;
    UPDATE account_failures SET failures = failures - 1
    WHERE failures > 0 AND account = (SELECT a.account FROM sign_in_attempts a WHERE a.id = NEW.attempt);
END;

-- As before, and what is under way is no longer looked for: it is checked against a password that is gone.
DROP TRIGGER users_password_changed;
CREATE TRIGGER users_password_changed AFTER UPDATE OF password_changed_at ON users
WHEN NEW.password_changed_at IS NOT NULL
BEGIN
    UPDATE sessions SET ended_at = NEW.password_changed_at, end_reason = 'password_changed'
    WHERE user_id = NEW.id AND ended_at IS NULL
        AND (NEW.password_changed_in IS NULL OR id <> NEW.password_changed_in);

    UPDATE sign_in_attempts SET failures = 0, under_way = 0, notified_at = NULL WHERE user_id = NEW.id;
    DELETE FROM account_failures
    WHERE account IN (SELECT a.account FROM sign_in_attempts a WHERE a.user_id = NEW.id);

    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    VALUES (NEW.notice ->> 'id', NEW.email, 'password_changed', NEW.notice ->> 'language', NEW.name,
        NEW.password_changed_at, NEW.password_changed_at);
END;

-- Giving up an identity is an UPDATE, so that its event travels in the row; then the row goes, tokens and all.
ALTER TABLE provider_identities ADD COLUMN unlinked_at TEXT;
CREATE TRIGGER provider_identities_unlinked AFTER UPDATE OF unlinked_at ON provider_identities WHEN NEW.unlinked_at IS NOT NULL
BEGIN
    DELETE FROM provider_identities WHERE id = NEW.id;
END;
