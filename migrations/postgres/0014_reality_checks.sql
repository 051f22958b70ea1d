-- Reality checks (CON-6): what somebody told, what it comes to, and the plan, as they were answered. A check never changes.

CREATE TABLE reality_checks (
    id                       UUID NOT NULL PRIMARY KEY,
    user_id                  UUID NOT NULL REFERENCES users (id),
    intent                   TEXT NOT NULL CHECK (intent IN ('sale', 'jeonse', 'monthly_rent')),
    region_code              TEXT NOT NULL,
    target_price             BIGINT NOT NULL CHECK (target_price >= 0),
    monthly_rent             BIGINT CHECK (monthly_rent > 0),
    verdict                  TEXT NOT NULL CHECK (verdict IN ('comfortable', 'tight', 'short_of_cash', 'short_of_income')),
    largest_affordable_price BIGINT CHECK (largest_affordable_price >= 0),
    -- JSON.
    situation                TEXT NOT NULL,
    assessment               TEXT NOT NULL,
    plan                     TEXT,
    -- Why there is no plan.
    plan_unavailable         TEXT,
    -- What the plan cost.
    plan_input_tokens        BIGINT NOT NULL DEFAULT 0,
    plan_output_tokens       BIGINT NOT NULL DEFAULT 0,
    created_at               TIMESTAMPTZ NOT NULL,
    -- Set by the statement that deletes: the row goes, its event stays.
    deleted_at               TIMESTAMPTZ,
    audit                    TEXT,
    CONSTRAINT reality_checks_plan CHECK ((plan IS NULL) <> (plan_unavailable IS NULL)),
    CONSTRAINT reality_checks_rent CHECK ((intent = 'monthly_rent') = (monthly_rent IS NOT NULL))
);

CREATE INDEX reality_checks_user ON reality_checks (user_id, id);

CREATE TRIGGER reality_checks_audit_insert AFTER INSERT ON reality_checks
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('reality_check', 'id');
CREATE TRIGGER reality_checks_audit_update AFTER UPDATE OF audit ON reality_checks
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('reality_check', 'id');

CREATE FUNCTION reality_checks_deleted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    -- An answer that is kept to be given again (CONV-7) holds the same income.
    DELETE FROM idempotency_keys WHERE user_id = NEW.user_id AND object_id = NEW.id;
    DELETE FROM reality_checks WHERE id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER reality_checks_deleted AFTER UPDATE OF deleted_at ON reality_checks
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION reality_checks_deleted();

-- They hold an income: an account that ends takes them along (AUTH-11).
CREATE FUNCTION users_deleted_reality_checks() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM reality_checks WHERE user_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_deleted_reality_checks AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
    EXECUTE FUNCTION users_deleted_reality_checks();
