-- An account that ends takes along the words of its signals as well (AUTH-11): they were kept for the search of 0011, and whoever reads them in
-- order reads the description.
CREATE FUNCTION users_deleted_words() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE signals SET grams = NULL WHERE owner_id = NEW.id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_deleted_words AFTER UPDATE OF deleted_at ON users
    FOR EACH ROW WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
    EXECUTE FUNCTION users_deleted_words();

UPDATE signals SET grams = NULL WHERE owner_id IN (SELECT id FROM users WHERE deleted_at IS NOT NULL);
