//! What is taken out of a tagged post before it is written.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Pseudonyms, names_people, text::Replaced};
use crate::post::{DeadLetter, Evidence, TaggedPost};

/// What must not stand in the output.
#[derive(Debug, Clone, Default)]
pub struct Privacy {
    /// Replaces the values of columns that name people, and mentions in texts.
    pub pseudonyms: Option<Pseudonyms>,
    /// Further columns whose values are replaced; `id` is the post's own id.
    pub columns: Vec<String>,
    /// Leaves the posts' texts out.
    pub no_text: bool,
}

impl Privacy {
    /// Takes it out of a post. Evidence then cuts out of the text that is written; a mention that is itself the name of
    /// a target stays, as the tag names it too.
    pub fn apply(&self, post: &mut TaggedPost) {
        if self.no_text {
            post.text = None;
        }
        let Some(pseudonyms) = &self.pseudonyms else { return };
        if self.is_named("id") {
            post.id = pseudonyms.of(&post.id);
        }
        if let Some(text) = &post.text {
            let evidence = || post.tags.iter().flat_map(|tag| &tag.evidence);
            let names_a_target = |range: &std::ops::Range<u32>| {
                evidence().any(|found| {
                    found.by.starts_with("target:")
                        && found.end == range.end
                        && (found.start == range.start || found.start == range.start + 1)
                })
            };
            let replaced = pseudonyms.replaced(text, names_a_target);
            let evidence = post.tags.iter_mut().map(|tag| &mut tag.evidence);
            for found in evidence.chain(post.claims.iter_mut().map(|claim| &mut claim.evidence)).flatten() {
                follow(found, &replaced);
            }
            post.text = Some(replaced.text);
        }
        if let Some(input) = post.input.take() {
            let mut out = String::with_capacity(input.get().len());
            // What cannot be rewritten is not written.
            if self.rewrite(input.get(), false, pseudonyms, &mut out).is_ok() {
                post.input = RawValue::from_string(out).ok();
            }
        }
    }

    /// Takes it out of a record that could not be tagged: its excerpt shows the record as it stood.
    pub fn apply_to_dead(&self, letter: &mut DeadLetter) {
        if self.no_text || self.pseudonyms.is_some() {
            letter.excerpt.clear();
        }
        if let Some(pseudonyms) = self.pseudonyms.as_ref().filter(|_| self.is_named("id")) {
            letter.id = letter.id.as_deref().map(|id| pseudonyms.of(id));
        }
    }

    /// All that decides the output, for telling runs apart; the key itself does not show.
    pub fn settings(&self) -> serde_json::Value {
        serde_json::json!({
            "pseudonymized_with": self.pseudonyms.as_ref().map(Pseudonyms::key_name),
            "pseudonymized_columns": self.columns,
            "no_text": self.no_text,
        })
    }

    /// Whether the user named the column.
    fn is_named(&self, column: &str) -> bool {
        self.columns.iter().any(|named| named.eq_ignore_ascii_case(column))
    }

    /// Writes JSON anew: the values of members that name people as pseudonyms, all strings without mentions.
    fn rewrite(
        &self,
        json: &str,
        replace: bool,
        pseudonyms: &Pseudonyms,
        out: &mut String,
    ) -> serde_json::Result<()> {
        match json.as_bytes().first() {
            Some(b'{') => {
                out.push('{');
                for (at, (name, value)) in members(json)?.into_iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    out.push_str(&serde_json::to_string(&name)?);
                    out.push(':');
                    let replace = replace || names_people(&name) || self.is_named(&name);
                    self.rewrite(value.get(), replace, pseudonyms, out)?;
                }
                out.push('}');
            }
            Some(b'[') => {
                out.push('[');
                for (at, value) in serde_json::from_str::<Vec<&RawValue>>(json)?.into_iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.rewrite(value.get(), replace, pseudonyms, out)?;
                }
                out.push(']');
            }
            Some(b'"') => {
                let text: String = serde_json::from_str(json)?;
                let text = match (replace, text.is_empty()) {
                    (_, true) => text,
                    (true, false) => pseudonyms.of(&text),
                    (false, false) => pseudonyms.text(&text),
                };
                out.push_str(&serde_json::to_string(&text)?);
            }
            Some(b'-' | b'0'..=b'9') if replace => {
                out.push_str(&serde_json::to_string(&pseudonyms.of(json))?);
            }
            _ => out.push_str(json),
        }
        Ok(())
    }
}

fn follow(found: &mut Evidence, replaced: &Replaced) {
    let range = replaced.moved(found.start..found.end);
    (found.start, found.end) = (range.start, range.end);
}

/// The members of an object, in their order.
fn members(object: &str) -> serde_json::Result<Vec<(String, &RawValue)>> {
    struct All;
    impl<'r> Visitor<'r> for All {
        type Value = Vec<(String, &'r RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'r>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
    serde_json::Deserializer::from_str(object).deserialize_map(All)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::samples;

    fn privacy(columns: &[&str]) -> Privacy {
        Privacy {
            pseudonyms: Some(Pseudonyms::from_key(b"0123456789abcdef")),
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            no_text: false,
        }
    }

    fn of(name: &str) -> String {
        Pseudonyms::from_key(b"0123456789abcdef").of(name)
    }

    #[test]
    fn columns_that_name_people_are_replaced_and_others_stay() {
        let mut post = samples::bare("1");
        samples::keep(
            &mut post,
            "hello @bob",
            r#"{"author":"u1","likes": 3,"user":{"id":12345678901234567890,"name":"Ü","verified":true},
                "quoted":{"text":"so says @bob","user_id":7},"note":null,"entities":[{"screen_name":"bob"}],"code":"x9"}"#,
        );
        privacy(&["code"]).apply(&mut post);
        assert_eq!(post.text, Some(format!("hello @{}", of("bob"))));
        let expected = format!(
            "{{\"author\":\"{}\",\"likes\":3,\"user\":{{\"id\":\"{}\",\"name\":\"{}\",\"verified\":true}},\
             \"quoted\":{{\"text\":\"so says @{}\",\"user_id\":\"{}\"}},\"note\":null,\
             \"entities\":[{{\"screen_name\":\"{}\"}}],\"code\":\"{}\"}}",
            of("u1"),
            of("12345678901234567890"),
            of("ü"),
            of("bob"),
            of("7"),
            of("bob"),
            of("x9"),
        );
        assert_eq!(post.input.expect("input").get(), expected);
        assert_eq!(post.id, "1", "ids stay unless they are named");
        let mut post = samples::bare("1");
        privacy(&["ID"]).apply(&mut post);
        assert_eq!(post.id, of("1"));
    }

    #[test]
    fn evidence_follows_the_text_and_a_target_s_own_name_stays() {
        let mut post = samples::platform_attack();
        let text = "@Facebook @joe shame-on-you and more";
        samples::keep(&mut post, text, "{}");
        let [target, rule] = &mut post.tags[0].evidence[..] else { panic!("two") };
        (target.start, target.end) = (1, 9);
        (rule.start, rule.end) = (15, 27);
        privacy(&[]).apply(&mut post);
        let written = post.text.clone().expect("text");
        assert_eq!(written, format!("@Facebook @{} shame-on-you and more", of("joe")));
        let cut = |at: usize| {
            let Evidence { start, end, .. } = post.tags[0].evidence[at];
            written.chars().skip(start as usize).take((end - start) as usize).collect::<String>()
        };
        assert_eq!((cut(0), cut(1)), ("Facebook".to_owned(), "shame-on-you".to_owned()));
    }

    #[test]
    fn a_dead_letter_shows_nothing_of_the_record() {
        let post = crate::post::Post::new("1", "text of @bob");
        let mut letter = DeadLetter::of(&post, "model", "reason".to_owned());
        Privacy::default().apply_to_dead(&mut letter);
        assert_eq!(letter.excerpt, "text of @bob");
        privacy(&[]).apply_to_dead(&mut letter);
        assert_eq!((letter.excerpt.as_str(), letter.id.as_deref()), ("", Some("1")));
    }
}
