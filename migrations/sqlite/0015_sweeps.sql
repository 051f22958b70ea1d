-- Indexes by which what is over is found and swept in small batches (OPS-7).

CREATE INDEX sign_in_attempts_unknown ON sign_in_attempts (last_at) WHERE succeeded_at IS NULL;
CREATE INDEX sign_in_attempts_known ON sign_in_attempts (succeeded_at) WHERE succeeded_at IS NOT NULL;
-- The first of them serves what this one was for.
DROP INDEX sign_in_attempts_last;
CREATE INDEX account_failures_end ON account_failures (ends_at);
CREATE INDEX mail_requests_time ON mail_requests (requested_at);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);
CREATE INDEX refresh_token_usage_time ON refresh_token_usage (used_at);
CREATE INDEX outbox_done ON outbox (created_at)
WHERE sent_at IS NOT NULL OR kept_at IS NOT NULL OR failed_at IS NOT NULL;

-- Signals whose end has come (SIG-2).
CREATE INDEX signals_end ON signals (expires_at)
WHERE expires_at IS NOT NULL AND deleted_at IS NULL AND state IN ('draft', 'active', 'paused');
