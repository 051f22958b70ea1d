INSERT INTO analyses (id, contract_id, user_id, contract_version, document_hash, language, analyst, state, due_at, created_at) VALUES
    ('01980000-0000-7000-8000-000000000093', '01980000-0000-7000-8000-000000000041', '01980000-0000-7000-8000-000000000002', 1, BYTES(0d),
    'ko', 'rules', 'pending', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
