INSERT INTO contract_tasks (id, contract_id, user_id, template, planned_on, position, created_at, updated_at) VALUES
    ('01980000-0000-7000-8000-000000000091', '01980000-0000-7000-8000-000000000041', '01980000-0000-7000-8000-000000000002', 'sale_report',
    '2026-02-01', 1, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO contract_tasks (id, contract_id, user_id, title, chosen_on, position, created_at, updated_at) VALUES
    ('01980000-0000-7000-8000-000000000092', '01980000-0000-7000-8000-000000000041', '01980000-0000-7000-8000-000000000002', 'Movers',
    '2026-02-02', 2, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
