-- A refresh token that comes back after it was rotated ends its sign-in and voids every access token of the account (AUTH-6, AUTH-13): whoever
-- has one of somebody's tokens may have more. Setting `reused_at` ends the sign-in in the statement that raises the version: the account is
-- locked before its sign-ins, as by everything else that ends them.
ALTER TABLE users ADD COLUMN reused_session UUID;
ALTER TABLE users ADD COLUMN reused_at TIMESTAMPTZ;
ALTER TABLE users ADD COLUMN reuse_audit TEXT;

CREATE FUNCTION users_reuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sessions SET ended_at = NEW.reused_at, end_reason = 'reuse', audit = NEW.reuse_audit
    WHERE id = NEW.reused_session AND user_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_reuse AFTER UPDATE OF reused_at ON users
    FOR EACH ROW WHEN (NEW.reused_at IS NOT NULL) EXECUTE FUNCTION users_reuse();
