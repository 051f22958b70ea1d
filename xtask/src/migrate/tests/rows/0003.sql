INSERT INTO contracts (id, user_id, signal_id, state, kind, role, address, price, contract_date, balance_date, document_text, created_at,
    updated_at) VALUES
    ('01980000-0000-7000-8000-000000000041', '01980000-0000-7000-8000-000000000002', '01980000-0000-7000-8000-000000000031', 'draft', 'sale', 'buyer', 'Teheran-ro 1', 1000000000, '2026-01-02', '2026-03-02', 'Article 1', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
