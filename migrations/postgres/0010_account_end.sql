-- What an account that ends takes along of the tables that came after 0006 (AUTH-11): its interests, whose messages name somebody, and
-- answers that were kept to be given again (CONV-7).
CREATE FUNCTION users_deleted_interests() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM signal_interests WHERE user_id = NEW.id;
    DELETE FROM idempotency_keys WHERE user_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_deleted_interests AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
    EXECUTE FUNCTION users_deleted_interests();
