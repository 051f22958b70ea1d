INSERT INTO signal_interests (id, signal_id, user_id, message, state, language, created_at, updated_at) VALUES
    ('01980000-0000-7000-8000-000000000081', '01980000-0000-7000-8000-000000000031', '01980000-0000-7000-8000-000000000002', 'Hello', 'pending', 'ko', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO idempotency_keys (user_id, key_hash, request_hash, object_id, claimed_until, expires_at) VALUES
    ('01980000-0000-7000-8000-000000000002', BYTES(0b), BYTES(0c), '01980000-0000-7000-8000-000000000081', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO signal_views (signal_id, views) VALUES ('01980000-0000-7000-8000-000000000031', 12);
