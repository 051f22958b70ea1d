-- Signals (SIG-1, SIG-2). Ids are UUIDv7, so the order of ids is the order of creation.

CREATE TABLE signals (
    id              UUID        NOT NULL PRIMARY KEY,
    owner_id        UUID        NOT NULL REFERENCES users (id),
    state           TEXT        NOT NULL
                    CHECK (state IN ('draft', 'active', 'paused', 'matched', 'closed', 'expired')),
    intent          TEXT        NOT NULL CHECK (intent IN ('sale', 'jeonse', 'monthly_rent')),
    property_type   TEXT        NOT NULL
                    CHECK (property_type IN ('apartment', 'officetel', 'villa', 'house', 'commercial', 'land')),
    region_code     TEXT        NOT NULL,
    address         TEXT        NOT NULL,
    -- Hundredths of a square metre.
    area            BIGINT      NOT NULL CHECK (area > 0),
    floor           BIGINT,
    rooms           BIGINT,
    asking_price    BIGINT      CHECK (asking_price >= 0),
    deposit         BIGINT      CHECK (deposit >= 0),
    monthly_rent    BIGINT      CHECK (monthly_rent >= 0),
    available_from  DATE,
    description     TEXT        NOT NULL,
    visibility      TEXT        NOT NULL CHECK (visibility IN ('public', 'agents_only', 'private')),
    expires_at      TIMESTAMPTZ,
    version         BIGINT      NOT NULL DEFAULT 1,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    deleted_at      TIMESTAMPTZ,
    CONSTRAINT signals_terms CHECK (
        (intent = 'sale' AND asking_price IS NOT NULL AND deposit IS NULL AND monthly_rent IS NULL)
        OR (intent = 'jeonse' AND asking_price IS NULL AND deposit IS NOT NULL AND monthly_rent IS NULL)
        OR (intent = 'monthly_rent' AND asking_price IS NULL AND deposit IS NOT NULL AND monthly_rent IS NOT NULL)
    )
);

CREATE INDEX signals_owner ON signals (owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX signals_newest ON signals (id) WHERE deleted_at IS NULL AND state = 'active';
