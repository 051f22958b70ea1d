-- Tying an identity to an account ends everything of before (AUTH-14); the token of a reset stands in the account since 0005 and was left.
-- Whoever ties has locked the account.
CREATE FUNCTION provider_identities_linked() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE users SET reset_token_hash = NULL, reset_expires_at = NULL WHERE id = NEW.user_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER provider_identities_linked AFTER INSERT ON provider_identities
    FOR EACH ROW WHEN (NEW.linked_at IS NOT NULL) EXECUTE FUNCTION provider_identities_linked();
