//! What provinces, cities and districts are called.

use std::sync::OnceLock;

use super::{RegionCode, RegionPrefix};

/// A province, a city, a county or a district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region<'a> {
    /// The digits with which every legal-district code inside it begins.
    pub code: &'a str,
    /// In which region it lies; a province lies in none.
    pub parent: Option<&'a str>,
    /// Its own name in Korean.
    pub name_ko: &'a str,
    /// Its own name, romanised.
    pub name_en: &'a str,
    /// Whether it still is one. One that ended keeps its name for what was published under its digits.
    pub is_current: bool,
}

impl<'a> Region<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (code, parent) = (fields.next()?, fields.next()?);
        Some(Self {
            code,
            parent: (!parent.is_empty()).then_some(parent),
            name_ko: fields.next()?,
            name_en: fields.next()?,
            is_current: fields.next()? == "1",
        })
    }
}

/// Every region that has a name: a text that is looked up, because taking some hundred regions apart would cost a new instance more than
/// everything else at its start, and a request asks for one of them.
#[derive(Debug, Default)]
pub struct Regions {
    text: String,
    /// In the order of codes.
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    key: u64,
    begin: usize,
    end: usize,
    /// Put together when it is first asked for.
    whole: OnceLock<WholeName>,
}

impl Regions {
    /// Takes a text with a line for each region, in any order: code, parent or nothing, Korean name, romanised name, and `1` if it still is one, apart
    /// by tabs. `None` if a line has another form.
    pub fn read(text: String) -> Option<Self> {
        let mut lines = Vec::new();
        let mut begin = 0;
        for line in text.split_terminator('\n') {
            if line.bytes().filter(|byte| *byte == b'\t').count() != 4 {
                return None;
            }
            let end = begin + line.len();
            lines.push(Line {
                key: key(line),
                begin,
                end,
                whole: OnceLock::new(),
            });
            begin = end + 1;
        }
        lines.sort_by_key(|line| line.key);
        Some(Self { text, lines })
    }

    /// The regions of today that lie directly in `parent`, or the provinces, by code.
    pub fn inside<'a>(&'a self, parent: Option<&'a RegionPrefix>) -> impl Iterator<Item = Region<'a>> {
        let parent = parent.map(RegionPrefix::as_str);
        self.lines
            .iter()
            .filter_map(|line| self.region(line))
            .filter(move |region| region.is_current && region.parent == parent)
    }

    /// What a code is called by everything around it; `None` if not even the province has a name.
    pub fn name(&self, code: &RegionCode) -> Option<&WholeName> {
        let smallest = self.around(code).next()?;
        Some(smallest.whole.get_or_init(|| self.put_together(code)))
    }

    fn put_together(&self, code: &RegionCode) -> WholeName {
        let around: Vec<Region<'_>> = self.around(code).filter_map(|line| self.region(line)).collect();
        let ko: Vec<&str> = around.iter().rev().map(|region| region.name_ko).collect();
        let en: Vec<&str> = around.iter().map(|region| region.name_en).collect();
        WholeName {
            ko: ko.join(" "),
            en: en.join(", "),
        }
    }

    /// The regions around a code, the smallest first. A code inside another stands in the other's digits, so no chain has to be followed.
    fn around<'a, 'c>(&'a self, code: &'c RegionCode) -> impl Iterator<Item = &'a Line> + use<'a, 'c> {
        [5, 4, 2]
            .into_iter()
            .filter_map(|digits| code.as_str().get(..digits))
            .filter_map(|prefix| {
                let found = self.lines.binary_search_by_key(&key(prefix), |line| line.key);
                self.lines.get(found.ok()?)
            })
    }

    fn region(&self, line: &Line) -> Option<Region<'_>> {
        self.text.get(line.begin..line.end).and_then(Region::read)
    }
}

/// A number for the digits at the beginning, in the order of their texts: the digits with zeroes behind them, and how many they were.
fn key(text: &str) -> u64 {
    let digits = text.bytes().take_while(u8::is_ascii_digit).take(DIGITS);
    let (number, count) = digits.fold((0, 0), |(number, count), digit| {
        (number * 10 + u64::from(digit - b'0'), count + 1)
    });
    let filled = (count..DIGITS).fold(number, |number, _| number * 10);
    filled * 16 + count as u64
}

/// As many as a whole code has.
const DIGITS: usize = 10;

/// What a place is called, from the province down to the district in Korean, and the other way round romanised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeName {
    /// In Korean, apart by blanks.
    pub ko: String,
    /// Romanised, apart by commas.
    pub en: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn region(code: &str, parent: &str, name: &str) -> String {
        format!("{code}\t{parent}\tK{name}\t{name}\t1")
    }

    fn regions() -> Regions {
        let lines = [
            region("41111", "4111", "Jangan-gu"),
            region("41", "", "Gyeonggi-do"),
            region("41210", "41", "Gwangmyeong-si"),
            region("4111", "41", "Suwon-si"),
            region("11", "", "Seoul"),
            "29\t\tKGwangju\tGwangju\t0".to_owned(),
        ];
        Regions::read(lines.join("\n")).unwrap()
    }

    #[test]
    fn a_code_is_called_by_everything_around_it() {
        let regions = regions();
        let named = |code: &str| regions.name(&RegionCode::parse(code).unwrap()).cloned();
        let both = |ko: &str, en: &str| {
            let (ko, en) = (ko.to_owned(), en.to_owned());
            Some(WholeName { ko, en })
        };
        for _ in 0..2 {
            assert_eq!(
                named("4111112900"),
                both(
                    "KGyeonggi-do KSuwon-si KJangan-gu",
                    "Jangan-gu, Suwon-si, Gyeonggi-do"
                )
            );
            assert_eq!(
                named("4111912900"),
                both("KGyeonggi-do KSuwon-si", "Suwon-si, Gyeonggi-do")
            );
        }
        assert_eq!(named("1168010100"), both("KSeoul", "Seoul"));
        assert_eq!(named("2611010100"), None);
        assert_eq!(named("2911010100"), both("KGwangju", "Gwangju"), "it ended");
    }

    #[test]
    fn what_lies_in_a_region_is_listed_by_code() {
        let regions = regions();
        let codes = |parent: Option<&str>| {
            let parent = parent.map(|parent| RegionPrefix::parse(parent).unwrap());
            let inside = regions.inside(parent.as_ref());
            inside.map(|region| region.code.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(codes(None), ["11", "41"]);
        assert_eq!(codes(Some("41")), ["4111", "41210"]);
        assert_eq!(codes(Some("4111")), ["41111"]);
        assert_eq!(codes(Some("41111")), Vec::<String>::new());
        let whole = regions.inside(None).next().unwrap();
        assert_eq!(
            (whole.parent, whole.name_ko, whole.name_en, whole.is_current),
            (None, "KSeoul", "Seoul", true)
        );
    }

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_codes(one in "[1-5][0-9]{1,9}", other in "[1-5][0-9]{1,9}", more in 0_usize..4) {
            prop_assert_eq!(key(&one).cmp(&key(&other)), one.cmp(&other));
            let longer = format!("{one}{}", "0".repeat(more.min(DIGITS - one.len())));
            prop_assert_eq!(key(&one).cmp(&key(&longer)), one.cmp(&longer));
            prop_assert_eq!(key(&format!("{one}\t9")), key(&one));
        }
    }

    #[test]
    fn neighbours_keep_their_order() {
        for (one, other) in [
            ("1100000009", "110000001"),
            ("1100000000", "1100000001"),
            ("110000000", "1100000000"),
        ] {
            assert!(key(one) < key(other), "{one} {other}");
        }
    }

    #[test]
    fn a_line_of_another_form_is_refused() {
        let good = region("11", "", "Seoul");
        assert!(Regions::read(String::new()).is_some());
        for bad in ["", "11\t\tK\tSeoul", "11\t\tK\tSeoul\t1\t"] {
            assert!(
                Regions::read(format!("{good}\n{bad}\n{good}")).is_none(),
                "{bad:?}"
            );
        }
    }
}
