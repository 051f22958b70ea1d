UPDATE outbox SET claimed_until = '2026-01-01T00:00:00.000000Z', attempts = 1;
INSERT INTO outbox (id, recipient, template, language, created_at, next_attempt_at, failed_at, failure) VALUES
    ('01980000-0000-7000-8000-000000000022', 'kim@example.com', 'already_registered', 'en', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', 'rejected');
