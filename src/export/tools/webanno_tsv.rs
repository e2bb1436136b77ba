//! WebAnno TSV 3.3, which INCEpTION and WebAnno read: one file a post, one sentence, one token a line.
//!
//! Positions are UTF-16 units. Tokens are cut where places begin and end, so that none needs parts of tokens. The format
//! has no place for labels of the whole post: they stand on its first word, in a layer of their own. `proposed` says
//! what was proposed there, so that *import* tells accepted from edited; what people took away cannot be told.

use std::{fmt::Write as _, sync::Arc};

use super::{
    names::{file_name, folder},
    tokens::tokens,
};
use crate::export::{About, Document, Format, Layout, Offsets, Part, Rules, Unit};

/// The header: layers with their features.
pub(crate) const HEAD: &str = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Evidence|label|target|proposed\n\
                               #T_SP=webanno.custom.PostLabel|label|target|proposed\n";
/// Posts in a folder.
const BATCH: usize = 1000;

pub(crate) fn format(_about: Arc<About>) -> Box<dyn Format> {
    Box::new(Tsv { batches: 0 })
}

struct Tsv {
    batches: usize,
}

impl Format for Tsv {
    fn unit(&self) -> Unit {
        Unit::Utf16
    }

    fn layout(&self) -> Layout {
        Layout::Files
    }

    fn rules(&self) -> Rules {
        Rules { needs_words: true, no_controls: true, ..Rules::default() }
    }

    fn batch(&self) -> usize {
        BATCH
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        self.batches += 1;
        let folder = folder(self.batches);
        let file = |document: &Document| {
            Part::File(format!("{folder}/{}.tsv", file_name(&document.id)), tsv(document).into_bytes())
        };
        Ok(documents.iter().map(file).collect())
    }

    fn next_step(&self) -> &'static str {
        "make the span layers Evidence and PostLabel with the features of the files' headers, then import the files as WebAnno TSV v3.3"
    }
}

/// An annotation of a layer: first and last token, values of its features.
struct Mark<'d> {
    first: usize,
    last: usize,
    label: &'d str,
    target: &'d str,
    proposed: String,
    /// Told apart from others by this number, where it must be.
    number: Option<usize>,
}

fn tsv(document: &Document) -> String {
    let all = tokens(document);
    let words: Vec<_> = all.iter().filter(|token| !token.is_white()).collect();
    let offsets = Offsets::new(&document.text);
    let ranges: Vec<(u64, u64)> = words.iter().map(|word| (word.start, word.end)).collect();
    let units = offsets.to(Unit::Utf16, &ranges);
    let mut layers: [Vec<Mark<'_>>; 2] = [Vec::new(), Vec::new()];
    for span in &document.spans {
        let first = words.partition_point(|word| word.end <= span.start);
        let last = words.partition_point(|word| word.start < span.end);
        // White space at a span's ends is no token; of a span of nothing else there is nothing to show.
        let Some(last) = last.checked_sub(1).filter(|last| first <= *last) else { continue };
        let (start, end) = (words[first].start, words[last].end);
        let same = |mark: &Mark<'_>| {
            (mark.first, mark.last, mark.label, mark.target)
                == (first, last, span.label.as_str(), span.target.as_str())
        };
        if !layers[0].iter().any(same) {
            let proposed = format!("{start} {end} {} {}", span.label, span.target);
            layers[0].push(Mark {
                first,
                last,
                label: &span.label,
                target: &span.target,
                proposed,
                number: None,
            });
        }
    }
    for label in &document.labels {
        let proposed = format!("{} {}", label.label, label.target);
        layers[1].push(Mark {
            first: 0,
            last: 0,
            label: &label.label,
            target: &label.target,
            proposed,
            number: None,
        });
    }
    let mut number = 0;
    for layer in &mut layers {
        let places: Vec<(usize, usize)> = layer.iter().map(|mark| (mark.first, mark.last)).collect();
        for (index, mark) in layer.iter_mut().enumerate() {
            let others = places.iter().enumerate().filter(|(other, _)| *other != index);
            let stacked =
                others.map(|(_, place)| place).any(|&(first, last)| first <= mark.last && mark.first <= last);
            if stacked || mark.first != mark.last {
                number += 1;
                mark.number = Some(number);
            }
        }
    }
    let shown = match (words.first(), words.last()) {
        (Some(first), Some(last)) => offsets.slice(first.start, last.end),
        _ => "",
    };
    let mut out = format!("{HEAD}\n\n#Text={}\n", text_line(shown));
    for (index, (word, unit)) in words.iter().zip(&units).enumerate() {
        let (begin, end) = unit.unwrap_or_default();
        let _ = write!(out, "1-{}\t{begin}-{end}\t{}\t", index + 1, text_line(word.text));
        for layer in &layers {
            let here: Vec<&Mark<'_>> =
                layer.iter().filter(|mark| (mark.first..=mark.last).contains(&index)).collect();
            let features: [fn(&Mark<'_>) -> String; 3] =
                [|mark| mark.label.to_owned(), |mark| mark.target.to_owned(), |mark| mark.proposed.clone()];
            for feature in features {
                let cells: Vec<String> = here.iter().map(|mark| cell(&feature(mark), mark.number)).collect();
                out.push_str(if cells.is_empty() { "_" } else { "" });
                out.push_str(&cells.join("|"));
                out.push('\t');
            }
        }
        out.push('\n');
    }
    out
}

/// A value, with its number.
fn cell(value: &str, number: Option<usize>) -> String {
    let mut out = String::with_capacity(value.len());
    if value.is_empty() {
        out.push('*');
    }
    for c in value.chars() {
        match c {
            '\\' | '[' | ']' | '|' | '_' | ';' | '*' => out.extend(['\\', c]),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    // `->` is reserved as a whole.
    let mut out = out.replace("->", "\\->");
    if let Some(number) = number {
        let _ = write!(out, "[{number}]");
    }
    out
}

/// A text in one line.
fn text_line(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}
