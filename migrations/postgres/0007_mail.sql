-- Delivery of the mail that waits (AUTH-17).
--
-- A drain takes a row by a lease: nobody else takes it before `claimed_until`, so a process that dies leaves a row that the
-- next drain after that takes again. A row ends in exactly one of `sent_at`, `kept_at` (development: nothing was sent) and
-- `failed_at`. What was sent or given up keeps no token.

ALTER TABLE outbox ADD COLUMN claimed_until TIMESTAMPTZ;
ALTER TABLE outbox ADD COLUMN kept_at TIMESTAMPTZ;
ALTER TABLE outbox ADD COLUMN failed_at TIMESTAMPTZ;
-- Why the last attempt failed, as a stable code.
ALTER TABLE outbox ADD COLUMN failure TEXT;
-- What the provider calls the mail.
ALTER TABLE outbox ADD COLUMN reference TEXT;

DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE sent_at IS NULL AND kept_at IS NULL AND failed_at IS NULL;
