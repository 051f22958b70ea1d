-- Contracts that a person follows (CON-1).

CREATE TABLE contracts (
    id                UUID NOT NULL PRIMARY KEY,
    user_id           UUID NOT NULL REFERENCES users (id),
    signal_id         UUID REFERENCES signals (id),
    state             TEXT NOT NULL
                      CHECK (state IN ('draft', 'signed', 'in_progress', 'completed', 'terminated')),
    kind              TEXT NOT NULL CHECK (kind IN ('sale', 'jeonse', 'monthly_rent')),
    role              TEXT NOT NULL CHECK (role IN ('seller', 'buyer', 'landlord', 'tenant')),
    address           TEXT NOT NULL,
    price             BIGINT CHECK (price >= 0),
    deposit           BIGINT CHECK (deposit >= 0),
    monthly_rent      BIGINT CHECK (monthly_rent >= 0),
    contract_date     DATE NOT NULL,
    interim_date      DATE,
    balance_date      DATE NOT NULL,
    move_in_date      DATE,
    counterparty_name TEXT,
    document_text     TEXT,
    version           BIGINT NOT NULL DEFAULT 1,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    deleted_at        TIMESTAMPTZ,
    CONSTRAINT contracts_terms CHECK (
        (kind = 'sale' AND price IS NOT NULL AND deposit IS NULL AND monthly_rent IS NULL)
        OR (kind = 'jeonse' AND price IS NULL AND deposit IS NOT NULL AND monthly_rent IS NULL)
        OR (kind = 'monthly_rent' AND price IS NULL AND deposit IS NOT NULL AND monthly_rent IS NOT NULL)
    )
);

CREATE INDEX contracts_user ON contracts (user_id, id) WHERE deleted_at IS NULL;
