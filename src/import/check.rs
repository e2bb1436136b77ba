//! Marks against texts: what does not stand where it is said to stand is told and left out, never moved.

use std::collections::HashMap;

use super::{Annotated, How};
use crate::export::{Offsets, Rules, repaired};

/// A mark that is not where it says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Moved {
    /// The post.
    pub id: String,
    /// Who made it.
    pub annotator: String,
    /// What is wrong.
    pub reason: String,
}

/// Checks an annotation against its text and, where it is known, against the text that was tagged; takes out what does
/// not fit and tells it. The original text takes the place of a repaired one.
pub(super) fn check(
    annotated: &mut Annotated,
    originals: Option<&HashMap<String, String>>,
    moved: &mut Vec<Moved>,
) {
    let tell =
        |reason: String| Moved { id: annotated.id.clone(), annotator: annotated.annotator.clone(), reason };
    let mut told: Vec<Moved> = annotated.problems.drain(..).map(tell).collect();
    let mut broken = false;
    if let Some(original) = originals.and_then(|originals| originals.get(&annotated.id)) {
        match &annotated.text {
            Some(text) if !is_same(text, original) => {
                broken = true;
                told.push(tell(format!(
                    "the tool gives another text back than was tagged, from character {} on: none of its places is taken",
                    first_difference(text, original)
                )));
            }
            _ => annotated.text = Some(original.clone()),
        }
    }
    match &annotated.text {
        _ if broken => annotated.spans.clear(),
        Some(text) => {
            let offsets = Offsets::new(text);
            annotated.spans.retain(|span| {
                if span.how == How::Deleted {
                    return true;
                }
                let there = offsets.slice(span.start, span.end);
                let reason = if span.start >= span.end || span.end > offsets.len() {
                    format!(
                        "{} at {}–{} is not in the text of {} characters",
                        span.label,
                        span.start,
                        span.end,
                        offsets.len()
                    )
                } else if span.text.as_deref().is_some_and(|said| !is_same(said, there)) {
                    let said = span.text.as_deref().unwrap_or_default();
                    format!(
                        "{} at {}–{} says {said:?}, there stands {there:?}",
                        span.label, span.start, span.end
                    )
                } else {
                    return true;
                };
                told.push(tell(reason));
                false
            });
        }
        None => {}
    }
    moved.append(&mut told);
}

/// Whether a tool's text is the original, but for what *export* repairs.
fn is_same(tool: &str, original: &str) -> bool {
    if tool == original {
        return true;
    }
    // Repairs put one code point in the place of one.
    let nul = repaired(original, &Rules::default()).map(|(text, _)| text);
    let xml = repaired(original, &Rules { no_controls: true, ..Rules::default() }).map(|(text, _)| text);
    // Some tools make spaces of other white space, or cut it off at the end: no place moves by that.
    let plain = |text: &str| -> String {
        text.trim_end().chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
    };
    let shown = repaired(original, &crate::export::potato::rules()).map(|(text, _)| text);
    let texts = [Some(original.to_owned()), nul, xml, shown];
    texts.into_iter().flatten().any(|text| text == tool || plain(&text) == plain(tool))
}

fn first_difference(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}
