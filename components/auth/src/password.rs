//! Password hashes (AUTH-9): Argon2id (RFC 9106) as PHC strings.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::password::{NewPassword, PresentedPassword};
use domain::{Random, random};

/// Memory in KiB, passes and lanes (AUTH-9; the second choice of the OWASP Password Storage Cheat Sheet).
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// The hash of a random password nobody knows, with the same cost: checked for unknown accounts, so that the answer takes
/// as long as for known ones (AUTH-3).
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$k9x426+CEnF0cfOqRGY/mA$MRNUeWdRbBkP0LCG0iQrCTBDNvPeLpo5ayf6W9EIAac";

/// A hash could not be made.
#[derive(Debug)]
pub struct HashError(pub String);

/// The PHC string of a new password.
pub fn hash(password: &NewPassword, random: &dyn Random) -> Result<String, HashError> {
    let salt: [u8; 16] = random::bytes(random);
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| HashError(error.to_string()))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = hasher
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| HashError(error.to_string()))?;
    Ok(hash.to_string())
}

/// Whether the password is the account's. Without a stored hash it costs the same and is `false`.
pub fn verify(password: &PresentedPassword, stored: Option<&str>) -> bool {
    let known = stored.and_then(|stored| PasswordHash::new(stored).ok());
    let Ok(nobody) = PasswordHash::new(NOBODY) else {
        return false;
    };
    let is_known = known.is_some();
    let matches = Argon2::default()
        .verify_password(password.as_bytes(), &known.unwrap_or(nobody))
        .is_ok();
    matches && is_known
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Email;
    use domain::password::Strength;
    use domain::person::PersonName;
    use http_kit::platform::SystemRandom;

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let email = Email::parse("kim@example.com").unwrap();
        let name = PersonName::parse("Kim").unwrap();
        let new = NewPassword::parse("Correct-horse-7", Strength::Mixed, &email, &name).unwrap();
        let stored = hash(&new, &SystemRandom).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(
            &PresentedPassword::parse("Correct-horse-7").unwrap(),
            Some(&stored)
        ));
        assert!(!verify(
            &PresentedPassword::parse("correct-horse-7").unwrap(),
            Some(&stored)
        ));
        assert!(!verify(
            &PresentedPassword::parse("Correct-horse-7").unwrap(),
            None
        ));
        assert!(!verify(
            &PresentedPassword::parse("Correct-horse-7").unwrap(),
            Some("nonsense")
        ));
    }

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_any_other() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let (memory, passes, lanes) = COST;
        assert_eq!(nobody.params.get_decimal("m"), Some(memory));
        assert_eq!(nobody.params.get_decimal("t"), Some(passes));
        assert_eq!(nobody.params.get_decimal("p"), Some(lanes));
    }
}
