//! How passwords are judged and hashed (AUTH-9).

use crate::values::Values;

/// Which kinds of characters a new password must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordStrength {
    /// Four kinds of characters.
    Mixed,
    /// Length alone.
    LengthOnly,
}

/// How a new password is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordScheme {
    /// Argon2id (RFC 9106).
    Argon2id,
    /// bcrypt with cost 12, as the earlier system reads it too.
    Bcrypt,
}

/// The cost of Argon2id (RFC 9106, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// How passwords are judged and hashed (AUTH-9); `auth` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passwords {
    /// Which strength rules hold.
    pub strength: PasswordStrength,
    /// How new ones are hashed.
    pub scheme: PasswordScheme,
    /// The cost of Argon2id.
    pub argon2: Argon2Cost,
    /// How many requests of one instance may wait for their hash.
    pub at_once: usize,
}

impl Passwords {
    /// The variables that are read.
    pub const NAMES: &'static [&'static str] = &[
        "password_strength",
        "password_scheme",
        "password_argon2",
        "password_hashes_at_once",
    ];

    /// Reads the section.
    pub fn read(values: &mut Values) -> Option<Self> {
        let strength = values.read("password_strength", |raw| match raw {
            "mixed" => Some(PasswordStrength::Mixed),
            "length_only" => Some(PasswordStrength::LengthOnly),
            _ => None,
        });
        let scheme = values.read("password_scheme", |raw| match raw {
            "argon2id" => Some(PasswordScheme::Argon2id),
            "bcrypt" => Some(PasswordScheme::Bcrypt),
            _ => None,
        });
        let argon2 = values.read("password_argon2", Argon2Cost::parse);
        let at_once = values.read("password_hashes_at_once", |raw| {
            raw.parse().ok().filter(|count| (1..=64).contains(count))
        });
        Some(Self {
            strength: strength?,
            scheme: scheme?,
            argon2: argon2?,
            at_once: at_once?,
        })
    }
}

impl Argon2Cost {
    /// Reads `m=KiB,t=passes,p=lanes`. The smallest memory is the smallest that the OWASP Password Storage Cheat Sheet lists, the
    /// largest what an instance can spare.
    fn parse(raw: &str) -> Option<Self> {
        let mut parts = raw.split(',');
        let mut take = |name: &str| -> Option<u32> {
            let (key, value) = parts.next()?.trim().split_once('=')?;
            (key == name).then(|| value.parse().ok()).flatten()
        };
        let cost = Self {
            memory: take("m").filter(|memory| (7_168..=262_144).contains(memory))?,
            passes: take("t").filter(|passes| (1..=16).contains(passes))?,
            lanes: take("p").filter(|lanes| (1..=8).contains(lanes))?,
        };
        parts.next().is_none().then_some(cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_auth_9() {
        let passwords = Passwords::read(&mut Values::default()).unwrap();
        let expected = Passwords {
            strength: PasswordStrength::Mixed,
            scheme: PasswordScheme::Argon2id,
            argon2: Argon2Cost {
                memory: 19_456,
                passes: 2,
                lanes: 1,
            },
            at_once: 8,
        };
        assert_eq!(passwords, expected);
    }

    #[test]
    fn a_cost_is_complete_in_order_and_within_bounds() {
        assert!(Argon2Cost::parse("m=47104, t=1, p=1").is_some());
        for raw in [
            "",
            "m=19456,t=2",
            "t=2,m=19456,p=1",
            "m=19456,t=2,p=1,x=1",
            "m=64,t=2,p=1",
            "m=19456,t=0,p=1",
            "m=19456,t=2,p=9",
            "m=99999999999,t=2,p=1",
        ] {
            assert_eq!(Argon2Cost::parse(raw), None, "{raw}");
        }
    }

    #[test]
    fn every_mistake_is_named() {
        let mut values = Values::new([
            ("password_strength", "strong"),
            ("password_scheme", "md5"),
            ("password_argon2", "m=1,t=1,p=1"),
            ("password_hashes_at_once", "0"),
        ]);
        Passwords::read(&mut values);
        let error = values.finish(None::<()>).unwrap_err();
        let names: Vec<_> = error.0.iter().map(|refused| refused.name).collect();
        assert_eq!(names, Passwords::NAMES);
    }
}
