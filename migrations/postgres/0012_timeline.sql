-- Timelines of contracts: what is to be done and until when (CON-2, CON-3); the agent and the end of a lease (CON-1).

ALTER TABLE contracts ADD COLUMN agent_id UUID REFERENCES agents (id);
ALTER TABLE contracts ADD COLUMN lease_end_date DATE;
-- The tasks that follow from the contract, as a JSON array of {id, template, due_on} in their order. A statement that creates a contract or
-- changes what they follow from sets it, and triggers make the rows agree. The column keeps the last one.
ALTER TABLE contracts ADD COLUMN plan TEXT;
-- The ids of the tasks in the person's order, as a JSON array. It goes by way of the contract's row, so that whatever changes many tasks waits for
-- that row first and nothing waits in a circle.
ALTER TABLE contracts ADD COLUMN task_order TEXT;

CREATE TABLE contract_tasks (
    id          UUID        NOT NULL PRIMARY KEY,
    contract_id UUID        NOT NULL REFERENCES contracts (id),
    user_id     UUID        NOT NULL REFERENCES users (id),
    -- The key of the template and of its texts; NULL for a task that the person wrote.
    template    TEXT,
    -- The person's own words, in place of the template's if there is one.
    title       TEXT,
    description TEXT,
    -- What the template says, what the person says, and what was said when it was done; the last one that is there counts.
    planned_on  DATE,
    chosen_on   DATE,
    kept_on     DATE,
    due_on      DATE GENERATED ALWAYS AS (COALESCE(kept_on, chosen_on, planned_on)) STORED,
    done_at     TIMESTAMPTZ,
    -- The person's order.
    position    BIGINT      NOT NULL,
    version     BIGINT      NOT NULL DEFAULT 1,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    -- A template's task that was deleted keeps its row, so that no later plan brings it back.
    deleted_at  TIMESTAMPTZ,
    audit       TEXT,
    CHECK (template IS NOT NULL OR title IS NOT NULL),
    CHECK (template IS NULL OR planned_on IS NOT NULL),
    CHECK (kept_on IS NULL OR done_at IS NOT NULL)
);

CREATE UNIQUE INDEX contract_tasks_template ON contract_tasks (contract_id, template);
CREATE INDEX contract_tasks_order ON contract_tasks (contract_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX contract_tasks_due ON contract_tasks (user_id, due_on, id);

CREATE TRIGGER contract_tasks_audit_insert AFTER INSERT ON contract_tasks
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('task', 'id');
CREATE TRIGGER contract_tasks_audit_update AFTER UPDATE OF audit ON contract_tasks
    FOR EACH ROW WHEN (NEW.audit IS NOT NULL) EXECUTE FUNCTION audit_row('task', 'id');

CREATE FUNCTION contracts_plan_insert() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO contract_tasks (id, contract_id, user_id, template, planned_on, position, created_at, updated_at)
    SELECT (j.value ->> 'id')::uuid, NEW.id, NEW.user_id, j.value ->> 'template', (j.value ->> 'due_on')::date, j.number,
        NEW.created_at, NEW.created_at
    FROM jsonb_array_elements(NEW.plan::jsonb) WITH ORDINALITY AS j (value, number);
    RETURN NULL;
END;
$$;

CREATE TRIGGER contracts_plan_insert AFTER INSERT ON contracts
    FOR EACH ROW WHEN (NEW.plan IS NOT NULL) EXECUTE FUNCTION contracts_plan_insert();

-- What does not follow any more goes unless the person has touched it, dates follow, and what follows now and was not there comes. The due
-- date of a task that is done or that the person has moved stays what it is.
CREATE FUNCTION contracts_plan_update() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM contract_tasks
    WHERE contract_id = NEW.id AND template IS NOT NULL AND deleted_at IS NULL AND done_at IS NULL
        AND chosen_on IS NULL AND title IS NULL AND description IS NULL
        AND template NOT IN (SELECT j.value ->> 'template' FROM jsonb_array_elements(NEW.plan::jsonb) AS j (value));

    UPDATE contract_tasks SET planned_on = p.due_on,
        version = version + CASE WHEN done_at IS NULL AND chosen_on IS NULL THEN 1 ELSE 0 END,
        updated_at = CASE WHEN done_at IS NULL AND chosen_on IS NULL THEN NEW.updated_at ELSE updated_at END
    FROM (SELECT j.value ->> 'template' AS template, (j.value ->> 'due_on')::date AS due_on
        FROM jsonb_array_elements(NEW.plan::jsonb) AS j (value)) AS p
    WHERE contract_tasks.contract_id = NEW.id AND contract_tasks.template = p.template
        AND contract_tasks.planned_on <> p.due_on;

    INSERT INTO contract_tasks (id, contract_id, user_id, template, planned_on, position, created_at, updated_at)
    SELECT (j.value ->> 'id')::uuid, NEW.id, NEW.user_id, j.value ->> 'template', (j.value ->> 'due_on')::date, j.number,
        NEW.updated_at, NEW.updated_at
    FROM jsonb_array_elements(NEW.plan::jsonb) WITH ORDINALITY AS j (value, number)
    WHERE NOT EXISTS (SELECT 1 FROM contract_tasks t WHERE t.contract_id = NEW.id AND t.template = j.value ->> 'template');
    RETURN NULL;
END;
$$;

CREATE TRIGGER contracts_plan_update AFTER UPDATE OF plan ON contracts
    FOR EACH ROW WHEN (NEW.plan IS NOT NULL) EXECUTE FUNCTION contracts_plan_update();

CREATE FUNCTION contracts_task_order() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE contract_tasks SET position = j.number
    FROM jsonb_array_elements_text(NEW.task_order::jsonb) WITH ORDINALITY AS j (value, number)
    WHERE contract_tasks.contract_id = NEW.id AND contract_tasks.id = j.value::uuid;
    RETURN NULL;
END;
$$;

CREATE TRIGGER contracts_task_order AFTER UPDATE OF task_order ON contracts
    FOR EACH ROW WHEN (NEW.task_order IS NOT NULL) EXECUTE FUNCTION contracts_task_order();

CREATE FUNCTION contracts_deleted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE contract_tasks SET deleted_at = NEW.deleted_at, updated_at = NEW.deleted_at, version = version + 1
    WHERE contract_id = NEW.id AND deleted_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER contracts_deleted AFTER UPDATE OF deleted_at ON contracts
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL) EXECUTE FUNCTION contracts_deleted();

-- What an account that ends takes along of the tasks (AUTH-11): the person's own words.
CREATE FUNCTION users_deleted_tasks() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE contract_tasks SET title = CASE WHEN template IS NULL THEN '-' END, description = NULL,
        deleted_at = COALESCE(deleted_at, NEW.deleted_at), updated_at = NEW.deleted_at, version = version + 1
    WHERE user_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_deleted_tasks AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL) EXECUTE FUNCTION users_deleted_tasks();
