//! The little language of the pattern files.

use domain::analysis::Kind;

/// Words that belong together stand this near, in characters without white space.
const NEAR: usize = 40;

/// Who a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side<'a> {
    /// `sale` or `lease`.
    pub kind: &'a str,
    /// `seller`, `buyer`, `landlord` or `tenant`.
    pub role: &'a str,
}

/// A rule of a file.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it finds.
    pub kind: Kind,
    kinds: Vec<&'static str>,
    roles: Vec<&'static str>,
    see: Vec<Pattern>,
    unless: Vec<Pattern>,
    absent: Vec<Pattern>,
}

/// Words in order.
#[derive(Clone, Debug)]
struct Pattern(Vec<Group>);

/// One of these words, near the group before it or anywhere behind it.
#[derive(Clone, Debug)]
struct Group {
    words: Vec<&'static str>,
    reach: Option<usize>,
}

/// The rules of a file, in order. A line that is none of the language is left out; a test finds it.
pub fn read(file: &'static str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[') {
            rules.extend(rule(head));
        } else if let (Some(rule), Some((name, words))) = (rules.last_mut(), line.split_once(": ")) {
            let patterns = match name {
                "see" => &mut rule.see,
                "unless" => &mut rule.unless,
                "absent" => &mut rule.absent,
                _ => continue,
            };
            patterns.push(pattern(words));
        }
    }
    rules
}

fn rule(head: &'static str) -> Option<Rule> {
    let (kind, rest) = head.split_once(']')?;
    let list = |name: &str| -> Vec<&'static str> {
        let words = rest
            .split(' ')
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        words.into_iter().flat_map(|words| words.split(',')).collect()
    };
    Some(Rule {
        kind: Kind::parse(kind)?,
        kinds: list("kinds"),
        roles: list("roles"),
        see: Vec::new(),
        unless: Vec::new(),
        absent: Vec::new(),
    })
}

fn pattern(words: &'static str) -> Pattern {
    let mut groups = Vec::new();
    let mut reach = None;
    for part in words.split(' ') {
        match part {
            "~" => reach = Some(NEAR),
            "~~" | "" => reach = None,
            words => groups.push(Group {
                words: words.split('|').collect(),
                reach,
            }),
        }
    }
    Pattern(groups)
}

impl Rule {
    /// Whether the rule is for this side of this kind of contract.
    pub fn is_for(&self, side: Side<'_>) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&side.kind))
            && (self.roles.is_empty() || self.roles.contains(&side.role))
    }

    /// Whether any sentence says what keeps the rule quiet.
    pub fn is_answered<'a>(&self, mut sentences: impl Iterator<Item = &'a str>) -> bool {
        !self.absent.is_empty()
            && sentences.any(|sentence| self.absent.iter().any(|pattern| pattern.find(sentence).is_some()))
    }

    /// Where a squeezed sentence says what the rule looks for: from the first word to the last.
    pub fn find(&self, sentence: &str) -> Option<(usize, usize)> {
        let hit = self.see.iter().find_map(|pattern| pattern.find(sentence))?;
        let off = self.unless.iter().any(|pattern| pattern.find(sentence).is_some());
        (!off).then_some(hit)
    }
}

impl Pattern {
    /// Every way to the end of one group is kept once, whatever led there: the work grows with the words in a sentence and not with their
    /// combinations.
    fn find(&self, sentence: &str) -> Option<(usize, usize)> {
        let (first, rest) = self.0.split_first()?;
        let mut ways = first.places(sentence);
        for group in rest {
            // Most sentences say nothing of most rules; what comes behind need not be looked for.
            if ways.is_empty() {
                return None;
            }
            let step = |(start, end): (usize, usize)| Some((group.before(sentence, &ways, start)?, end));
            ways = group.places(sentence).into_iter().filter_map(step).collect();
        }
        ways.into_iter().min()
    }
}

impl Group {
    /// Where the words stand, by their ends.
    fn places(&self, sentence: &str) -> Vec<(usize, usize)> {
        let of = |word: &&'static str| {
            let word: &'static str = word;
            sentence.match_indices(word).map(|(at, _)| (at, at + word.len()))
        };
        let mut places: Vec<(usize, usize)> = self.words.iter().flat_map(of).collect();
        places.sort_unstable_by_key(|(start, end)| (*end, *start));
        places
    }

    /// Where the way began that leads to a word at `start`: the first one, or, if it has to be near, the nearest.
    fn before(&self, sentence: &str, ways: &[(usize, usize)], start: usize) -> Option<usize> {
        let behind = ways.partition_point(|(_, end)| *end <= start);
        let ways = ways.get(..behind)?;
        let Some(reach) = self.reach else {
            return ways.iter().map(|(begin, _)| *begin).min();
        };
        let (begin, end) = ways.last()?;
        let between = sentence.get(*end..start)?;
        // A character has four bytes at most, so most gaps need no counting.
        let near = between.len() <= reach * 4 && between.chars().count() <= reach;
        near.then_some(*begin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn near_is_near_and_far_is_far() {
        let near = pattern("ab ~ cd|ef");
        assert_eq!(near.find("xxabyycd"), Some((2, 8)));
        assert_eq!(near.find("cdab"), None);
        let far = "ab".to_owned() + &"x".repeat(NEAR + 1) + "ef";
        assert_eq!(near.find(&far), None);
        assert!(pattern("ab ~~ ef").find(&far).is_some());
        assert_eq!(pattern("a ~ b ~ c").find("a-b-b-c"), Some((0, 7)));
        let apart = format!("a{0}b{0}c", "-".repeat(NEAR - 1));
        assert_eq!(pattern("a ~ b ~ c").find(&apart), Some((0, apart.len())));
        assert_eq!(pattern("a ~ c").find(&apart), None);
    }

    #[test]
    fn a_hostile_sentence_costs_no_more_than_its_length() {
        let pattern = pattern("a ~~ a ~~ a ~~ a ~~ a ~~ a ~~ a ~~ b");
        assert_eq!(pattern.find(&"a".repeat(2_000)), None);
    }

    #[test]
    fn every_line_of_the_files_is_understood() {
        for file in [crate::rules::RISKS, crate::rules::MISSING] {
            for line in file
                .lines()
                .filter(|line| !line.starts_with('#') && !line.is_empty())
            {
                let understood = match line.strip_prefix('[') {
                    Some(head) => rule(Box::leak(head.to_owned().into_boxed_str())).is_some(),
                    None => ["see: ", "unless: ", "absent: "]
                        .iter()
                        .any(|name| line.starts_with(name)),
                };
                assert!(understood, "{line}");
                let Some((_, words)) = line.split_once(": ") else {
                    continue;
                };
                for part in words.split(' ').filter(|part| !part.starts_with('~')) {
                    assert!(
                        part.split('|').all(|word| !word.is_empty()),
                        "an empty word: {line}"
                    );
                    assert_eq!(part.to_ascii_lowercase(), part, "{line}");
                }
                // A blank where none should be makes two groups without a sign between.
                let groups = words.split(' ').collect::<Vec<_>>();
                let apart = groups
                    .chunks(2)
                    .all(|pair| pair.get(1).is_none_or(|sign| matches!(*sign, "~" | "~~")));
                assert!(apart, "a blank in a word: {line}");
            }
            assert!(read(file).iter().all(|rule| !rule.see.is_empty()));
        }
    }

    proptest! {
        #[test]
        fn words_in_order_are_found_wherever_they_stand(before in "[x-z]{0,20}", between in "[x-z]{0,40}", after in "[x-z]{0,20}") {
            let sentence = format!("{before}ab{between}cd{after}");
            prop_assert_eq!(pattern("ab ~ cd").find(&sentence), Some((before.len(), before.len() + between.len() + 4)));
            prop_assert_eq!(pattern("cd ~~ ab").find(&sentence), None);
        }
    }
}
