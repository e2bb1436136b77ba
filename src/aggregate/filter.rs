//! Which posts and tags count.

use jiff::Timestamp;

use super::{
    AggregateError, By, NONE, Plan, TagRecord, TagView, Zone,
    by::column,
    record::{stance_from, status_from},
};
use crate::read::KeptValues;

/// One condition, as `--where` gives it; several must all hold.
///
/// Conditions on `label`, `target`, `kind` and `stance` select tags: a post counts when one of its tags
/// meets all of them, and only such tags are counted. (A post without tags has `(none)` for all
/// of them.) Every other condition selects posts: `hashtag=iamispr` counted by hashtag shows the
/// company that the hashtag keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    text: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// The key's value is among these (or, with `not`, is not).
    OneOf { key: Key, values: Vec<String>, not: bool },
    /// Posted at that moment or later.
    From(Timestamp),
    /// Posted before that moment.
    Before(Timestamp),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Label,
    Target,
    Kind,
    Stance,
    Language,
    Hashtag,
    Claim,
    Status,
    Platform,
    File,
    Author,
    Column(String),
}

impl Filter {
    /// Reads `label=support`, `lang!=en`, `target=facebook,youtube`, `time>=2019-04-01` or
    /// `time<2019-04-02T12:00`; dates are those of the zone.
    ///
    /// # Errors
    /// [`AggregateError::BadFilter`].
    pub fn parse(text: &str, zone: &Zone) -> Result<Self, AggregateError> {
        let bad = |reason: String| AggregateError::BadFilter { text: text.to_owned(), reason };
        let at = text.find(['=', '!', '<', '>']).ok_or_else(|| bad("there is no =".to_owned()))?;
        let (name, rest) = text.split_at(at);
        let (name, key) = (name.trim().to_ascii_lowercase(), Key::parse(name.trim()));
        let condition = if let Some(value) = rest.strip_prefix(">=") {
            Test::From(moment(&name, value, zone).map_err(bad)?)
        } else if let Some(value) = rest.strip_prefix('<').filter(|value| !value.starts_with('=')) {
            Test::Before(moment(&name, value, zone).map_err(bad)?)
        } else {
            let (value, not) = match (rest.strip_prefix("!="), rest.strip_prefix('=')) {
                (Some(value), _) => (value, true),
                (_, Some(value)) => (value, false),
                _ => return Err(bad("the comparison is none of =, !=, >= and <".to_owned())),
            };
            let key = key.ok_or_else(|| bad(format!("there is no key {name:?} to compare")))?;
            let values = value.split(',').map(|value| key.clean(value)).collect::<Result<_, _>>();
            Test::OneOf { key, values: values.map_err(bad)?, not }
        };
        Ok(Self { text: text.trim().to_owned(), test: condition })
    }

    /// The condition as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it selects tags; else it selects posts.
    pub(super) fn is_of_tags(&self) -> bool {
        let of_tags = |key: &Key| matches!(key, Key::Label | Key::Target | Key::Kind | Key::Stance);
        matches!(&self.test, Test::OneOf { key, .. } if of_tags(key))
    }

    /// Whether it needs the kinds of targets.
    pub(super) fn is_of_kind(&self) -> bool {
        self.is_of(&By::Kind)
    }

    /// Whether it needs the time.
    pub(super) fn is_of_time(&self) -> bool {
        !matches!(self.test, Test::OneOf { .. })
    }

    /// Whether it compares the values of a key.
    pub(super) fn is_of(&self, by: &By) -> bool {
        let Test::OneOf { key, .. } = &self.test else { return false };
        matches!(
            (key, by),
            (Key::Label, By::Label)
                | (Key::Target, By::Target)
                | (Key::Kind, By::Kind)
                | (Key::Stance, By::Stance)
                | (Key::Language, By::Language)
                | (Key::Hashtag, By::Hashtag)
                | (Key::Claim, By::Claim)
                | (Key::Status, By::Status)
        )
    }

    /// Whether it needs the kept columns.
    pub(super) fn is_kept(&self) -> bool {
        matches!(&self.test, Test::OneOf { key: Key::Platform | Key::Author | Key::Column(_), .. })
    }

    /// The kept column that it is about.
    pub(super) fn column(&self) -> Option<&str> {
        match &self.test {
            Test::OneOf { key: Key::Column(name), .. } => Some(name),
            _ => None,
        }
    }

    /// Whether a post meets it; a condition on tags always holds here.
    pub(super) fn holds_for(&self, record: &TagRecord<'_>, kept: &KeptValues<'_>, plan: &Plan) -> bool {
        let (key, values, not) = match &self.test {
            Test::From(from) => return record.time.is_some_and(|time| time >= *from),
            Test::Before(before) => return record.time.is_some_and(|time| time < *before),
            Test::OneOf { key, values, not } => (key, values, *not),
        };
        let among = |value: &str| values.iter().any(|wanted| wanted == value);
        let any = |list: &[super::Text<'_>]| {
            if list.is_empty() { among(NONE) } else { list.iter().any(|value| among(value)) }
        };
        let met = match key {
            Key::Label | Key::Target | Key::Kind | Key::Stance => return true,
            Key::Platform => among(kept.platform.as_deref().unwrap_or(NONE)),
            Key::Author => among(kept.author.as_deref().unwrap_or(NONE)),
            Key::Column(name) => among(plan.column(kept, name).unwrap_or(NONE)),
            Key::File => among(record.file),
            Key::Language => values.iter().any(|wanted| wanted.eq_ignore_ascii_case(&record.lang)),
            Key::Status => among(record.status.as_str()),
            Key::Hashtag => any(&record.hashtags),
            Key::Claim => any(&record.claims),
        };
        met != not
    }

    /// Whether a tag meets it (`None`: the post has no tags); a condition on posts always holds here.
    pub(super) fn holds_for_tag(&self, tag: Option<&TagView<'_>>, plan: &Plan) -> bool {
        let Test::OneOf { key, values, not } = &self.test else { return true };
        let value = match (key, tag) {
            (Key::Label | Key::Target | Key::Kind | Key::Stance, None) => NONE,
            (Key::Label, Some(tag)) => &tag.label,
            (Key::Target, Some(tag)) => &tag.target,
            (Key::Kind, Some(tag)) => plan.kind(&tag.target),
            (Key::Stance, Some(tag)) => tag.stance.as_str(),
            _ => return true,
        };
        values.iter().any(|wanted| wanted == value) != *not
    }
}

/// The kinds of targets: [`crate::codebook::Kind`].
const KINDS: [&str; 4] = ["country", "institution", "person", "platform"];

impl Key {
    fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "label" => Key::Label,
            "target" => Key::Target,
            "kind" | "target_kind" | "target-kind" => Key::Kind,
            "stance" => Key::Stance,
            "lang" | "language" => Key::Language,
            "hashtag" => Key::Hashtag,
            "claim" => Key::Claim,
            "status" => Key::Status,
            "platform" => Key::Platform,
            "file" | "source" => Key::File,
            "author" => Key::Author,
            _ => Key::Column(column(name)?.to_owned()),
        })
    }

    /// The value as the files spell it; a word that they never hold is a slip.
    fn clean(&self, value: &str) -> Result<String, String> {
        let value = value.trim();
        match self {
            Key::Kind if !KINDS.contains(&value) && value != NONE && value != super::UNKNOWN => {
                Err(format!("a kind of target is country, institution, person or platform, not {value:?}"))
            }
            Key::Stance if stance_from(value).is_none() && value != NONE => {
                Err(format!("a stance is favor, against or none, not {value:?}"))
            }
            Key::Status if status_from(value).is_none() => {
                Err(format!("a status is labelled or abstained, not {value:?}"))
            }
            _ if value.is_empty() => Err(format!("a value is missing; {NONE} stands for no value")),
            Key::Hashtag => Ok(value.trim_start_matches('#').to_lowercase()),
            Key::Language => Ok(crate::language::canonical(value).to_owned()),
            _ => Ok(value.to_owned()),
        }
    }
}

fn moment(name: &str, value: &str, zone: &Zone) -> Result<Timestamp, String> {
    if name != "time" {
        return Err(format!("only time can be compared by order, not {name}"));
    }
    zone.moment(value.trim()).ok_or_else(|| format!("{value:?} is no date and no RFC 3339 time"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::samples;

    fn plan() -> std::sync::Arc<Plan> {
        Plan::parse("", &[], None).expect("plan")
    }

    fn filter(text: &str) -> Filter {
        Filter::parse(text, &Zone::utc()).expect("filter")
    }

    #[test]
    fn posts_are_selected() {
        let post = samples::platform_attack();
        let record = TagRecord::from(&post);
        let plan = plan();
        let holds = |text: &str| filter(text).holds_for(&record, &KeptValues::default(), &plan);
        assert!(holds("lang=en,HI-latn"));
        assert!(holds("lang=ur-Latn"), "an alias");
        assert!(!holds("lang!=hi-Latn"));
        assert!(holds("hashtag=#IamISPR"));
        assert!(!holds("hashtag!=iamispr"));
        assert!(!holds("hashtag=(none)"));
        assert!(holds("claim=ordinary-citizens"));
        assert!(holds("status=labelled"));
        assert!(holds("time>=2019-04-01T12:16"));
        assert!(!holds("time<2019-04-01T12:16:00Z"));
        assert!(holds("label=support"));
    }

    #[test]
    fn tags_are_selected_and_no_tag_is_none() {
        let post = samples::platform_attack();
        let record = TagRecord::from(&post);
        let plan = plan();
        let holds = |text: &str| filter(text).holds_for_tag(record.tags.first(), &plan);
        assert!(holds("label=support,platform_attack"));
        assert!(!holds("target!=facebook"));
        assert!(holds("stance=against"));
        assert!(filter("label=(none)").holds_for_tag(None, &plan));
        assert!(filter("label!=support").holds_for_tag(None, &plan));
        assert!(!filter("label=support").holds_for_tag(None, &plan));
    }

    #[test]
    fn slips_are_told() {
        let told = |text| Filter::parse(text, &Zone::utc()).expect_err("refused").to_string();
        assert!(told("label").contains("there is no ="));
        assert!(told("auhtor=x").contains("\"auhtor\""));
        assert!(told("kind=state").contains("country, institution"));
        assert!(told("status=labeled").contains("labelled or abstained"));
        assert!(told("stance=favour").contains("favor, against or none"));
        assert!(told("time=2019").contains("\"time\""));
        assert!(told("time>=yesterday").contains("RFC 3339"));
        assert!(told("lang<en").contains("only time"));
        assert!(told("time<=2019-04-01").contains("none of"));
        assert!(told("label=").contains("(none)"));
    }
}
