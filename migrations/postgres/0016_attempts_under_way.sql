-- Attempts to sign in that are under way are told from those that failed (AUTH-10), and an identity of a provider can be given up
-- (AUTH-14).

-- `failures` counts attempts that ended wrong, `under_way` those that have not ended: both together never pass the bound, so that
-- parallel guesses get no further than guesses in a row; but only failures lock. What has not ended within a minute of the newest
-- attempt counts as a failure (store::sign_in).
ALTER TABLE sign_in_attempts ADD COLUMN under_way BIGINT NOT NULL DEFAULT 0;
-- What the newest attempt that was not refused for a lock got.
ALTER TABLE sign_in_attempts ADD COLUMN verdict TEXT NOT NULL DEFAULT 'admitted' CHECK (verdict IN ('admitted', 'busy'));

-- Who was sent away to come back was not counted anywhere.
DROP TRIGGER sign_in_attempts_count_update ON sign_in_attempts;
CREATE TRIGGER sign_in_attempts_count_update AFTER UPDATE OF last_at ON sign_in_attempts
    FOR EACH ROW WHEN (NEW.verdict = 'admitted') EXECUTE FUNCTION sign_in_attempts_count();

-- As before, and the attempt has ended; those beside it go on.
CREATE OR REPLACE FUNCTION sessions_attempt_succeeded() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sign_in_attempts SET failures = 0, under_way = CASE WHEN under_way > 0 THEN under_way - 1 ELSE 0 END,
        succeeded_at = NEW.created_at, notified_at = NULL
    WHERE id = NEW.attempt;
    UPDATE account_failures SET failures = failures - 1
    WHERE failures > 0 AND account = (SELECT a.account FROM sign_in_attempts a WHERE a.id = NEW.attempt);
    RETURN NULL;
END;
$$;

-- As before, and what is under way is no longer looked for: it is checked against a password that is gone.
CREATE OR REPLACE FUNCTION users_password_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sessions SET ended_at = NEW.password_changed_at, end_reason = 'password_changed'
    WHERE user_id = NEW.id AND ended_at IS NULL
        AND (NEW.password_changed_in IS NULL OR id <> NEW.password_changed_in);

    UPDATE sign_in_attempts SET failures = 0, under_way = 0, notified_at = NULL WHERE user_id = NEW.id;
    DELETE FROM account_failures
    WHERE account IN (SELECT a.account FROM sign_in_attempts a WHERE a.user_id = NEW.id);

    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    VALUES ((NEW.notice::jsonb ->> 'id')::uuid, NEW.email, 'password_changed', NEW.notice::jsonb ->> 'language', NEW.name,
        NEW.password_changed_at, NEW.password_changed_at);
    RETURN NULL;
END;
$$;

-- Giving up an identity is an UPDATE, so that its event travels in the row; then the row goes, tokens and all.
ALTER TABLE provider_identities ADD COLUMN unlinked_at TIMESTAMPTZ;
CREATE FUNCTION provider_identities_unlinked() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM provider_identities WHERE id = NEW.id;
    RETURN NULL;
END;
$$;
CREATE TRIGGER provider_identities_unlinked AFTER UPDATE OF unlinked_at ON provider_identities
    FOR EACH ROW WHEN (NEW.unlinked_at IS NOT NULL) EXECUTE FUNCTION provider_identities_unlinked();
