//! The keys of a cell.

use super::{AggregateError, Bucket};

/// What posts are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The label of a tag.
    Label,
    /// The target of a tag.
    Target,
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
                return Err(AggregateError::KeyTwice { word: key.name() });
            }
            keys.push(key);
        }
        Ok(keys)
    }

    fn parse(word: &str) -> Result<Self, AggregateError> {
        let lower = word.to_ascii_lowercase();
        Ok(match lower.as_str() {
            "label" => By::Label,
            "target" => By::Target,
            "stance" => By::Stance,
            "lang" | "language" => By::Language,
            "hashtag" => By::Hashtag,
            "claim" => By::Claim,
            "status" => By::Status,
            "time" => By::Time(Bucket::Minutes(60)),
            _ => match lower.strip_prefix("time:") {
                Some(bucket) => By::Time(bucket.parse()?),
                None => return Err(AggregateError::UnknownKey { word: word.to_owned() }),
            },
        })
    }

    /// The name of its column.
    pub fn name(self) -> &'static str {
        match self {
            By::Label => "label",
            By::Target => "target",
            By::Stance => "stance",
            By::Language => "lang",
            By::Hashtag => "hashtag",
            By::Claim => "claim",
            By::Status => "status",
            By::Time(_) => "time",
        }
    }

    /// The word of `--by`: the name, with the bucket of a time.
    pub fn word(self) -> String {
        match self {
            By::Time(bucket) => format!("time:{}", bucket.word()),
            other => other.name().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_order() {
        let keys = By::parse_list("label, time:15min,Lang").expect("keys");
        assert_eq!(keys, [By::Label, By::Time(Bucket::Minutes(15)), By::Language]);
        let words: Vec<_> = keys.into_iter().map(By::word).collect();
        assert_eq!(words, ["label", "time:15min", "lang"]);
        assert_eq!(By::parse_list("").expect("none"), []);
    }

    #[test]
    fn unknown_and_repeated_keys_are_told() {
        let told = |text| By::parse_list(text).expect_err("refused").to_string();
        assert!(told("label,author").contains("\"author\""));
        assert!(told("time:hour,time:day").contains("time twice"));
        assert!(told("time:7min").contains("15min"));
    }
}
