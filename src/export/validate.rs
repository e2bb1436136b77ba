//! Is a post fit for a tool? What is wrong with it sends it to the dead letters, or is repaired.
//!
//! | what | what becomes of the post |
//! |---|---|
//! | no text | dead letter: keep it with `tag --keep`, or name the posts with `--posts` |
//! | a label that the codebook lacks | dead letter |
//! | a span with start ≥ end, or end behind the text | dead letter |
//! | a score outside 0–1 | dead letter |
//! | an empty id, or one that an earlier post has | dead letter: tools would mix the two up |
//! | half a character (a lone surrogate) | dead letter, already where the file is read: such text is no Unicode |
//! | an empty text, or one of white space, where the tool takes none | dead letter |
//! | NUL | `␀` (U+2400) stands for it, in every tool |
//! | other control characters, where the tool's files cannot hold them | U+FFFD stands for each |
//! | what the tool's page would show otherwise | what [`Rules::replace`] puts there |
//!
//! A repair puts one code point in the place of one: no position moves, and *import* knows the repairs when it
//! compares texts ([`repaired`]).

use super::{Document, Offsets};

/// What a tool's files can hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// The tool refuses a text that is empty or all white space.
    pub needs_words: bool,
    /// The file's format has no control characters but tab, line feed and carriage return (XML).
    pub no_controls: bool,
    /// The longest label, in code points; 0 for any.
    pub longest_label: usize,
    /// The longest text, in UTF-16 units; 0 for any.
    pub longest_text: usize,
    /// What stands for a text that the tool's page would change, one code point for one; `None` where it stays.
    pub replace: Option<fn(&str) -> Option<String>>,
}

/// U+2400, which stands for NUL.
const NUL_SIGN: char = '\u{2400}';

/// Checks a post and repairs its text.
///
/// # Errors
/// Why it cannot be exported, with the way out.
pub fn validate(document: &mut Document, labels: &[&str], rules: &Rules) -> Result<(), String> {
    if document.id.is_empty() {
        return Err("the post has no id: a tool could not give it back".to_owned());
    }
    if rules.needs_words && document.text.trim().is_empty() {
        return Err("the text is empty, and the tool takes no post without words".to_owned());
    }
    if rules.longest_text > 0 && document.text.encode_utf16().count() >= rules.longest_text {
        return Err(format!(
            "the text is longer than the {} characters that the tool holds",
            rules.longest_text
        ));
    }
    for label in &document.labels {
        known(&label.label, labels, rules)?;
        if !(0.0..=1.0).contains(&label.score) {
            return Err(format!("the score {} of {} is not within 0 and 1", label.score, label.label));
        }
    }
    let length = Offsets::new(&document.text).len();
    for span in &document.spans {
        known(&span.label, labels, rules)?;
        if span.start >= span.end || span.end > length {
            return Err(format!(
                "the span {}–{} by {} is not in the text of {length} code points: is this the text that was tagged?",
                span.start, span.end, span.by
            ));
        }
    }
    if let Some((text, repairs)) = repaired(&document.text, rules) {
        document.text = text;
        document.repairs = repairs;
    }
    Ok(())
}

fn known(label: &str, labels: &[&str], rules: &Rules) -> Result<(), String> {
    if !labels.contains(&label) {
        return Err(format!(
            "the codebook has no label {label:?} (it has {}): name the codebook of the run with --codebook",
            labels.join(", ")
        ));
    }
    if rules.longest_label > 0 && label.chars().count() > rules.longest_label {
        return Err(format!(
            "the label {label:?} is longer than the tool's {} characters",
            rules.longest_label
        ));
    }
    Ok(())
}

/// The text as a tool with these rules gets it, and what was repaired; `None` where it stays as it is.
///
/// Code points stand for code points, one for one.
pub fn repaired(text: &str, rules: &Rules) -> Option<(String, Vec<&'static str>)> {
    let mut repairs: Vec<&'static str> = Vec::new();
    let mut out: Option<String> = None;
    // Most texts need nothing: they are not copied.
    if text.chars().any(|c| repair(c, rules).is_some()) {
        let one = |c: char| match repair(c, rules) {
            Some((other, what)) => {
                if !repairs.contains(&what) {
                    repairs.push(what);
                }
                other
            }
            None => c,
        };
        out = Some(text.chars().map(one).collect());
    }
    if let Some(other) = rules.replace.and_then(|replace| replace(out.as_deref().unwrap_or(text))) {
        repairs.push("shown-otherwise");
        out = Some(other);
    }
    out.map(|text| (text, repairs))
}

/// What stands for a character, and how the repair is called.
fn repair(c: char, rules: &Rules) -> Option<(char, &'static str)> {
    if c == '\0' {
        return Some((NUL_SIGN, "nul"));
    }
    (rules.no_controls && is_no_xml(c)).then_some((char::REPLACEMENT_CHARACTER, "control"))
}

/// Characters that XML 1.0 cannot hold.
fn is_no_xml(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}
