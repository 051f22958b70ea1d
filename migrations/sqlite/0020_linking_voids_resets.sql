-- Tying an identity to an account ends everything of before (AUTH-14); the token of a reset stands in the account since 0005 and was left.
CREATE TRIGGER provider_identities_linked AFTER INSERT ON provider_identities WHEN NEW.linked_at IS NOT NULL
BEGIN
    UPDATE users SET reset_token_hash = NULL, reset_expires_at = NULL WHERE id = NEW.user_id;
END;
