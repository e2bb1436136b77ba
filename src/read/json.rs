//! A JSON object becomes a post.
//!
//! Only the wanted members are looked at, as the bytes they stand in; everything else is skipped without
//! being built. Of members that have the same name the last one counts, as in other JSON readers; of
//! members that could fill the same field, the one whose name comes first in the list of usual names.
//! `null` counts as absent, and so does an empty string except for the text. A number may stand where a
//! string is wanted: its digits are taken as they are written.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value, value::RawValue};

use super::{
    columns::{Branch, Entry, FIELD_COUNT, Field, Plan, fold_into},
    hashtags,
    split::Split,
    split_json::ValueEnd,
    time::{self, TimeCell},
};
use crate::post::{Origin, Post};

/// Most members that a message lists.
const LISTED_MEMBERS: usize = 12;

/// A record that is no post: the reason, and the id where it could be read.
#[derive(Debug)]
pub(super) struct Unfit {
    pub(super) reason: String,
    pub(super) id: Option<String>,
}

impl From<String> for Unfit {
    fn from(reason: String) -> Self {
        Self { reason, id: None }
    }
}

/// A post, and whether its time could not be read.
pub(super) type Parsed = Result<(Post, bool), Unfit>;

/// Parses one record. `folded` is scratch space.
pub(super) fn parse(record: &str, plan: &Plan, origin: &Origin, folded: &mut Vec<u8>) -> Parsed {
    // Files put one behind the other leave their byte order marks between the lines.
    let record = record.strip_prefix('\u{feff}').unwrap_or(record);
    let parsed = parse_object(record, plan, origin, folded);
    match parsed.is_err().then(|| without_nan(record)).flatten() {
        Some(repaired) => parse_object(&repaired, plan, origin, folded),
        None => parsed,
    }
}

/// One record as an object with all its members.
pub(super) fn object(record: &str) -> Result<Map<String, Value>, String> {
    let record = record.strip_prefix('\u{feff}').unwrap_or(record);
    serde_json::from_str(record)
        .or_else(|error| without_nan(record).map_or(Err(error), |repaired| serde_json::from_str(&repaired)))
        .map_err(|error| match error.to_string() {
            said if said.contains("hex escape") => {
                "a text holds a \\u escape that is half a character (a lone surrogate); export it again"
                    .to_owned()
            }
            _ => invalid(record, &error),
        })
}

/// The record with `null` for the bare `NaN`, `Infinity` and `-Infinity` that some programs write though
/// JSON has no such numbers; `None` where there are none.
fn without_nan(record: &str) -> Option<String> {
    const WORDS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];
    if !WORDS.iter().any(|word| record.contains(word)) {
        return None;
    }
    let null_for_words =
        |piece: &str| WORDS.iter().fold(piece.to_owned(), |all, word| all.replace(word, "null"));
    let mut repaired = String::with_capacity(record.len());
    let mut rest = record;
    while let Some(quote) = rest.find('"') {
        let (structure, string) = rest.split_at(quote);
        let (string, behind) =
            string.split_at_checked(ValueEnd::new(b'"', false).advance(string.as_bytes())?)?;
        repaired.push_str(&null_for_words(structure));
        repaired.push_str(string);
        rest = behind;
    }
    repaired.push_str(&null_for_words(rest));
    Some(repaired)
}

fn parse_object(record: &str, plan: &Plan, origin: &Origin, folded: &mut Vec<u8>) -> Parsed {
    let mut found = Found { slots: [None; FIELD_COUNT], all: Vec::new() };
    let object = Members { branch: &plan.root, found: &mut found, folded, keep: plan.keep };
    read_object(record, object).map_err(|error| invalid(record, &error))?;

    let take = |field: Field| found.slots[field.index()].map(|(_, raw)| raw);
    let string = |field: Field| match take(field) {
        Some(raw) => scalar(raw).map_err(|error| unreadable(field.role(), &error)),
        None => Ok(None),
    };
    let id = string(Field::Id)?;
    let with_id = |reason: String| Unfit { reason, id: id.clone() };
    let Some(raw_text) = take(Field::Text) else { return Err(with_id(no_text(record, plan))) };
    let text = text_of(raw_text).map_err(with_id)?;
    let author = string(Field::Author).map_err(with_id)?;
    let platform = string(Field::Platform).map_err(with_id)?;
    let repost_of = match take(Field::RepostOf) {
        Some(list) if list.get().starts_with('[') => reposted(list),
        Some(raw) => scalar(raw),
        None => Ok(None),
    };
    let repost_of = repost_of.map_err(|error| with_id(unreadable("reposted id", &error)))?;
    let hashtags = take(Field::Hashtags).map_or(Ok(Vec::new()), hashtags::from_json);
    let hashtags = hashtags.map_err(|error| with_id(unreadable("hashtags", &error)))?;
    let time = match take(Field::Time) {
        None => TimeCell::Empty,
        Some(raw) => borrowed(raw).map_or(TimeCell::Unreadable, |cell| time::read(&cell)),
    };
    let input = plan.keep.then(|| found.others(&[take(Field::Id), Some(raw_text)])).flatten();
    let id = id.unwrap_or_else(|| origin.to_string());
    let origin = origin.clone();
    let unreadable_time = matches!(time, TimeCell::Unreadable);
    let time = time.timestamp();
    Ok((Post { id, text, time, author, platform, hashtags, repost_of, origin, input }, unreadable_time))
}

fn invalid(record: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or(&said);
    if !record.trim_start().starts_with('{') {
        return "the record is not a JSON object; each post is an object with at least a text".to_owned();
    }
    let place = match error.line() {
        0 => String::new(),
        1 => format!(" at byte {}", error.column()),
        line => format!(" at byte {} of the record's line {line}", error.column()),
    };
    format!("the record is not valid JSON: {what}{place}; correct it or export it again")
}

fn unreadable(role: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    if said.contains("hex escape") {
        return format!(
            "the {role} holds a \\u escape that is half a character (a lone surrogate); export it again"
        );
    }
    let what = said.split(" at line ").next().unwrap_or(&said);
    format!("the {role} is not a valid JSON string: {what}; correct it or export it again")
}

fn no_text(record: &str, plan: &Plan) -> String {
    let mut members = Listed::default();
    // The record was read once already, so it reads again.
    let _ = read_object(record, &mut members);
    let names = members.names.join(", ");
    let more = if members.count > members.names.len() { ", …" } else { "" };
    let wanted =
        plan.given(Field::Text).map_or("under a usual name".to_owned(), |name| format!("in `{name}`"));
    format!("no text {wanted}; the record has: {names}{more}; name its text with --text")
}

/// A string's characters, a number's digits; `None` for anything else and for the empty string.
pub(super) fn scalar(raw: &RawValue) -> serde_json::Result<Option<String>> {
    match raw.get().as_bytes().first() {
        Some(b'"') => {
            serde_json::from_str::<String>(raw.get()).map(|value| Some(value).filter(|v| !v.is_empty()))
        }
        Some(b'-' | b'0'..=b'9') => Ok(Some(raw.get().to_owned())),
        _ => Ok(None),
    }
}

/// As [`scalar`], without copying where nothing is escaped.
fn borrowed(raw: &RawValue) -> serde_json::Result<Cow<'_, str>> {
    let json = raw.get();
    if !json.starts_with('"') {
        return Ok(Cow::Borrowed(json));
    }
    match json.get(1..json.len() - 1) {
        Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
        _ => serde_json::from_str::<String>(json).map(Cow::Owned),
    }
}

/// The text: a string, a number's digits, or the pieces in which chat exports part a formatted text.
fn text_of(raw: &RawValue) -> Result<String, String> {
    let json = raw.get();
    let read = match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(json),
        Some(b'[') => pieces(json),
        _ => Ok(json.to_owned()),
    };
    read.map_err(|error| unreadable("text", &error))
}

fn pieces(json: &str) -> serde_json::Result<String> {
    let mut text = String::new();
    for piece in serde_json::from_str::<Vec<&RawValue>>(json)? {
        let part = if piece.get().starts_with('{') { member(piece.get(), &["text"])? } else { Some(piece) };
        if let Some(part) = part {
            text.push_str(&serde_json::from_str::<String>(part.get())?);
        }
    }
    Ok(text)
}

/// The id in a list of references, `[{"type": "retweeted", "id": "…"}]`: replies and quotes are none.
pub(super) fn reposted(list: &RawValue) -> serde_json::Result<Option<String>> {
    for reference in serde_json::from_str::<Vec<&RawValue>>(list.get())? {
        if reference.get().starts_with('{')
            && member(reference.get(), &["type"])?.is_some_and(|kind| kind.get() == "\"retweeted\"")
        {
            return member(reference.get(), &["id"])?.map_or(Ok(None), scalar);
        }
    }
    Ok(None)
}

/// The first of these members that the object has.
pub(super) fn member<'r>(object: &'r str, names: &[&str]) -> serde_json::Result<Option<&'r RawValue>> {
    struct Wanted<'n, 'f, 'r> {
        names: &'n [&'n str],
        found: &'f mut [Option<&'r RawValue>],
    }
    impl<'r> Visitor<'r> for Wanted<'_, '_, 'r> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'r>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(key) =
                map.next_key_seed(Key(|key: &str| self.names.iter().position(|n| *n == key)))?
            {
                match key.and_then(|at| self.found.get_mut(at)) {
                    Some(slot) => *slot = Some(map.next_value()?),
                    None => _ = map.next_value::<IgnoredAny>()?,
                }
            }
            Ok(())
        }
    }
    let mut found = [None; 4];
    read_object(object, Wanted { names, found: &mut found })?;
    Ok(found.into_iter().flatten().next())
}

pub(super) fn read_object<'r, V: Visitor<'r>>(json: &'r str, visitor: V) -> serde_json::Result<V::Value> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = deserializer.deserialize_map(visitor)?;
    deserializer.end()?;
    Ok(value)
}

/// Looks at a key without copying it.
pub(super) struct Key<F>(pub(super) F);

impl<'r, T, F: FnOnce(&str) -> T> DeserializeSeed<'r> for Key<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'r>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> T> Visitor<'_> for Key<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<T, E> {
        Ok((self.0)(key))
    }
}

/// The values found for each field, each with its rank.
struct Found<'r> {
    slots: [Option<(usize, &'r RawValue)>; FIELD_COUNT],
    /// Every member of the record, where they are kept.
    all: Vec<(String, &'r RawValue)>,
}

impl<'r> Found<'r> {
    fn offer(&mut self, entry: &Entry, raw: &'r RawValue) {
        for &(field, rank) in &entry.fills {
            let slot = &mut self.slots[field.index()];
            if can_fill(field, raw.get()) && slot.is_none_or(|(held, _)| rank <= held) {
                *slot = Some((rank, raw));
            }
        }
    }

    /// The kept members as one object, without those that became these values.
    fn others(&self, taken: &[Option<&RawValue>]) -> Option<Box<RawValue>> {
        let is_taken = |raw: &RawValue| taken.iter().flatten().any(|taken| std::ptr::eq(*taken, raw));
        let mut object = String::from("{");
        for (key, raw) in self.all.iter().filter(|(_, raw)| !is_taken(raw)) {
            if object.len() > 1 {
                object.push(',');
            }
            object.push_str(&serde_json::to_string(key).ok()?);
            object.push(':');
            object.push_str(raw.get());
        }
        object.push('}');
        RawValue::from_string(object).ok()
    }
}

/// Whether a value of this kind says anything for the field. An empty text is still a text.
fn can_fill(field: Field, json: &str) -> bool {
    match json.as_bytes().first() {
        Some(b'"') => field == Field::Text || json.len() > 2,
        Some(b'-' | b'0'..=b'9') => field != Field::Hashtags,
        Some(b'[') => matches!(field, Field::Text | Field::Hashtags | Field::RepostOf),
        _ => false,
    }
}

/// Reads the members of an object, and of the objects in it that hold wanted members.
struct Members<'p, 'f, 'r> {
    branch: &'p Branch,
    found: &'f mut Found<'r>,
    folded: &'f mut Vec<u8>,
    keep: bool,
}

impl<'r> Visitor<'r> for Members<'_, '_, 'r> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'r>>(self, mut map: A) -> Result<(), A::Error> {
        let Members { branch, found, folded, keep } = self;
        loop {
            let look = |key: &str| {
                fold_into(key, folded);
                (branch.find(folded), keep.then(|| key.to_owned()))
            };
            let Some((entry, kept)) = map.next_key_seed(Key(look))? else { return Ok(()) };
            if entry.is_none() && kept.is_none() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let raw: &'r RawValue = map.next_value()?;
            if let Some(key) = kept {
                found.all.push((key, raw));
            }
            let Some(entry) = entry else { continue };
            found.offer(entry, raw);
            if !entry.inner.is_empty() && raw.get().starts_with('{') {
                let nested = Members { branch: &entry.inner, found, folded, keep: false };
                read_object(raw.get(), nested).map_err(serde::de::Error::custom)?;
            }
        }
    }
}

/// The names of a record's members, with what they hold where it is no string or number.
#[derive(Default)]
struct Listed {
    names: Vec<String>,
    count: usize,
}

impl<'r> Visitor<'r> for &mut Listed {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'r>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(mut name) =
            map.next_key_seed(Key(|key: &str| key.chars().take(40).collect::<String>()))?
        {
            let raw: &RawValue = map.next_value()?;
            self.count += 1;
            if self.names.len() < LISTED_MEMBERS {
                match raw.get().as_bytes().first() {
                    Some(b'{') => name.push_str(" (an object)"),
                    Some(b'[') => name.push_str(" (a list)"),
                    Some(b'n') => name.push_str(" (null)"),
                    _ => {}
                }
                self.names.push(name);
            }
        }
        Ok(())
    }
}
