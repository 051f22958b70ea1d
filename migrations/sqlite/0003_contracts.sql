-- Contracts that a person follows (CON-1).

CREATE TABLE contracts (
    id                TEXT NOT NULL PRIMARY KEY,
    user_id           TEXT NOT NULL REFERENCES users (id),
    signal_id         TEXT REFERENCES signals (id),
    state             TEXT NOT NULL
                      CHECK (state IN ('draft', 'signed', 'in_progress', 'completed', 'terminated')),
    kind              TEXT NOT NULL CHECK (kind IN ('sale', 'jeonse', 'monthly_rent')),
    role              TEXT NOT NULL CHECK (role IN ('seller', 'buyer', 'landlord', 'tenant')),
    address           TEXT NOT NULL,
    price             INTEGER CHECK (price >= 0),
    deposit           INTEGER CHECK (deposit >= 0),
    monthly_rent      INTEGER CHECK (monthly_rent >= 0),
    contract_date     TEXT NOT NULL,
    interim_date      TEXT,
    balance_date      TEXT NOT NULL,
    move_in_date      TEXT,
    counterparty_name TEXT,
    document_text     TEXT,
    version           INTEGER NOT NULL DEFAULT 1,
    created_at        TEXT NOT NULL,
    updated_at        TEXT NOT NULL,
    deleted_at        TEXT,
    CONSTRAINT contracts_terms CHECK (
        (kind = 'sale' AND price IS NOT NULL AND deposit IS NULL AND monthly_rent IS NULL)
        OR (kind = 'jeonse' AND price IS NULL AND deposit IS NOT NULL AND monthly_rent IS NULL)
        OR (kind = 'monthly_rent' AND price IS NULL AND deposit IS NOT NULL AND monthly_rent IS NOT NULL)
    )
) STRICT;

CREATE INDEX contracts_user ON contracts (user_id, id) WHERE deleted_at IS NULL;
