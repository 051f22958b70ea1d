INSERT INTO mail_requests (account, purpose, requested_at) VALUES (BYTES(04), 'verify_email', '2026-01-01T00:00:00.000000Z');
INSERT INTO sign_in_attempts (id, account, user_id, failures, last_at, retry_at) VALUES (BYTES(05), BYTES(04), '01980000-0000-7000-8000-000000000001', 3, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
UPDATE users SET reset_token_hash = BYTES(06), reset_expires_at = '2026-01-01T00:00:00.000000Z' WHERE id = '01980000-0000-7000-8000-000000000001';
