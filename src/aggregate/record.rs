//! A tagged post read back: only what is counted, borrowed from the line where it can be.

use std::{borrow::Cow, fmt, ops::Deref};

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};

use crate::post::{Stance, Status, TaggedPost};

/// Text that is borrowed unless the line spelt it with escapes.
///
/// (serde's own `Cow` always copies inside lists and options.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Text(Cow::Borrowed(text))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        from.deserialize_str(Borrow).map(Text)
    }
}

/// A tag without its evidence and score.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TagView<'a> {
    /// The codebook's label.
    #[serde(borrow)]
    pub label: Text<'a>,
    /// The target's id.
    #[serde(borrow)]
    pub target: Text<'a>,
    /// The stance that the label stands for.
    pub stance: Stance,
}

/// What is counted of a tagged post.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TagRecord<'a> {
    /// When it was posted, where known.
    #[serde(default, deserialize_with = "time")]
    pub time: Option<jiff::Timestamp>,
    /// Its language, BCP-47.
    #[serde(borrow)]
    pub lang: Text<'a>,
    /// Its hashtags, without `#`.
    #[serde(borrow, default)]
    pub hashtags: Vec<Text<'a>>,
    /// Its tags.
    #[serde(borrow)]
    pub tags: Vec<TagView<'a>>,
    /// The ids of its claims.
    #[serde(borrow, default, deserialize_with = "claims")]
    pub claims: Vec<Text<'a>>,
    /// Decided or abstained.
    #[serde(deserialize_with = "status")]
    pub status: Status,
    /// The kept columns of the input, as a JSON object.
    #[serde(borrow, default, deserialize_with = "input")]
    pub input: Option<Text<'a>>,
    /// The tag file that it stands in, as given; empty where there is none.
    #[serde(skip)]
    pub file: &'a str,
}

impl<'a> TagRecord<'a> {
    /// One line of JSONL.
    ///
    /// # Errors
    /// What is wrong with the line, with its column, for people.
    pub fn from_line(line: &'a [u8]) -> Result<Self, String> {
        let line = std::str::from_utf8(line).map_err(|error| format!("no UTF-8: {error}"))?;
        serde_json::from_str(line).map_err(|error| error.to_string())
    }
}

impl<'a> From<&'a TaggedPost> for TagRecord<'a> {
    fn from(post: &'a TaggedPost) -> Self {
        let tag = |tag: &'a crate::post::Tag| TagView {
            label: Text::from(&*tag.label),
            target: Text::from(&*tag.target),
            stance: tag.stance,
        };
        Self {
            time: post.time,
            lang: Text::from(post.language.lang.as_ref()),
            hashtags: post.hashtags.iter().map(|name| Text::from(name.as_str())).collect(),
            tags: post.tags.iter().map(tag).collect(),
            claims: post.claims.iter().map(|hit| Text::from(&*hit.claim)).collect(),
            status: post.status,
            input: post.input.as_ref().map(|input| Text::from(input.get())),
            file: "",
        }
    }
}

/// The two words of `status`.
pub(super) fn status_from(word: &str) -> Option<Status> {
    [Status::Labelled, Status::Abstained].into_iter().find(|status| status.as_str() == word)
}

/// The three words of `stance`.
pub(super) fn stance_from(word: &str) -> Option<Stance> {
    Stance::ALL.into_iter().find(|stance| stance.as_str() == word)
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<jiff::Timestamp>, D::Error> {
    let text = Option::<Text<'de>>::deserialize(from)?;
    text.map(|text| {
        text.parse().map_err(|_| de::Error::custom(format_args!("{:?} is no RFC 3339 time", &*text)))
    })
    .transpose()
}

fn status<'de, D: Deserializer<'de>>(from: D) -> Result<Status, D::Error> {
    let word = Text::deserialize(from)?;
    status_from(&word).ok_or_else(|| {
        de::Error::custom(format_args!("status {:?} is neither labelled nor abstained", &*word))
    })
}

fn input<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<Text<'a>>, D::Error> {
    let raw = Option::<&'de serde_json::value::RawValue>::deserialize(from)?;
    Ok(raw.map(|raw| Text::from(raw.get())))
}

/// The ids of a list of claims.
pub(super) fn claims<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Vec<Text<'a>>, D::Error> {
    #[derive(Deserialize)]
    struct Claim<'a> {
        #[serde(borrow)]
        claim: Text<'a>,
    }
    Ok(Vec::<Claim<'a>>::deserialize(from)?.into_iter().map(|hit| hit.claim).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::write::samples;

    fn line(post: &TaggedPost) -> Vec<u8> {
        let mut out = Vec::new();
        crate::write::samples::push_line(&mut out, post);
        out
    }

    #[test]
    fn names_without_escapes_are_borrowed() {
        let line = line(&samples::platform_attack());
        let record = TagRecord::from_line(&line).expect("record");
        assert!(matches!(record.lang.0, Cow::Borrowed("hi-Latn")));
        assert!(matches!(record.hashtags[0].0, Cow::Borrowed("iamispr")));
        assert!(matches!(record.tags[0].label.0, Cow::Borrowed("platform_attack")));
        assert!(matches!(record.claims[0].0, Cow::Borrowed("ordinary-citizens")));
    }

    #[test]
    fn what_is_no_tagged_post_says_why() {
        let told = |line: &str| TagRecord::from_line(line.as_bytes()).expect_err("refused");
        assert!(told(r#"{"id":"1","text":"no tags"}"#).contains("lang"));
        assert!(
            told(r#"{"lang":"en","tags":[],"status":"done"}"#).contains("neither labelled nor abstained")
        );
        assert!(told(r#"{"lang":"en","tags":[],"status":"labelled","time":"noon"}"#).contains("RFC 3339"));
        assert!(TagRecord::from_line(b"{\"lang\":\"\xff\"}").expect_err("bytes").contains("UTF-8"));
        assert!(told(&format!("{}{}", "{\"x\":", "[".repeat(100_000))).len() < 200);
    }

    proptest! {
        #[test]
        fn a_line_gives_the_post_that_was_written(post in samples::any_post()) {
            let line = line(&post);
            prop_assert_eq!(TagRecord::from_line(&line), Ok(TagRecord::from(&post)));
        }
    }
}
