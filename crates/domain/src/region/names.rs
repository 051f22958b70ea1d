//! What provinces, cities and districts are called.

use std::collections::BTreeMap;

use super::{RegionCode, RegionPrefix};

/// A province, a city, a county or a district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The digits with which every legal-district code inside it begins.
    pub code: RegionPrefix,
    /// In which region it lies; a province lies in none.
    pub parent: Option<RegionPrefix>,
    /// Its own name in Korean.
    pub name_ko: String,
    /// Its own name, romanised.
    pub name_en: String,
    /// Whether it still is one. One that ended keeps its name for what was published under its digits.
    pub is_current: bool,
}

/// Every region that has a name.
#[derive(Debug, Default)]
pub struct Regions(BTreeMap<String, Region>);

impl Regions {
    /// Takes the regions as they are stored, in any order.
    pub fn new(regions: impl IntoIterator<Item = Region>) -> Self {
        let by_code = |region: Region| (region.code.as_str().to_owned(), region);
        Self(regions.into_iter().map(by_code).collect())
    }

    /// The regions of today that lie directly in `parent`, or the provinces, by code.
    pub fn inside<'a>(&'a self, parent: Option<&'a RegionPrefix>) -> impl Iterator<Item = &'a Region> {
        self.0
            .values()
            .filter(move |region| region.is_current && region.parent.as_ref() == parent)
    }

    /// The whole Korean name of where a code lies, from the province down; `None` if not even the province has one.
    pub fn korean_name(&self, code: &RegionCode) -> Option<String> {
        let mut names: Vec<&str> = self.around(code).map(|region| region.name_ko.as_str()).collect();
        names.reverse();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// The same romanised, from the district up.
    pub fn english_name(&self, code: &RegionCode) -> Option<String> {
        let names: Vec<&str> = self.around(code).map(|region| region.name_en.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The regions around a code, the smallest first. A code inside another stands in the other's digits, so no chain has to be followed.
    fn around<'a>(&'a self, code: &'a RegionCode) -> impl Iterator<Item = &'a Region> {
        [5, 4, 2]
            .into_iter()
            .filter_map(|digits| code.as_str().get(..digits))
            .filter_map(|prefix| self.0.get(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str, parent: &str, name: &str) -> Region {
        Region {
            code: RegionPrefix::parse(code).unwrap(),
            parent: RegionPrefix::parse(parent).ok(),
            name_ko: format!("K{name}"),
            name_en: name.to_owned(),
            is_current: true,
        }
    }

    #[test]
    fn a_code_is_called_by_everything_around_it() {
        let regions = Regions::new([
            region("41111", "4111", "Jangan-gu"),
            region("41", "", "Gyeonggi-do"),
            region("4111", "41", "Suwon-si"),
            region("11", "", "Seoul"),
            Region {
                is_current: false,
                ..region("29", "", "Gwangju")
            },
        ]);
        let named = |code: &str| {
            let code = RegionCode::parse(code).unwrap();
            (regions.korean_name(&code), regions.english_name(&code))
        };
        let both = |ko: &str, en: &str| (Some(ko.to_owned()), Some(en.to_owned()));
        assert_eq!(
            named("4111112900"),
            both(
                "KGyeonggi-do KSuwon-si KJangan-gu",
                "Jangan-gu, Suwon-si, Gyeonggi-do"
            )
        );
        assert_eq!(named("1168010100"), both("KSeoul", "Seoul"));
        assert_eq!(named("2611010100"), (None, None));
        assert_eq!(named("2911010100"), both("KGwangju", "Gwangju"), "it ended");
        let codes = |parent: Option<&str>| {
            let parent = parent.map(|parent| RegionPrefix::parse(parent).unwrap());
            let inside = regions.inside(parent.as_ref());
            inside
                .map(|region| region.code.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(codes(None), ["11", "41"]);
        assert_eq!(codes(Some("41")), ["4111"]);
        assert_eq!(codes(Some("41111")), Vec::<String>::new());
    }
}
