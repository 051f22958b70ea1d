//! Password hashes (AUTH-9): Argon2id (RFC 9106) as PHC strings, and bcrypt as the earlier system wrote it.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use config::{Argon2Cost, PasswordScheme, Passwords};
use domain::password::{NewPassword, PresentedPassword};
use domain::{Random, random};
use http_kit::{Code, Problem};

use super::queue::{Place, Queue};

/// The cost of new bcrypt hashes (AUTH-9).
const BCRYPT_COST: u32 = 12;
/// Costs that are checked at all: each step doubles the work, and a row with 31 would stop an instance for days.
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// What bcrypt hashes: 72 bytes with the NUL at their end.
const BCRYPT_LONGEST: usize = 71;

/// The hash of nobody's password, with the cost of the others: checked for unknown accounts, so that the answer takes as long as
/// for known ones (AUTH-3). Salt and hash are arbitrary; nobody knows a password for them.
const NOBODY_ARGON2: &str = "k9x426+CEnF0cfOqRGY/mA$MRNUeWdRbBkP0LCG0iQrCTBDNvPeLpo5ayf6W9EIAac";
const NOBODY_BCRYPT: &str = "$2b$12$Jf1xq8v0QeWm3Zk7bYtH4uRz5NcVgDsA2LpXo9iMhTyEwKj6UrPCa";

/// Makes and checks hashes, a bounded number at once.
pub struct Hasher {
    scheme: PasswordScheme,
    cost: Argon2Cost,
    nobody: String,
    queue: Queue,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password.
    Wrong,
    /// The password.
    Right,
    /// The password, under a hash of another scheme or cost than new ones: it should be hashed anew.
    Outdated,
}

/// A request that may hash.
pub struct Turn<'a> {
    hasher: &'a Hasher,
    place: Place<'a>,
}

impl Hasher {
    /// A hasher as configured.
    pub fn new(passwords: &Passwords) -> Self {
        let cost = passwords.argon2;
        let nobody = match passwords.scheme {
            PasswordScheme::Bcrypt => NOBODY_BCRYPT.to_owned(),
            PasswordScheme::Argon2id => format!(
                "$argon2id$v=19$m={},t={},p={}${NOBODY_ARGON2}",
                cost.memory, cost.passes, cost.lanes
            ),
        };
        Self {
            scheme: passwords.scheme,
            cost,
            nobody,
            queue: Queue::new(passwords.at_once),
        }
    }

    /// The right to hash. Taken after limits are charged and before anything else is done for the request.
    ///
    /// # Errors
    /// [`Code::Busy`] with `Retry-After` when too many hash or wait.
    pub fn enter(&self) -> Result<Turn<'_>, Problem> {
        Ok(Turn {
            hasher: self,
            place: self.queue.enter()?,
        })
    }

    /// How many hashes were made or checked.
    #[cfg(test)]
    pub fn hashes(&self) -> usize {
        self.queue.done()
    }

    fn hash(&self, password: &[u8], salt: [u8; 16]) -> Result<String, Problem> {
        if self.scheme == PasswordScheme::Bcrypt && fits_bcrypt(password) {
            return bcrypt::non_truncating_hash_with_salt(password, BCRYPT_COST, salt)
                .map(|parts| parts.format_for_version(bcrypt::Version::TwoB))
                .map_err(failed);
        }
        let Argon2Cost {
            memory,
            passes,
            lanes,
        } = self.cost;
        let params = Params::new(memory, passes, lanes, None).map_err(failed)?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash: PasswordHash = hasher.hash_password_with_salt(password, &salt).map_err(failed)?;
        Ok(hash.to_string())
    }

    fn verify(&self, password: &[u8], stored: Option<&str>) -> Verdict {
        let known = stored.filter(|stored| is_usable(stored));
        let matches = matches(password, known.unwrap_or(&self.nobody));
        match known {
            Some(known) if matches && self.is_current(known, password) => Verdict::Right,
            Some(_) if matches => Verdict::Outdated,
            _ => Verdict::Wrong,
        }
    }

    /// Whether a new hash of this password would be of the same kind.
    fn is_current(&self, stored: &str, password: &[u8]) -> bool {
        if self.scheme == PasswordScheme::Bcrypt && fits_bcrypt(password) {
            return bcrypt_cost(stored) == Some(BCRYPT_COST);
        }
        let expected = [
            ("m", self.cost.memory),
            ("t", self.cost.passes),
            ("p", self.cost.lanes),
        ];
        PasswordHash::new(stored).is_ok_and(|hash| {
            hash.algorithm.as_str() == "argon2id"
                && expected
                    .iter()
                    .all(|(name, value)| hash.params.get_decimal(*name) == Some(*value))
        })
    }
}

impl Turn<'_> {
    /// The hash of a new password.
    ///
    /// # Errors
    /// [`Code::InternalError`] when the library refuses.
    pub async fn hash(&self, password: &NewPassword, random: &dyn Random) -> Result<String, Problem> {
        self.hash_bytes(password.as_bytes(), random).await
    }

    /// A new hash of a password that was just found right: of all of it, also where the old hash had looked at its
    /// beginning only. From then on a longer or shorter one with the same beginning is wrong.
    ///
    /// # Errors
    /// As [`Turn::hash`].
    pub async fn hash_again(
        &self,
        password: &PresentedPassword,
        random: &dyn Random,
    ) -> Result<String, Problem> {
        self.hash_bytes(password.as_bytes(), random).await
    }

    /// Whether the password is the account's. Without a stored hash it costs the same and is [`Verdict::Wrong`].
    pub async fn verify(&self, password: &PresentedPassword, stored: Option<&str>) -> Verdict {
        self.place
            .work(|| self.hasher.verify(password.as_bytes(), stored))
            .await
    }

    async fn hash_bytes(&self, password: &[u8], random: &dyn Random) -> Result<String, Problem> {
        let salt = random::bytes(random);
        self.place.work(|| self.hasher.hash(password, salt)).await
    }
}

fn matches(password: &[u8], stored: &str) -> bool {
    if bcrypt_cost(stored).is_some() {
        // Like the earlier system: what is beyond 72 bytes was never part of these hashes.
        return bcrypt::verify(password, stored).unwrap_or(false);
    }
    PasswordHash::new(stored).is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok())
}

/// A row that holds anything else has no password.
fn is_usable(stored: &str) -> bool {
    bcrypt_cost(stored).is_some() || PasswordHash::new(stored).is_ok()
}

/// The cost of a bcrypt hash in one of the forms that differ in name only; `$2x$` marks hashes of a broken implementation.
fn bcrypt_cost(stored: &str) -> Option<u32> {
    let rest = ["$2a$", "$2b$", "$2y$"]
        .iter()
        .find_map(|prefix| stored.strip_prefix(prefix))?;
    let (cost, tail) = rest.split_once('$')?;
    let cost: u32 = cost.parse().ok()?;
    (tail.len() == 53 && BCRYPT_COSTS.contains(&cost)).then_some(cost)
}

/// Whether bcrypt hashes all of it. It ignores what is beyond 72 bytes and repeats a password until it is that long, NUL at its
/// end, so that one with a NUL inside is not told from its repetition; those get Argon2id under either scheme (AUTH-9: no truncation).
fn fits_bcrypt(password: &[u8]) -> bool {
    password.len() <= BCRYPT_LONGEST && !password.contains(&0)
}

fn failed(error: impl ToString) -> Problem {
    Problem::new(Code::InternalError).because(error)
}

#[cfg(test)]
mod tests;
