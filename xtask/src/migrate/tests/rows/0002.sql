INSERT INTO signals (id, owner_id, state, intent, property_type, region_code, address, area, asking_price, description, visibility,
    created_at, updated_at) VALUES
    ('01980000-0000-7000-8000-000000000031', '01980000-0000-7000-8000-000000000001', 'active', 'sale', 'apartment', '1168010100', 'Teheran-ro 1', 8495, 1000000000, 'Bright', 'public', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO signals (id, owner_id, state, intent, property_type, region_code, address, area, deposit, monthly_rent, description,
    visibility, available_from, expires_at, created_at, updated_at, deleted_at) VALUES
    ('01980000-0000-7000-8000-000000000032', '01980000-0000-7000-8000-000000000001', 'closed', 'monthly_rent', 'villa', '2611010100', '-', 3000, 10000000, 500000, '-', 'private', '2026-03-01', '2026-01-01T00:00:00.000000Z',
    '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
