//! What posts are parted by: cells, conditions, and the two sides of a comparison.

use jiff::Timestamp;

use super::{EstimateError, Row};
use crate::aggregate::{Bucket, By, NONE, UNKNOWN, Zone};

/// A key of posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PostKey {
    Label,
    Target,
    Language,
    Hashtag,
    Claim,
    Status,
    Time(Bucket),
}

impl PostKey {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "label" => Self::Label,
            "target" => Self::Target,
            "lang" | "language" => Self::Language,
            "hashtag" => Self::Hashtag,
            "claim" => Self::Claim,
            "status" => Self::Status,
            _ => return None,
        })
    }

    /// The post's values; `(none)` or `(unknown)` where it has none.
    fn values(self, row: &Row, zone: &Zone) -> Vec<String> {
        let several = |list: &[String]| {
            let mut list: Vec<String> = list.to_vec();
            list.sort_unstable();
            list.dedup();
            if list.is_empty() { vec![NONE.to_owned()] } else { list }
        };
        match self {
            Self::Label => several(&row.tags.iter().map(|tag| tag.label.clone()).collect::<Vec<_>>()),
            Self::Target => several(&row.tags.iter().map(|tag| tag.target.clone()).collect::<Vec<_>>()),
            Self::Language => vec![row.lang.clone()],
            Self::Hashtag => several(&row.hashtags),
            Self::Claim => several(&row.claims),
            Self::Status => vec![row.status.clone()],
            Self::Time(bucket) => {
                vec![row.time.map_or(UNKNOWN.to_owned(), |time| bucket.name(bucket.of(time, zone), zone))]
            }
        }
    }

    fn has(self, row: &Row, value: &str, zone: &Zone) -> bool {
        match self {
            Self::Language => row.lang.eq_ignore_ascii_case(value),
            _ => self.values(row, zone).iter().any(|own| own == value),
        }
    }

    /// A value as the files spell it.
    fn clean(self, value: &str) -> String {
        match self {
            Self::Hashtag => value.trim().trim_start_matches('#').to_lowercase(),
            Self::Language => crate::language::canonical(value.trim()).to_owned(),
            _ => value.trim().to_owned(),
        }
    }
}

/// The keys of `--by`: the label always, the target where asked for, and keys of posts.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Whether labels are parted by target.
    pub target: bool,
    posts: Vec<PostKey>,
    /// The names of the posts' keys, in order.
    pub names: Vec<String>,
    zone: Zone,
}

impl Keys {
    /// Reads `label,target,lang,time:day`.
    ///
    /// # Errors
    /// [`EstimateError::Key`]: where a word is none, or no key that posts can be audited by.
    pub fn parse(by: &str, zone: &Zone) -> Result<Self, EstimateError> {
        let (mut target, mut posts, mut names) = (false, Vec::new(), Vec::new());
        for key in By::parse_list(by)? {
            let word = key.word();
            let post = match key {
                By::Label => continue,
                By::Target => {
                    target = true;
                    continue;
                }
                By::Stance => {
                    let reason = "a label stands for one stance already; leave it out".to_owned();
                    return Err(EstimateError::Key { word, reason });
                }
                By::Time(bucket) => PostKey::Time(bucket),
                _ => PostKey::parse(&word).ok_or_else(|| EstimateError::Key {
                    word: word.clone(),
                    reason: "take label, target, lang, hashtag, claim, status or time:BUCKET".to_owned(),
                })?,
            };
            posts.push(post);
            names.push(word);
        }
        Ok(Self { target, posts, names, zone: zone.clone() })
    }

    /// The cells that a post falls into, each by its values; without keys of posts one, without a value.
    pub(super) fn cells(&self, row: &Row) -> Vec<Vec<String>> {
        let mut cells = vec![Vec::new()];
        for key in &self.posts {
            let values = key.values(row, &self.zone);
            let longer = |cell: &Vec<String>| {
                values.iter().map(|value| cell.iter().chain([value]).cloned().collect()).collect::<Vec<_>>()
            };
            cells = cells.iter().flat_map(longer).collect();
        }
        cells
    }
}

/// A condition on posts, as `--where` gives it; `label` and `target` are those of the tags.
#[derive(Debug, Clone)]
pub struct Condition {
    /// As given.
    pub text: String,
    test: Test,
    zone: Zone,
}

#[derive(Debug, Clone)]
enum Test {
    OneOf { key: PostKey, values: Vec<String>, not: bool },
    From(Timestamp),
    Before(Timestamp),
}

impl Condition {
    /// Reads `lang=ur,hi`, `hashtag!=iamispr`, `time>=2019-04-02` or `time<2019-04-03T12:00`.
    ///
    /// # Errors
    /// [`EstimateError::Condition`].
    pub fn parse(text: &str, zone: &Zone) -> Result<Self, EstimateError> {
        let bad =
            |reason: &str| EstimateError::Condition { text: text.to_owned(), reason: reason.to_owned() };
        let moment = |value: &str| {
            zone.moment(value.trim()).ok_or_else(|| bad("that is no date and no RFC 3339 time"))
        };
        let test = if let Some((_, value)) = text.split_once(">=").filter(|(name, _)| name.trim() == "time") {
            Test::From(moment(value)?)
        } else if let Some((_, value)) = text.split_once('<').filter(|(name, _)| name.trim() == "time") {
            Test::Before(moment(value)?)
        } else {
            let (name, not, values) = match (text.split_once("!="), text.split_once('=')) {
                (Some((name, values)), _) => (name, true, values),
                (None, Some((name, values))) => (name, false, values),
                (None, None) => return Err(bad("write key=value, key!=value, time>=DATE or time<DATE")),
            };
            let key = PostKey::parse(name.trim()).ok_or_else(|| {
                bad("the keys are label, target, lang, hashtag, claim, status, and time with >= and <")
            })?;
            Test::OneOf { key, values: values.split(',').map(|value| key.clean(value)).collect(), not }
        };
        Ok(Self { text: text.trim().to_owned(), test, zone: zone.clone() })
    }

    pub(super) fn holds(&self, row: &Row) -> bool {
        match &self.test {
            Test::OneOf { key, values, not } => {
                values.iter().any(|value| key.has(row, value, &self.zone)) != *not
            }
            Test::From(from) => row.time.is_some_and(|time| time >= *from),
            Test::Before(before) => row.time.is_some_and(|time| time < *before),
        }
    }
}

/// Two kinds of posts to compare.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What they are called: the first, the second.
    pub names: [String; 2],
    sides: Sides,
    zone: Zone,
}

#[derive(Debug, Clone)]
enum Sides {
    Values(PostKey, [String; 2]),
    Moment(Timestamp),
}

impl Comparison {
    /// Reads `lang=ur,en`, `hashtag=one,other` or `time=MOMENT` (before it, and from it on).
    ///
    /// # Errors
    /// [`EstimateError::Condition`].
    pub fn parse(text: &str, zone: &Zone) -> Result<Self, EstimateError> {
        let bad =
            |reason: &str| EstimateError::Condition { text: text.to_owned(), reason: reason.to_owned() };
        let usage =
            "write lang=ur,en, hashtag=one,other, claim=one,other, status=labelled,abstained or time=MOMENT";
        let (name, value) = text.split_once('=').ok_or_else(|| bad(usage))?;
        let zone = zone.clone();
        if name.trim() == "time" {
            let moment =
                zone.moment(value.trim()).ok_or_else(|| bad("that is no date and no RFC 3339 time"))?;
            let names = [format!("before {}", value.trim()), format!("from {}", value.trim())];
            return Ok(Self { names, sides: Sides::Moment(moment), zone });
        }
        let key = PostKey::parse(name.trim()).ok_or_else(|| bad(usage))?;
        let values: Vec<String> = value.split(',').map(|value| key.clean(value)).collect();
        match <[String; 2]>::try_from(values) {
            Ok(values) if values[0] != values[1] => {
                let names = values.each_ref().map(|value| format!("{} {value}", name.trim()));
                Ok(Self { names, sides: Sides::Values(key, values), zone })
            }
            _ => Err(bad("name two different values")),
        }
    }

    /// The side of a post: first or second. None for a post that is on neither, or on both: two hashtags.
    pub(super) fn side(&self, row: &Row) -> Option<usize> {
        match &self.sides {
            Sides::Moment(moment) => row.time.map(|time| usize::from(time >= *moment)),
            Sides::Values(key, values) => {
                match values.each_ref().map(|value| key.has(row, value, &self.zone)) {
                    [true, false] => Some(0),
                    [false, true] => Some(1),
                    _ => None,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::stratum::tests::row;

    fn post() -> Row {
        Row {
            time: Some("2019-04-02T07:16:00Z".parse().expect("a time")),
            hashtags: vec!["iamispr".to_owned(), "pakistan".to_owned()],
            lang: "ur".to_owned(),
            ..row("1", &[])
        }
    }

    fn zone() -> Zone {
        Zone::parse("+05:00").expect("a zone")
    }

    #[test]
    fn cells_are_the_combinations_of_values() {
        let cells = |by: &str| Keys::parse(by, &zone()).expect("keys").cells(&post());
        assert_eq!(cells("label"), [Vec::<String>::new()]);
        assert_eq!(cells("target,lang"), [["ur"]]);
        assert_eq!(cells("time:hour,hashtag")[1], ["2019-04-02T12:00:00+05:00", "pakistan"]);
        assert_eq!(cells("claim"), [["(none)"]]);
        let told = |by: &str| Keys::parse(by, &zone()).expect_err("none").to_string();
        assert!(told("stance").contains("one stance"));
        assert!(told("colour").contains("colour"));
    }

    #[test]
    fn conditions_and_sides_are_read() {
        let holds = |text: &str| Condition::parse(text, &zone()).expect("one").holds(&post());
        assert!(holds("lang=en,ur") && holds("hashtag=#IamISPR") && holds("time>=2019-04-02T12:16"));
        assert!(!holds("lang!=ur") && !holds("time<2019-04-02T12:16") && holds("claim=(none)"));
        let side = |text: &str| Comparison::parse(text, &zone()).expect("one").side(&post());
        assert_eq!(side("lang=ur,en"), Some(0));
        assert_eq!(side("lang=en,UR"), Some(1));
        assert_eq!(side("hashtag=iamispr,pakistan"), None, "on both sides");
        assert_eq!(side("time=2019-04-02T12:00"), Some(1));
        for text in ["lang", "lang=ur", "lang=ur,ur", "colour=a,b", "time=noon", "lang=a,b,c"] {
            assert!(Comparison::parse(text, &zone()).is_err(), "{text}");
        }
        for text in ["lang", "colour=x", "time>=noon"] {
            assert!(Condition::parse(text, &zone()).is_err(), "{text}");
        }
    }
}
