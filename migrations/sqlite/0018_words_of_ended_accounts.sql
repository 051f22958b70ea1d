-- An account that ends takes along the words of its signals as well (AUTH-11): they were kept for the search of 0011, and whoever reads them in
-- order reads the description.
CREATE TRIGGER users_deleted_words AFTER UPDATE OF deleted_at ON users
WHEN NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL
BEGIN
    UPDATE signals SET grams = NULL WHERE owner_id = NEW.id;
END;

UPDATE signals SET grams = NULL WHERE owner_id IN (SELECT id FROM users WHERE deleted_at IS NOT NULL);
