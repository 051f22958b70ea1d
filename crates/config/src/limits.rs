//! Rate limits by class (GUARD-3).

/// Which limit a request counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Requests without a token, per client address.
    Anonymous,
    /// Attempts to sign in, per client address and per account.
    SignIn,
    /// Users who pay nothing.
    Free,
    /// Users who pay.
    Premium,
    /// The people who run the service.
    Admin,
    /// Messages to the assistant.
    Chat,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::SignIn,
        Self::Free,
        Self::Premium,
        Self::Admin,
        Self::Chat,
    ];

    /// The spelling in the configuration, in keys and in headers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::SignIn => "sign_in",
            Self::Free => "free",
            Self::Premium => "premium",
            Self::Admin => "admin",
            Self::Chat => "chat",
        }
    }
}

/// Requests per minute for each class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimits([(Class, u32); 6]);

impl RateLimits {
    /// The limit of a class, in requests per minute.
    pub fn per_minute(&self, class: Class) -> u32 {
        self.0
            .iter()
            .find(|(known, _)| *known == class)
            .map_or(0, |(_, limit)| *limit)
    }

    /// Reads `class=number` pairs; every class exactly once, every limit at least 1.
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        let pairs: Vec<(&str, u32)> = raw.split(',').map(pair).collect::<Option<_>>()?;
        let mut limits = [(Class::Anonymous, 0); 6];
        for (slot, class) in limits.iter_mut().zip(Class::ALL) {
            let mut given = pairs.iter().filter(|(name, _)| *name == class.as_str());
            *slot = (class, given.next()?.1);
            if given.next().is_some() {
                return None;
            }
        }
        (pairs.len() == limits.len()).then_some(Self(limits))
    }
}

fn pair(raw: &str) -> Option<(&str, u32)> {
    let (name, number) = raw.split_once('=')?;
    let number = number.trim().parse().ok().filter(|number| *number > 0)?;
    Some((name.trim(), number))
}
