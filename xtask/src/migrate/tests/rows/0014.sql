INSERT INTO reality_checks (id, user_id, intent, region_code, target_price, verdict, situation, assessment, plan_unavailable, created_at) VALUES
    ('01980000-0000-7000-8000-000000000094', '01980000-0000-7000-8000-000000000001', 'sale', '1168010100', 900000000, 'tight', '{}', '{}',
    'not_configured', '2026-01-01T00:00:00.000000Z');
