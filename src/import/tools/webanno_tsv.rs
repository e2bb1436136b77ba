//! WebAnno TSV 3.2 and 3.3, one file a person and post: `annotation/<document>/<person>.tsv`.
//!
//! Positions are UTF-16 units. The format leaves out white space around sentences: spaces stand for it, and texts are
//! compared without telling one white space from another. `proposed` in our layers says what was proposed at a place.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value};

use super::{
    folder::{self, CURATOR, NOBODY},
    pairs::mark_pairs,
};
use crate::{
    export::{Offsets, Unit, names::id_of},
    import::{
        Annotated, Found, How, ImportError, Proposed, ProposedLabel, ProposedSpan, SpanMark, mark_spans,
    },
};

/// Its files are no records.
pub(crate) fn is_its(_record: &Map<String, Value>) -> bool {
    false
}

/// Reads a file, or all `.tsv` files in a folder.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    for file in folder::files(path, "tsv")? {
        let (document, person) = folder::document_and_person(&file);
        if person.as_deref() == Some(NOBODY) {
            (found.records, found.untouched) = (found.records + 1, found.untouched + 1);
            continue;
        }
        let Some(text) = folder::text(&file, found)? else { continue };
        let result = match id_of(&document) {
            None => Err("the file is not named as it was exported: the post's id is in the name".to_owned()),
            Some(id) => {
                let person = person.unwrap_or_else(|| "unknown".to_owned());
                let mut annotated = Annotated::new(id, person, folder::origin(&file));
                annotated.adjudicated = annotated.annotator == CURATOR;
                parse(&text, annotated)
            }
        };
        match result {
            Ok(annotated) => found.annotated.push(annotated),
            Err(reason) => found.bury(&folder::origin(&file), id_of(&document), reason),
        }
    }
    Ok(())
}

/// A layer of the header: its short name, its features.
struct Layer {
    name: String,
    features: Vec<String>,
}

/// An annotation: where it begins and ends in UTF-16 units, the values of its features.
struct Mark {
    start: u64,
    end: u64,
    values: Vec<String>,
}

fn parse(text: &str, mut annotated: Annotated) -> Result<Annotated, String> {
    let mut layers: Vec<Layer> = Vec::new();
    // By layer and number; those without number by where they stand.
    let mut marks: BTreeMap<(usize, u64, u64), Mark> = BTreeMap::new();
    let mut whole = String::new();
    let mut sentence: Option<String> = None;
    let text = text.trim_start_matches('\u{feff}');
    if !text.starts_with("#FORMAT=WebAnno TSV 3") {
        return Err("no WebAnno TSV 3: the first line does not say so".to_owned());
    }
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let Some(layer) = line.strip_prefix("#T_SP=") {
            let mut names = layer.split('|').map(str::to_owned);
            let name = names.next().unwrap_or_default();
            let name = name.rsplit('.').next().unwrap_or_default().to_owned();
            layers.push(Layer { name, features: names.collect() });
        } else if let Some(more) = line.strip_prefix("#T_CH=").or_else(|| line.strip_prefix("#T_RL=")) {
            let mut names = more.split('|').map(str::to_owned);
            layers.push(Layer { name: names.next().unwrap_or_default(), features: names.collect() });
        } else if let Some(shown) = line.strip_prefix("#Text=") {
            match &mut sentence {
                // A sentence of several lines has several headers.
                Some(sentence) => *sentence += &format!("\n{}", unescape(shown)),
                none => *none = Some(unescape(shown)),
            }
        } else if line.is_empty() || line.starts_with('#') && !line.contains('\t') {
        } else {
            let mut cells = line.split('\t');
            let (_, range, _) = (cells.next(), cells.next().unwrap_or_default(), cells.next());
            let (begin, end) = range
                .split_once('-')
                .and_then(|(begin, end)| Some((begin.parse::<u64>().ok()?, end.parse::<u64>().ok()?)))
                .filter(|(begin, end)| begin < end)
                .ok_or_else(|| format!("line {number}: {range:?} is no range of a token"))?;
            if let Some(sentence) = sentence.take() {
                let length = whole.encode_utf16().count() as u64;
                let gap = begin
                    .checked_sub(length)
                    .ok_or_else(|| format!("line {number}: the token begins within the text before it"))?;
                if gap > (text.len() as u64) * 4 {
                    return Err(format!("line {number}: the token begins at {begin}, far behind the text"));
                }
                whole.extend((0..gap).map(|_| ' '));
                whole.push_str(&sentence);
            }
            for (index, layer) in layers.iter().enumerate() {
                let columns: Vec<Vec<(String, Option<u64>)>> =
                    (&mut cells).take(layer.features.len().max(1)).map(cell).collect();
                let stacked = columns.first().map_or(0, Vec::len);
                for place in 0..stacked {
                    let id = columns[0][place].1;
                    let values = columns
                        .iter()
                        .map(|column| column.get(place).map(|(value, _)| value.clone()).unwrap_or_default());
                    let key = match id {
                        Some(id) => (index, 0, id),
                        None => (index, begin + 1, place as u64),
                    };
                    let mark = marks.entry(key).or_insert_with(|| Mark {
                        start: begin,
                        end,
                        values: values.collect(),
                    });
                    (mark.start, mark.end) = (mark.start.min(begin), mark.end.max(end));
                }
            }
        }
    }
    take(&mut annotated, &layers, &marks, &whole);
    annotated.text = Some(whole);
    Ok(annotated)
}

fn take(annotated: &mut Annotated, layers: &[Layer], marks: &BTreeMap<(usize, u64, u64), Mark>, text: &str) {
    let offsets = Offsets::new(text);
    let mut proposed = Proposed::default();
    let mut pairs = Vec::new();
    for ((index, _, _), mark) in marks {
        let layer = &layers[*index];
        let value = |name: &str| {
            let at = layer.features.iter().position(|feature| feature == name)?;
            mark.values.get(at).filter(|value| !value.is_empty()).cloned()
        };
        match (layer.name.as_str(), value("label")) {
            ("Evidence", Some(label)) => {
                let Some((start, end)) = offsets.from(Unit::Utf16, &[(mark.start, mark.end)])[0] else {
                    annotated
                        .problems
                        .push(format!("{label} at {}–{} (UTF-16) is not in the text", mark.start, mark.end));
                    continue;
                };
                proposed.spans.extend(value("proposed").and_then(|told| proposed_span(&told)));
                annotated.spans.push(SpanMark {
                    start,
                    end,
                    text: None,
                    label,
                    target: value("target"),
                    how: How::Untold,
                });
            }
            ("PostLabel", Some(label)) => {
                if let Some(told) = value("proposed") {
                    let (label, target) = told.split_once(' ').unwrap_or((&told, ""));
                    proposed
                        .labels
                        .push(ProposedLabel { label: label.to_owned(), target: target.to_owned() });
                }
                pairs.push((label, value("target")));
            }
            ("Evidence" | "PostLabel", None) => {
                annotated.problems.push("an annotation without a label".to_owned());
            }
            _ => {}
        }
    }
    annotated.proposed = Some(proposed);
    mark_spans(annotated);
    mark_pairs(annotated, &pairs);
}

/// `start end label target`
fn proposed_span(told: &str) -> Option<ProposedSpan> {
    let mut words = told.splitn(4, ' ');
    Some(ProposedSpan {
        start: words.next()?.parse().ok()?,
        end: words.next()?.parse().ok()?,
        label: words.next()?.to_owned(),
        target: words.next().unwrap_or_default().to_owned(),
    })
}

/// The values of a cell, with their numbers: `a[1]|b[2]`. `_` is no annotation, `*` one without value.
fn cell(cell: &str) -> Vec<(String, Option<u64>)> {
    if cell == "_" || cell.is_empty() {
        return Vec::new();
    }
    let mut values = Vec::new();
    let (mut value, mut number): (String, Option<String>) = (String::new(), None);
    let mut chars = cell.chars();
    let mut bare = true;
    loop {
        let c = chars.next();
        match (c, &mut number) {
            (Some('\\'), _) => {
                bare = false;
                match chars.next() {
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some('r') => value.push('\r'),
                    Some(other) => value.push(other),
                    None => {}
                }
            }
            (Some('['), _) => number = Some(String::new()),
            (Some(']'), Some(_)) => {}
            (Some('|') | None, _) => {
                let null = bare && value == "*";
                let id = number.take().and_then(|digits| digits.parse().ok());
                values.push((if null { String::new() } else { std::mem::take(&mut value) }, id));
                value.clear();
                bare = true;
                if c.is_none() {
                    return values;
                }
            }
            (Some(digit), Some(digits)) => digits.push(digit),
            (Some(other), None) => value.push(other),
        }
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            _ => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
        }
    }
    out
}
