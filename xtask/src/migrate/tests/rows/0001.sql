INSERT INTO users (id, email, name, password_hash, email_verified_at, created_at, updated_at) VALUES
    ('01980000-0000-7000-8000-000000000001', 'kim@example.com', 'Kim', 'a hash', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z'),
    ('01980000-0000-7000-8000-000000000002', 'lee@example.com', 'Lee', NULL, NULL, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO users (id, email, name, created_at, updated_at, deleted_at) VALUES ('01980000-0000-7000-8000-000000000003', 'kim@example.com', '-', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO sessions (id, user_id, current_hash, idle_expires_at, absolute_expires_at, created_at, last_used_at) VALUES
    ('01980000-0000-7000-8000-000000000011', '01980000-0000-7000-8000-000000000001', BYTES(01), '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
UPDATE sessions SET current_hash = BYTES(02), previous_hash = BYTES(01), rotated_at = '2026-01-01T00:00:00.000000Z';
INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at) VALUES (BYTES(03), '01980000-0000-7000-8000-000000000002', 'verify_email', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO outbox (id, recipient, template, language, token, created_at, next_attempt_at) VALUES
    ('01980000-0000-7000-8000-000000000021', 'lee@example.com', 'verify_email', 'ko', 'a token', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
