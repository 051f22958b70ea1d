-- Sign-in with providers (AUTH-14) and their tokens (AUTH-15).

-- When a password was last set with a token out of the mailbox. A password that was set in any other way may be somebody else's
-- who registered the address before its owner came, so it does not survive linking (docs/decisions.md).
ALTER TABLE users ADD COLUMN password_proven_at TEXT;

CREATE TRIGGER one_time_tokens_prove_password AFTER UPDATE OF used_at ON one_time_tokens
WHEN NEW.purpose = 'reset_password' AND OLD.used_at IS NULL
BEGIN
    UPDATE users SET password_proven_at = NEW.used_at WHERE id = NEW.user_id;
END;

-- Who somebody is at a provider. The provider's tokens are encrypted, with the id of the key beside them and the row's id as
-- associated data.
CREATE TABLE provider_identities (
    id                TEXT    NOT NULL PRIMARY KEY,
    user_id           TEXT    NOT NULL REFERENCES users (id),
    provider          TEXT    NOT NULL CHECK (provider IN ('kakao', 'naver', 'google', 'github')),
    subject           TEXT    NOT NULL,
    access_sealed     BLOB    NOT NULL,
    refresh_sealed    BLOB,
    key_id            TEXT    NOT NULL,
    access_expires_at TEXT,
    version           INTEGER NOT NULL DEFAULT 1,
    created_at        TEXT    NOT NULL,
    last_used_at      TEXT    NOT NULL,
    -- When it was tied to an account that was there before it; NULL for the identity that an account began with.
    linked_at         TEXT,
    audit             TEXT
) STRICT;

CREATE UNIQUE INDEX provider_identities_subject ON provider_identities (provider, subject);
CREATE INDEX provider_identities_user ON provider_identities (user_id);

CREATE TRIGGER provider_identities_audit_insert AFTER INSERT ON provider_identities WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'user', NEW.user_id);
END;
CREATE TRIGGER provider_identities_audit_update AFTER UPDATE OF audit ON provider_identities WHEN NEW.audit IS NOT NULL
BEGIN
    INSERT INTO audit_entries (audit, object_kind, object_id) VALUES (NEW.audit, 'user', NEW.user_id);
END;

-- An account that ends gives its identities free and leaves no token of a provider behind (CONV-11).
CREATE TRIGGER users_deleted_identities AFTER UPDATE OF deleted_at ON users WHEN NEW.deleted_at IS NOT NULL
BEGIN
    DELETE FROM provider_identities WHERE user_id = NEW.id;
END;

-- One row is one visit to a provider: begun, come back, and then either signed in or waiting for a proof of the address. Only
-- hashes of what the browser, the app and the mailbox hold.
CREATE TABLE oauth_states (
    state_hash        BLOB NOT NULL PRIMARY KEY,
    provider          TEXT NOT NULL,
    browser_hash      BLOB NOT NULL,
    -- The S256 challenge of the app that began (RFC 7636).
    app_challenge     TEXT NOT NULL,
    -- The verifier for the provider, sealed with a key that only the holder of the state can derive.
    verifier_sealed   BLOB NOT NULL,
    return_to         TEXT,
    created_at        TEXT NOT NULL,
    expires_at        TEXT NOT NULL,
    used_at           TEXT,
    -- Signed in: the code that the app exchanges for tokens.
    user_id           TEXT REFERENCES users (id),
    code_hash         BLOB,
    code_expires_at   TEXT,
    exchanged_at      TEXT,
    -- Waiting for a proof of the address: what will be entered.
    proof_hash        BLOB,
    proof_expires_at  TEXT,
    proven_at         TEXT,
    arrival           TEXT,
    access_sealed     BLOB,
    refresh_sealed    BLOB,
    audit             TEXT
) STRICT;

CREATE UNIQUE INDEX oauth_states_code ON oauth_states (code_hash) WHERE code_hash IS NOT NULL;
CREATE UNIQUE INDEX oauth_states_proof ON oauth_states (proof_hash) WHERE proof_hash IS NOT NULL;
CREATE INDEX oauth_states_created ON oauth_states (created_at);

-- Somebody comes from a provider with an address that was shown to be theirs, by the provider (`proof` = 'provider') or by a token
-- out of the mailbox ('mailbox'). One statement makes an account or ties the identity to the account of that address. Tying ends
-- everything of before: sign-ins, tokens in mails, and a password that was not set out of the mailbox.
CREATE VIEW provider_arrivals AS
SELECT i.id AS identity_id, u.id AS user_id, i.provider, i.subject, u.email, u.name, '' AS proof, i.access_sealed, i.refresh_sealed,
    i.key_id, i.access_expires_at, i.created_at AS arrived_at, m.id AS mail_id, m.language, i.audit
FROM provider_identities i
JOIN users u ON u.id = i.user_id
JOIN outbox m ON m.recipient = u.email;

CREATE TRIGGER provider_arrivals_enter INSTEAD OF INSERT ON provider_arrivals
BEGIN
    INSERT INTO users (id, email, name, email_verified_at, created_at, updated_at)
    SELECT NEW.user_id, NEW.email, NEW.name, NEW.arrived_at, NEW.arrived_at, NEW.arrived_at
    WHERE NOT EXISTS (
        SELECT 1 FROM provider_identities i WHERE i.provider = NEW.provider AND i.subject = NEW.subject
    )
    ON CONFLICT (email) WHERE deleted_at IS NULL DO NOTHING;

    INSERT INTO provider_identities (id, user_id, provider, subject, access_sealed, refresh_sealed, key_id, access_expires_at,
        created_at, last_used_at, linked_at, audit)
    SELECT NEW.identity_id, u.id, NEW.provider, NEW.subject, NEW.access_sealed, NEW.refresh_sealed, NEW.key_id,
        NEW.access_expires_at, NEW.arrived_at, NEW.arrived_at, CASE WHEN u.id <> NEW.user_id THEN NEW.arrived_at END, NEW.audit
    FROM users u
    WHERE u.email = NEW.email AND u.deleted_at IS NULL AND (u.email_verified_at IS NOT NULL OR NEW.proof = 'mailbox')
    ON CONFLICT (provider, subject) DO NOTHING;

    UPDATE sessions SET ended_at = NEW.arrived_at, end_reason = 'provider_linked'
    WHERE ended_at IS NULL
        AND user_id = (SELECT i.user_id FROM provider_identities i WHERE i.id = NEW.identity_id AND i.linked_at IS NOT NULL);

    UPDATE one_time_tokens SET expires_at = NEW.arrived_at
    WHERE used_at IS NULL AND expires_at > NEW.arrived_at
        AND user_id = (SELECT i.user_id FROM provider_identities i WHERE i.id = NEW.identity_id AND i.linked_at IS NOT NULL);

    UPDATE users SET password_hash = CASE WHEN password_proven_at IS NOT NULL THEN password_hash END,
        email_verified_at = COALESCE(email_verified_at, NEW.arrived_at), token_version = token_version + 1,
        version = version + 1, updated_at = NEW.arrived_at
    WHERE id = (SELECT i.user_id FROM provider_identities i WHERE i.id = NEW.identity_id AND i.linked_at IS NOT NULL);

    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    SELECT NEW.mail_id, u.email, 'provider_linked', NEW.language, u.name, NEW.arrived_at, NEW.arrived_at
    FROM users u JOIN provider_identities i ON i.user_id = u.id
    WHERE i.id = NEW.identity_id AND i.linked_at IS NOT NULL;
END;

-- Asking for a proof of the address writes the row and the mail.
CREATE VIEW provider_proofs AS
SELECT s.state_hash, s.proof_hash, s.proof_expires_at, s.arrival, s.access_sealed, s.refresh_sealed, m.id AS mail_id,
    m.recipient, m.language, m.person_name, m.token, m.created_at AS asked_at
FROM oauth_states s
JOIN outbox m ON m.token IS NOT NULL;

CREATE TRIGGER provider_proofs_ask INSTEAD OF INSERT ON provider_proofs
BEGIN
    INSERT INTO outbox (id, recipient, template, language, person_name, token, created_at, next_attempt_at)
    SELECT NEW.mail_id, NEW.recipient, 'prove_address', NEW.language, NEW.person_name, NEW.token, NEW.asked_at, NEW.asked_at
    FROM oauth_states s WHERE s.state_hash = NEW.state_hash AND s.used_at IS NOT NULL AND s.proof_hash IS NULL;

    UPDATE oauth_states SET proof_hash = NEW.proof_hash, proof_expires_at = NEW.proof_expires_at, arrival = NEW.arrival,
        access_sealed = NEW.access_sealed, refresh_sealed = NEW.refresh_sealed
    WHERE state_hash = NEW.state_hash AND used_at IS NOT NULL AND proof_hash IS NULL;
END;

-- Giving the proof enters the person, in the same statement. The row keeps nothing of the person afterwards.
CREATE TRIGGER oauth_states_proven AFTER UPDATE OF proven_at ON oauth_states
WHEN NEW.proven_at IS NOT NULL AND OLD.proven_at IS NULL
BEGIN
    INSERT INTO provider_arrivals (identity_id, user_id, provider, subject, email, name, proof, access_sealed, refresh_sealed, key_id,
        access_expires_at, arrived_at, mail_id, language, audit)
    VALUES (NEW.arrival ->> 'identity_id', NEW.arrival ->> 'user_id', NEW.provider, NEW.arrival ->> 'subject',
        NEW.arrival ->> 'email', NEW.arrival ->> 'name', 'mailbox', NEW.access_sealed, NEW.refresh_sealed,
        NEW.arrival ->> 'key_id', NEW.arrival ->> 'access_expires_at', NEW.proven_at, NEW.arrival ->> 'mail_id',
        NEW.arrival ->> 'language', NEW.audit);

    UPDATE oauth_states SET arrival = NULL, access_sealed = NULL, refresh_sealed = NULL WHERE state_hash = NEW.state_hash;
END;
