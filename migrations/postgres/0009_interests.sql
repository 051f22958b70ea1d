-- Interests in signals (SIG-4, SIG-5), their views (SIG-6), and keys that make a creation happen once (CONV-7).

CREATE TABLE signal_interests (
    id              UUID NOT NULL PRIMARY KEY,
    signal_id       UUID NOT NULL REFERENCES signals (id),
    user_id         UUID NOT NULL REFERENCES users (id),
    message         TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'withdrawn')),
    -- In which language the author is written to.
    language        TEXT NOT NULL CHECK (language IN ('en', 'ko')),
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    decided_at      TIMESTAMPTZ,
    -- Set by the statement that accepts: the mails that its trigger writes.
    owner_mail_id   UUID,
    author_mail_id  UUID,
    owner_language  TEXT,
    audit           TEXT
);

CREATE UNIQUE INDEX signal_interests_person ON signal_interests (signal_id, user_id);
CREATE INDEX signal_interests_signal ON signal_interests (signal_id, created_at, id);
CREATE INDEX signal_interests_user ON signal_interests (user_id, created_at, id);

CREATE TRIGGER signal_interests_audit_insert AFTER INSERT ON signal_interests
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('interest', 'id');
CREATE TRIGGER signal_interests_audit_update AFTER UPDATE OF audit ON signal_interests
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('interest', 'id');

-- Accepting tells both sides, in the same statement.
CREATE FUNCTION signal_interests_accepted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    SELECT NEW.owner_mail_id, u.email, 'interest_accepted_owner', NEW.owner_language, u.name, NEW.decided_at, NEW.decided_at
    FROM signals s JOIN users u ON u.id = s.owner_id WHERE s.id = NEW.signal_id;

    INSERT INTO outbox (id, recipient, template, language, person_name, created_at, next_attempt_at)
    SELECT NEW.author_mail_id, u.email, 'interest_accepted_author', NEW.language, u.name, NEW.decided_at, NEW.decided_at
    FROM users u WHERE u.id = NEW.user_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER signal_interests_accepted AFTER UPDATE OF state ON signal_interests
    FOR EACH ROW WHEN (NEW.state = 'accepted' AND OLD.state = 'pending') EXECUTE FUNCTION signal_interests_accepted();

-- Taking an interest back leaves an event and no row: setting the state is the statement that can carry the event.
CREATE FUNCTION signal_interests_withdrawn() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM signal_interests WHERE id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER signal_interests_withdrawn AFTER UPDATE OF state ON signal_interests
    FOR EACH ROW WHEN (NEW.state = 'withdrawn') EXECUTE FUNCTION signal_interests_withdrawn();

-- Views are counted in the key-value store and moved here in whole batches; what is missing from a batch is there only.
CREATE TABLE signal_views (
    signal_id UUID    NOT NULL PRIMARY KEY REFERENCES signals (id),
    views     BIGINT  NOT NULL
);

-- One row is one creation that a client may ask for again (CONV-7). The id of what is created is chosen with the row, so that a
-- creation which was cut off is not made twice.
CREATE TABLE idempotency_keys (
    user_id       UUID NOT NULL REFERENCES users (id),
    key_hash      BYTEA NOT NULL,
    -- SHA-256 of route and body.
    request_hash  BYTEA NOT NULL,
    object_id     UUID NOT NULL,
    claimed_until TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ NOT NULL,
    -- The answer, once there is one.
    status        BIGINT,
    location      TEXT,
    etag          TEXT,
    body          TEXT,
    PRIMARY KEY (user_id, key_hash)
);

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
