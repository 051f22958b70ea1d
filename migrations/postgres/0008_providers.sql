-- Sign-in with providers (AUTH-14) and their tokens (AUTH-15).

-- When a password was last set with a token out of the mailbox. A password that was set in any other way may be somebody else's
-- who registered the address before its owner came, so it does not survive linking (docs/decisions.md).
ALTER TABLE users ADD COLUMN password_proven_at TIMESTAMPTZ;

CREATE FUNCTION one_time_tokens_prove_password() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET password_proven_at = NEW.used_at WHERE id = NEW.user_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER one_time_tokens_prove_password AFTER UPDATE OF used_at ON one_time_tokens
    FOR EACH ROW WHEN (NEW.purpose = 'reset_password' AND OLD.used_at IS NULL)
    EXECUTE FUNCTION one_time_tokens_prove_password();

-- Who somebody is at a provider. The provider's tokens are encrypted, with the id of the key beside them and the row's id as
-- associated data.
CREATE TABLE provider_identities (
    id                UUID        NOT NULL PRIMARY KEY,
    user_id           UUID        NOT NULL REFERENCES users (id),
    provider          TEXT        NOT NULL CHECK (provider IN ('kakao', 'naver', 'google', 'github')),
    subject           TEXT        NOT NULL,
    access_sealed     BYTEA       NOT NULL,
    refresh_sealed    BYTEA,
    key_id            TEXT        NOT NULL,
    access_expires_at TIMESTAMPTZ,
    version           BIGINT      NOT NULL DEFAULT 1,
    created_at        TIMESTAMPTZ NOT NULL,
    last_used_at      TIMESTAMPTZ NOT NULL,
    -- When it was tied to an account that was there before it; NULL for the identity that an account began with.
    linked_at         TIMESTAMPTZ,
    audit             TEXT
);

CREATE UNIQUE INDEX provider_identities_subject ON provider_identities (provider, subject);
CREATE INDEX provider_identities_user ON provider_identities (user_id);

CREATE TRIGGER provider_identities_audit_insert AFTER INSERT ON provider_identities
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('user', 'user_id');
CREATE TRIGGER provider_identities_audit_update AFTER UPDATE OF audit ON provider_identities
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('user', 'user_id');

-- An account that ends gives its identities free and leaves no token of a provider behind (CONV-11).
CREATE FUNCTION users_deleted_identities() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM provider_identities WHERE user_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_deleted_identities AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION users_deleted_identities();

-- One row is one visit to a provider: begun, come back, and then either signed in or waiting for a proof of the address. Only
-- hashes of what the browser, the app and the mailbox hold.
CREATE TABLE oauth_states (
    state_hash        BYTEA       NOT NULL PRIMARY KEY,
    provider          TEXT        NOT NULL,
    browser_hash      BYTEA       NOT NULL,
    -- The S256 challenge of the app that began (RFC 7636).
    app_challenge     TEXT        NOT NULL,
    -- The verifier for the provider, sealed with a key that only the holder of the state can derive.
    verifier_sealed   BYTEA       NOT NULL,
    return_to         TEXT,
    created_at        TIMESTAMPTZ NOT NULL,
    expires_at        TIMESTAMPTZ NOT NULL,
    used_at           TIMESTAMPTZ,
    -- Signed in: the code that the app exchanges for tokens.
    user_id           UUID REFERENCES users (id),
    code_hash         BYTEA,
    code_expires_at   TIMESTAMPTZ,
    exchanged_at      TIMESTAMPTZ,
    -- Waiting for a proof of the address: what will be entered.
    proof_hash        BYTEA,
    proof_expires_at  TIMESTAMPTZ,
    proven_at         TIMESTAMPTZ,
    arrival           TEXT,
    access_sealed     BYTEA,
    refresh_sealed    BYTEA,
    audit             TEXT
);

CREATE UNIQUE INDEX oauth_states_code ON oauth_states (code_hash) WHERE code_hash IS NOT NULL;
CREATE UNIQUE INDEX oauth_states_proof ON oauth_states (proof_hash) WHERE proof_hash IS NOT NULL;
CREATE INDEX oauth_states_created ON oauth_states (created_at);

-- Somebody comes from a provider with an address that was shown to be theirs, by the provider (`proof` = 'provider') or by a token
-- out of the mailbox ('mailbox'). One statement makes an account or ties the identity to the account of that address. Tying ends
-- everything of before: sign-ins, tokens in mails, and a password that was not set out of the mailbox.
CREATE VIEW provider_arrivals AS
SELECT i.id AS identity_id, u.id AS user_id, i.provider, i.subject, u.email, u.name, ''::text AS proof, i.access_sealed,
    i.refresh_sealed, i.key_id, i.access_expires_at, i.created_at AS arrived_at, m.id AS mail_id, m.language, i.audit
FROM provider_identities i
JOIN users u ON u.id = i.user_id
JOIN outbox m ON m.recipient = u.email;

CREATE FUNCTION provider_arrivals_enter() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    linked UUID;
BEGIN
    -- Two arrivals of one person wait for each other, so that the second sees what the first did.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.provider || ' ' || NEW.subject, 8));

    INSERT INTO users (id, email, name, email_verified_at, created_at, updated_at)
    SELECT NEW.user_id, NEW.email, NEW.name, NEW.arrived_at, NEW.arrived_at, NEW.arrived_at
    WHERE NOT EXISTS (
        SELECT 1 FROM provider_identities i WHERE i.provider = NEW.provider AND i.subject = NEW.subject
    )
    ON CONFLICT (email) WHERE deleted_at IS NULL DO NOTHING;

    -- Locked, so that nobody sets a password or signs in while everything of before is being ended.
    PERFORM 1 FROM users u WHERE u.email = NEW.email AND u.deleted_at IS NULL FOR UPDATE;

    INSERT INTO provider_identities (id, user_id, provider, subject, access_sealed, refresh_sealed, key_id, access_expires_at,
        created_at, last_used_at, linked_at, audit)
    SELECT NEW.identity_id, u.id, NEW.provider, NEW.subject, NEW.access_sealed, NEW.refresh_sealed, NEW.key_id,
        NEW.access_expires_at, NEW.arrived_at, NEW.arrived_at, CASE WHEN u.id <> NEW.user_id THEN NEW.arrived_at END, NEW.audit
    FROM users u
    WHERE u.email = NEW.email AND u.deleted_at IS NULL AND (u.email_verified_at IS NOT NULL OR NEW.proof = 'mailbox')
    ON CONFLICT (provider, subject) DO NOTHING;

    SELECT i.user_id INTO linked FROM provider_identities i WHERE i.id = NEW.identity_id AND i.linked_at IS NOT NULL;
    IF linked IS NULL THEN
        RETURN NEW;
    END IF;

    UPDATE sessions SET ended_at = NEW.arrived_at, end_reason = 'provider_linked' WHERE user_id = linked AND ended_at IS NULL;

    UPDATE one_time_tokens SET expires_at = NEW.arrived_at
    WHERE user_id = linked AND used_at IS NULL AND expires_at > NEW.arrived_at;

    UPDATE users SET password_hash = CASE WHEN password_proven_at IS NOT NULL THEN password_hash END,
        email_verified_at = COALESCE(email_verified_at, NEW.arrived_at), token_version = token_version + 1,
        version = version + 1, updated_at = NEW.arrived_at
    WHERE id = linked;

    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    SELECT NEW.mail_id, u.email, 'provider_linked', NEW.language, u.name, NEW.arrived_at, NEW.arrived_at
    FROM users u WHERE u.id = linked;
    RETURN NEW;
END;
$$;

CREATE TRIGGER provider_arrivals_enter INSTEAD OF INSERT ON provider_arrivals
    FOR EACH ROW EXECUTE FUNCTION provider_arrivals_enter();

-- Asking for a proof of the address writes the row and the mail.
CREATE VIEW provider_proofs AS
SELECT s.state_hash, s.proof_hash, s.proof_expires_at, s.arrival, s.access_sealed, s.refresh_sealed, m.id AS mail_id,
    m.recipient, m.language, m.person_name, m.token, m.created_at AS asked_at
FROM oauth_states s
JOIN outbox m ON m.token IS NOT NULL;

CREATE FUNCTION provider_proofs_ask() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE oauth_states SET proof_hash = NEW.proof_hash, proof_expires_at = NEW.proof_expires_at, arrival = NEW.arrival,
        access_sealed = NEW.access_sealed, refresh_sealed = NEW.refresh_sealed
    WHERE state_hash = NEW.state_hash AND used_at IS NOT NULL AND proof_hash IS NULL;

    IF FOUND THEN
        INSERT INTO outbox (id, recipient, template, language, person_name, token, created_at, next_attempt_at)
        VALUES (NEW.mail_id, NEW.recipient, 'prove_address', NEW.language, NEW.person_name, NEW.token, NEW.asked_at, NEW.asked_at);
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER provider_proofs_ask INSTEAD OF INSERT ON provider_proofs
    FOR EACH ROW EXECUTE FUNCTION provider_proofs_ask();

-- Giving the proof enters the person, in the same statement. The row keeps nothing of the person afterwards.
CREATE FUNCTION oauth_states_proven() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    arrival JSONB := NEW.arrival::jsonb;
BEGIN
    INSERT INTO provider_arrivals (identity_id, user_id, provider, subject, email, name, proof, access_sealed, refresh_sealed, key_id,
        access_expires_at, arrived_at, mail_id, language, audit)
    VALUES ((arrival ->> 'identity_id')::uuid, (arrival ->> 'user_id')::uuid, NEW.provider, arrival ->> 'subject',
        arrival ->> 'email', arrival ->> 'name', 'mailbox', NEW.access_sealed, NEW.refresh_sealed, arrival ->> 'key_id',
        (arrival ->> 'access_expires_at')::timestamptz, NEW.proven_at, (arrival ->> 'mail_id')::uuid, arrival ->> 'language',
        NEW.audit);

    UPDATE oauth_states SET arrival = NULL, access_sealed = NULL, refresh_sealed = NULL WHERE state_hash = NEW.state_hash;
    RETURN NULL;
END;
$$;

CREATE TRIGGER oauth_states_proven AFTER UPDATE OF proven_at ON oauth_states
    FOR EACH ROW WHEN (NEW.proven_at IS NOT NULL AND OLD.proven_at IS NULL) EXECUTE FUNCTION oauth_states_proven();
