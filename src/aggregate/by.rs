//! The keys of a cell.

use std::{borrow::Cow, sync::Arc};

use super::{AggregateError, Bucket};

/// The most keys of a cell.
pub(super) const MOST_KEYS: usize = 8;

/// What posts are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum By {
    /// The label of a tag.
    Label,
    /// The target of a tag.
    Target,
    /// The kind of a tag's target, as the codebook has it: country, institution, person, platform.
    Kind,
    /// The stance of a tag.
    Stance,
    /// The post's language.
    Language,
    /// Each hashtag of the post.
    Hashtag,
    /// Each claim that the post repeats.
    Claim,
    /// `labelled` or `abstained`.
    Status,
    /// When it was posted.
    Time(Bucket),
    /// Where it was posted, where a kept column tells.
    Platform,
    /// The tag file that it stands in, as given.
    File,
    /// Who posted it, where a kept column tells.
    Author,
    /// A kept column of the input, by its name.
    Column(Arc<str>),
}

impl By {
    /// The keys of `label,target,time:15min`; an empty text is no key.
    ///
    /// # Errors
    /// When a word is unknown or stands twice.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, AggregateError> {
        let mut keys: Vec<Self> = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let key = Self::parse(word)?;
            if keys.iter().any(|other| other.name() == key.name()) {
                return Err(AggregateError::KeyTwice { word: key.name().into_owned() });
            }
            keys.push(key);
        }
        if keys.len() > MOST_KEYS {
            return Err(AggregateError::ManyKeys { keys: keys.len(), most: MOST_KEYS });
        }
        Ok(keys)
    }

    fn parse(word: &str) -> Result<Self, AggregateError> {
        let lower = word.to_ascii_lowercase();
        Ok(match lower.as_str() {
            "label" => By::Label,
            "target" => By::Target,
            "kind" | "target_kind" | "target-kind" => By::Kind,
            "stance" => By::Stance,
            "lang" | "language" => By::Language,
            "hashtag" => By::Hashtag,
            "claim" => By::Claim,
            "status" => By::Status,
            "time" => By::Time(Bucket::Minutes(60)),
            "platform" => By::Platform,
            "file" | "source" => By::File,
            "author" => By::Author,
            _ => {
                if let Some(bucket) = lower.strip_prefix("time:") {
                    return Ok(By::Time(bucket.parse()?));
                }
                match column(word) {
                    Some(name) => By::Column(Arc::from(name)),
                    None => return Err(AggregateError::UnknownKey { word: word.to_owned() }),
                }
            }
        })
    }

    /// The name of its column.
    pub fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            By::Label => "label",
            By::Target => "target",
            By::Kind => "kind",
            By::Stance => "stance",
            By::Language => "lang",
            By::Hashtag => "hashtag",
            By::Claim => "claim",
            By::Status => "status",
            By::Time(_) => "time",
            By::Platform => "platform",
            By::File => "file",
            By::Author => "author",
            By::Column(name) => return Cow::Owned(format!("column:{name}")),
        })
    }

    /// The word of `--by`: the name, with the bucket of a time.
    pub fn word(&self) -> String {
        match self {
            By::Time(bucket) => format!("time:{}", bucket.word()),
            other => other.name().into_owned(),
        }
    }

    /// Whether it is a key of tags; else of posts.
    pub(super) fn is_of_tags(&self) -> bool {
        matches!(self, By::Label | By::Target | By::Kind | By::Stance)
    }

    /// Whether it stands among the kept columns.
    pub(super) fn is_kept(&self) -> bool {
        matches!(self, By::Platform | By::Author | By::Column(_))
    }
}

/// The name in `column:NAME`.
pub(super) fn column(word: &str) -> Option<&str> {
    let (prefix, name) = word.split_once(':')?;
    (prefix.eq_ignore_ascii_case("column") && !name.trim().is_empty()).then_some(name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_order() {
        let keys = By::parse_list("label, time:15min,Lang").expect("keys");
        assert_eq!(keys, [By::Label, By::Time(Bucket::Minutes(15)), By::Language]);
        let words: Vec<_> = keys.iter().map(By::word).collect();
        assert_eq!(words, ["label", "time:15min", "lang"]);
        assert_eq!(By::parse_list("").expect("none"), []);
        let keys = By::parse_list("source,Author,column:Like Count,kind,time:year").expect("keys");
        let words: Vec<_> = keys.iter().map(By::word).collect();
        assert_eq!(words, ["file", "author", "column:Like Count", "kind", "time:year"]);
    }

    #[test]
    fn unknown_and_repeated_keys_are_told() {
        let told = |text| By::parse_list(text).expect_err("refused").to_string();
        assert!(told("label,auhtor").contains("\"auhtor\""));
        assert!(told("column:").contains("column:NAME"));
        assert!(told("column:a,column:a").contains("column:a twice"));
        assert!(told("label,target,stance,lang,hashtag,claim,status,file,author").contains("at most 8"));
        assert!(told("time:hour,time:day").contains("time twice"));
        assert!(told("time:7min").contains("15min"));
    }
}
