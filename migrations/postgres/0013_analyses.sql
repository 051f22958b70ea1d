-- Risk analyses of contracts (CON-4, CON-5).
--
-- A row is one run. Whoever works on it takes it by a lease: nobody else takes it before `due_at`, so a process that dies leaves a row
-- that is taken up again after that. `claim` is raised each time and stands in the condition of every later write, so that somebody who
-- lost the lease changes nothing any more. What was found lies in the row itself, a line of JSON each, so that a finding, its number
-- and the longer lease are one statement.

CREATE TABLE analyses (
    id               UUID        NOT NULL PRIMARY KEY,
    contract_id      UUID        NOT NULL REFERENCES contracts (id),
    user_id          UUID        NOT NULL REFERENCES users (id),
    -- The version of the contract that was analysed.
    contract_version BIGINT      NOT NULL,
    -- SHA-256 of the text and of the terms that it is compared with.
    document_hash    BYTEA       NOT NULL,
    language         TEXT        NOT NULL CHECK (language IN ('en', 'ko')),
    -- Which analyst was asked: results of another one are not given for it.
    analyst          TEXT        NOT NULL,
    state            TEXT        NOT NULL CHECK (state IN ('pending', 'processing', 'completed', 'failed')),
    stage            TEXT        NOT NULL DEFAULT 'ingestion'
                     CHECK (stage IN ('ingestion', 'quality', 'taxonomy', 'graph', 'embedding')),
    attempts         BIGINT      NOT NULL DEFAULT 0,
    claim            BIGINT      NOT NULL DEFAULT 0,
    -- When it may be taken up: while it waits the next attempt, while somebody works on it the end of the lease.
    due_at           TIMESTAMPTZ NOT NULL,
    found            BIGINT      NOT NULL DEFAULT 0,
    findings         TEXT        NOT NULL DEFAULT '',
    -- The numbers of the findings that stand at the end, worst first.
    ranking          TEXT,
    risk_level       TEXT        CHECK (risk_level IN ('low', 'medium', 'high', 'critical')),
    risk_score       BIGINT      CHECK (risk_score BETWEEN 0 AND 100),
    summary          TEXT,
    model            TEXT,
    input_tokens     BIGINT,
    output_tokens    BIGINT,
    -- Why the last attempt failed, as a stable code.
    failure          TEXT,
    created_at       TIMESTAMPTZ NOT NULL,
    finished_at      TIMESTAMPTZ,
    audit            TEXT
);

-- Never two runs of one document at once.
CREATE UNIQUE INDEX analyses_running ON analyses (contract_id, document_hash) WHERE state IN ('pending', 'processing');
CREATE INDEX analyses_due ON analyses (due_at) WHERE state IN ('pending', 'processing');
CREATE INDEX analyses_contract ON analyses (contract_id, id);
CREATE INDEX analyses_user ON analyses (user_id);

CREATE TRIGGER analyses_audit_insert AFTER INSERT ON analyses
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('analysis', 'id');

-- Findings repeat the words of a contract: they go with it, and with the account.
CREATE FUNCTION contracts_deleted_analyses() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM analyses WHERE contract_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER contracts_deleted_analyses AFTER UPDATE OF deleted_at ON contracts
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
    EXECUTE FUNCTION contracts_deleted_analyses();

CREATE FUNCTION users_deleted_analyses() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM analyses WHERE user_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_deleted_analyses AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
    EXECUTE FUNCTION users_deleted_analyses();
