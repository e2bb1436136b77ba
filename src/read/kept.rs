//! The columns that `tag --keep` carried along, read back from the JSON object that holds them.

use std::{borrow::Cow, fmt};

use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    Columns,
    columns::{Branch, Field, KEPT_FIELDS, fold_into},
    json::{Key, read_object, reposted},
};

/// Looks for a post's author, platform and reposted post among its kept columns, by the names that the user gives or
/// the usual ones, and for further columns by name (a dotted one reaches into nested objects).
#[derive(Debug, Clone)]
pub struct Kept {
    root: Branch<usize>,
    columns: usize,
}

/// What the kept columns of one post say. A number stands as its digits, a list or an object as its JSON; `null` and
/// an empty string are nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptValues<'a> {
    /// The account's id or name.
    pub author: Option<Cow<'a, str>>,
    /// Where it was posted.
    pub platform: Option<Cow<'a, str>>,
    /// The id of the post that this one repeats.
    pub repost_of: Option<Cow<'a, str>>,
    /// The further columns, in the order of [`Kept::new`].
    pub columns: Vec<Option<Cow<'a, str>>>,
}

impl Kept {
    /// Looks for the three fields by `names`, and for `columns`.
    pub fn new(names: &Columns, columns: &[String]) -> Self {
        let mut root = Branch::default();
        for (slot, field) in KEPT_FIELDS.into_iter().enumerate() {
            for (rank, name) in field.names(names).into_iter().enumerate() {
                root.look_for(name, slot, rank);
            }
        }
        for (at, name) in columns.iter().enumerate() {
            root.look_for(name, KEPT_FIELDS.len() + at, 0);
        }
        Self { root, columns: columns.len() }
    }

    /// Reads the JSON object of a post's kept columns.
    ///
    /// # Errors
    /// Where it is no JSON object.
    pub fn read<'a>(&self, object: &'a str) -> serde_json::Result<KeptValues<'a>> {
        let mut found = vec![None; KEPT_FIELDS.len() + self.columns];
        read_object(object, Look { branch: &self.root, found: &mut found, folded: &mut Vec::new() })?;
        let mut values = found.into_iter().map(|slot| slot.map(|(_, raw)| raw));
        let mut field = || values.next().flatten();
        let (author, platform, repost) = (field(), field(), field());
        Ok(KeptValues {
            author: author.map_or(Ok(None), value)?,
            platform: platform.map_or(Ok(None), value)?,
            repost_of: match repost {
                Some(list) if list.get().starts_with('[') => reposted(list)?.map(Cow::Owned),
                Some(raw) => value(raw)?,
                None => None,
            },
            columns: values.map(|raw| raw.map_or(Ok(None), value)).collect::<Result<_, _>>()?,
        })
    }
}

/// A value as text, copied only where something in it is escaped.
fn value(raw: &RawValue) -> serde_json::Result<Option<Cow<'_, str>>> {
    let json = raw.get();
    Ok(match json.as_bytes().first() {
        Some(b'"') => match json.get(1..json.len() - 1) {
            Some("") => None,
            Some(inner) if !inner.contains('\\') => Some(Cow::Borrowed(inner)),
            _ => Some(Cow::Owned(serde_json::from_str::<String>(json)?)),
        },
        Some(b'n') | None => None,
        _ => Some(Cow::Borrowed(json)),
    })
}

/// Whether a value says anything for a slot: an author is no list and no object.
fn can_fill(slot: usize, json: &str) -> bool {
    match json.as_bytes().first() {
        Some(b'"') => json.len() > 2,
        Some(b'n') | None => false,
        Some(b'[') => slot >= KEPT_FIELDS.len() || KEPT_FIELDS[slot] == Field::RepostOf,
        Some(b'{' | b't' | b'f') => slot >= KEPT_FIELDS.len(),
        Some(_) => true,
    }
}

struct Look<'p, 'f, 'r> {
    branch: &'p Branch<usize>,
    found: &'f mut Vec<Option<(usize, &'r RawValue)>>,
    folded: &'f mut Vec<u8>,
}

impl<'r> Visitor<'r> for Look<'_, '_, 'r> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'r>>(self, mut map: A) -> Result<(), A::Error> {
        let Look { branch, found, folded } = self;
        loop {
            let look = |key: &str| {
                fold_into(key, folded);
                branch.find(folded)
            };
            let Some(entry) = map.next_key_seed(Key(look))? else { return Ok(()) };
            let Some(entry) = entry else {
                map.next_value::<serde::de::IgnoredAny>()?;
                continue;
            };
            let raw: &'r RawValue = map.next_value()?;
            for &(slot, rank) in &entry.fills {
                if can_fill(slot, raw.get()) && found[slot].is_none_or(|(held, _)| rank <= held) {
                    found[slot] = Some((rank, raw));
                }
            }
            if !entry.inner.is_empty() && raw.get().starts_with('{') {
                let nested = Look { branch: &entry.inner, found, folded };
                read_object(raw.get(), nested).map_err(serde::de::Error::custom)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(kept: &Kept, json: &'a str) -> KeptValues<'a> {
        kept.read(json).expect("an object")
    }

    #[test]
    fn the_usual_names_are_known_and_others_can_be_given() {
        let kept = Kept::new(&Columns::default(), &["likes".to_owned(), "user.lang".to_owned()]);
        let values = read(
            &kept,
            r#"{"created_at":"x","user":{"screen_name":"a\u0041","lang":"ur"},"platform":"twitter","Likes":39,
                "retweeted_status_id":7,"more":[1,2]}"#,
        );
        assert_eq!(values.author.as_deref(), Some("aA"));
        assert_eq!(values.platform.as_deref(), Some("twitter"));
        assert_eq!(values.repost_of.as_deref(), Some("7"));
        assert_eq!(values.columns, [Some(Cow::Borrowed("39")), Some(Cow::Borrowed("ur"))]);

        let given = Columns { author: Some("who".to_owned()), ..Columns::default() };
        let values = read(&Kept::new(&given, &[]), r#"{"author":"a","who":"b"}"#);
        assert_eq!(values.author.as_deref(), Some("b"));
    }

    #[test]
    fn nothing_is_nothing_and_lists_are_their_json() {
        let kept = Kept::new(&Columns::default(), &["a".to_owned(), "b".to_owned()]);
        let values = read(&kept, r#"{"author":"","platform":null,"a":["x", 1],"b":true}"#);
        assert_eq!((values.author, values.platform), (None, None));
        assert_eq!(values.columns, [Some(Cow::Borrowed(r#"["x", 1]"#)), Some(Cow::Borrowed("true"))]);
        assert!(kept.read("[]").is_err() && kept.read("{\"author\":").is_err());
        assert!(kept.read(r#"{"user":{"id":"\ud800"}}"#).is_err(), "half a character");
        let listed = read(&kept, r#"{"referenced_tweets":[{"type":"retweeted","id":"9"}],"author":{"x":1}}"#);
        assert_eq!((listed.repost_of.as_deref(), listed.author), (Some("9"), None));
    }
}
