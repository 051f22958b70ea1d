INSERT INTO provider_identities (id, user_id, provider, subject, access_sealed, key_id, created_at, last_used_at) VALUES
    ('01980000-0000-7000-8000-000000000071', '01980000-0000-7000-8000-000000000001', 'kakao', '1', BYTES(07), 'k1', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
INSERT INTO oauth_states (state_hash, provider, browser_hash, app_challenge, verifier_sealed, created_at, expires_at) VALUES
    (BYTES(08), 'github', BYTES(09), 'c', BYTES(0a), '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');
