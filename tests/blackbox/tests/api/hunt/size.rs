//! How much is hunted: a sample by default, everything and then mixtures of it while `REALCARE_HUNT_SECONDS` last.

use std::env;
use std::time::{Duration, Instant};

use super::corpus::Naughty;

/// Strings that one field gets in the small size. Each field gets others, so that all of them are tried somewhere.
const SAMPLE: usize = 12;

/// The size of a hunt.
pub struct Size {
    seed: u64,
    seconds: Option<u64>,
    random: Random,
    end: Option<Instant>,
}

impl Size {
    /// As the variables say: `REALCARE_HUNT_SECONDS` for a large one, `REALCARE_HUNT_SEED` for another one.
    pub fn read() -> Self {
        let number = |name: &str| env::var(name).ok().and_then(|value| value.parse().ok());
        let seed = number("REALCARE_HUNT_SEED").unwrap_or(1);
        let seconds = number("REALCARE_HUNT_SECONDS");
        Self {
            seed,
            seconds,
            random: Random(seed),
            end: seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
        }
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How long a large hunt takes.
    pub const fn seconds(&self) -> Option<u64> {
        self.seconds
    }

    /// How many at once, where many at once are the hunt; as many as connections are held at most.
    pub fn crowd(&self) -> usize {
        if self.end.is_some() { 48 } else { 12 }
    }

    /// Whether a large hunt has time left.
    pub fn goes_on(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() < end)
    }

    /// What a field gets, by its number.
    pub fn choose<'a>(&self, corpus: &'a [Naughty], field: usize) -> Vec<&'a Naughty> {
        let step = if self.end.is_some() {
            1
        } else {
            (corpus.len() / SAMPLE).max(1)
        };
        let chosen = corpus.iter().enumerate();
        chosen
            .filter(|(index, _)| (index + field).is_multiple_of(step))
            .map(|(_, one)| one)
            .collect()
    }

    /// A mixture of strings of the corpus: pieces of several, put together, some characters changed.
    pub fn mix(&mut self, corpus: &[Naughty]) -> Naughty {
        let random = &mut self.random;
        let mut text = String::new();
        for _ in 0..=random.below(4) {
            let piece: Vec<char> = corpus[random.below(corpus.len())].text().chars().collect();
            let from = random.below(piece.len() + 1);
            let length = random.below(40);
            text.extend(piece.into_iter().skip(from).take(length));
            if random.below(3) == 0 {
                text.extend(char::from_u32(
                    u32::try_from(random.below(0x11_0000)).unwrap_or(0),
                ));
            }
        }
        Naughty::text_of("mixture", &text)
    }

    /// One of so many.
    pub fn below(&mut self, count: usize) -> usize {
        self.random.below(count)
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014): a hunt can be repeated by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(count.max(1)).expect("a count")).expect("below a count")
    }
}
