INSERT INTO audit_events (id, occurred_at, request_id, actor_id, action, object_kind, object_id, outcome, method, endpoint, fingerprint)
    VALUES ('01980000-0000-7000-8000-000000000051', '2026-01-01T00:00:00.000000Z', 'r-1', '01980000-0000-7000-8000-000000000001', 'session_started', 'session', '01980000-0000-7000-8000-000000000011', 'success', 'POST', '/api/v1/auth/login', 'f');
INSERT INTO provider_buckets (provider, tokens, filled_at) VALUES ('mail', 5, 1);
