//! INCEpTION's exports as UIMA CAS JSON 0.4.0 and XMI, one file a person and post.
//!
//! INCEpTION writes `annotation/<document>/<person>.json`; archives must be unpacked. The post's id is in the layer
//! `Post`; where a project lacks it, in the document's name. Positions are UTF-16 units.

use std::path::Path;

use serde_json::{Map, Value};

use super::{
    folder::{self, CURATOR, NOBODY},
    pairs::mark_pairs,
    xml,
};
use crate::{
    export::{
        Offsets, Unit,
        inception::{EVIDENCE, POST, POST_LABEL},
        names::id_of,
    },
    import::{Annotated, Found, How, ImportError, SpanMark, mark_spans},
};

/// Its files are no records.
pub(crate) fn is_its(_record: &Map<String, Value>) -> bool {
    false
}

/// Reads a file, or all `.json` and `.xmi` files in a folder.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    let files = match (folder::files(path, "json"), folder::files(path, "xmi")) {
        (Ok(mut json), Ok(xmi)) => {
            json.extend(xmi.into_iter().filter(|_| path.is_dir()));
            json
        }
        (one, other) => one.or(other)?,
    };
    for file in files {
        if file.file_name().is_some_and(|name| name == "manifest.json") {
            continue;
        }
        let (document, person) = folder::document_and_person(&file);
        if person.as_deref() == Some(NOBODY) {
            (found.records, found.untouched) = (found.records + 1, found.untouched + 1);
            continue;
        }
        let Some(text) = folder::text(&file, found)? else { continue };
        let is_xml = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
        let parsed = if is_xml { of_xmi(&text) } else { of_json(&text) };
        match parsed.and_then(|cas| annotated(cas, &document, person, &file)) {
            Ok(annotated) => found.annotated.push(annotated),
            Err(reason) => found.bury(&folder::origin(&file), id_of(&document), reason),
        }
    }
    Ok(())
}

/// A CAS, as far as it is needed.
struct Cas {
    text: String,
    structures: Vec<Structure>,
}

struct Structure {
    kind: String,
    features: Map<String, Value>,
}

impl Structure {
    fn text(&self, name: &str) -> Option<String> {
        self.features.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn number(&self, name: &str) -> Option<u64> {
        match self.features.get(name)? {
            Value::String(digits) => digits.parse().ok(),
            value => value.as_u64(),
        }
    }
}

fn of_json(text: &str) -> Result<Cas, String> {
    let cas: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("no JSON: {error}"))?;
    // Structures are a list, or an object by their ids.
    let all: Vec<&Map<String, Value>> = match cas.get("%FEATURE_STRUCTURES") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(by_id)) => by_id.values().filter_map(Value::as_object).collect(),
        _ => return Err("no UIMA CAS JSON 0.4.0: it has no %FEATURE_STRUCTURES".to_owned()),
    };
    let kind = |structure: &Map<String, Value>| {
        structure.get("%TYPE").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let sofa = all.iter().find(|structure| kind(structure) == "uima.cas.Sofa");
    let text =
        sofa.and_then(|sofa| sofa.get("sofaString")?.as_str()).ok_or("the CAS has no text")?.to_owned();
    let structures =
        all.into_iter().map(|features| Structure { kind: kind(features), features: features.clone() });
    Ok(Cas { text, structures: structures.collect() })
}

fn of_xmi(text: &str) -> Result<Cas, String> {
    let elements = xml::elements(text)?;
    let root = elements.first().filter(|root| root.name.ends_with(":XMI")).ok_or("no XMI")?;
    // A prefix stands for a package: http:///webanno/custom.ecore is webanno.custom.
    let package = |prefix: &str| {
        let space = root.get(&format!("xmlns:{prefix}"))?;
        Some(space.strip_prefix("http:///")?.strip_suffix(".ecore")?.replace('/', "."))
    };
    let mut text = None;
    let mut structures = Vec::new();
    for element in elements.iter().skip(1) {
        let Some((prefix, name)) = element.name.split_once(':') else { continue };
        let kind = format!("{}.{name}", package(prefix).unwrap_or_default());
        if kind == "uima.cas.Sofa" {
            text = text.or_else(|| element.get("sofaString").map(str::to_owned));
            continue;
        }
        let features =
            element.attributes.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        structures.push(Structure { kind, features: features.collect() });
    }
    Ok(Cas { text: text.ok_or("the CAS has no text")?, structures })
}

fn annotated(cas: Cas, document: &str, person: Option<String>, file: &Path) -> Result<Annotated, String> {
    let post = cas.structures.iter().find(|structure| structure.kind == POST);
    let id = post.and_then(|post| post.text("post_id")).or_else(|| id_of(document));
    let id = id.ok_or(
        "the layer Post with the post's id is missing, and the file is not named as it was exported",
    )?;
    let person = person.unwrap_or_else(|| "unknown".to_owned());
    let mut annotated = Annotated::new(id, person, folder::origin(file));
    annotated.adjudicated = annotated.annotator == CURATOR;
    if let Some(post) = post {
        annotated.lang = post.text("lang");
        annotated.proposed = post.text("proposed").and_then(|json| serde_json::from_str(&json).ok());
    }
    let offsets = Offsets::new(&cas.text);
    let mut pairs = Vec::new();
    for structure in &cas.structures {
        let label = structure.text("label");
        match (structure.kind.as_str(), label) {
            (EVIDENCE, Some(label)) => {
                let place = structure.number("begin").unwrap_or(0).min(structure.number("end").unwrap_or(0));
                let range = structure.number("begin").zip(structure.number("end"));
                let Some((start, end)) = range.and_then(|range| offsets.from(Unit::Utf16, &[range])[0])
                else {
                    annotated
                        .problems
                        .push(format!("{label} at {place} (UTF-16) is not in the text, or cuts a character"));
                    continue;
                };
                annotated.spans.push(SpanMark {
                    start,
                    end,
                    text: None,
                    label,
                    target: structure.text("target"),
                    how: How::Untold,
                });
            }
            (POST_LABEL, Some(label)) => pairs.push((label, structure.text("target"))),
            (EVIDENCE | POST_LABEL, None) => {
                annotated.problems.push("an annotation without a label".to_owned());
            }
            _ => {}
        }
    }
    annotated.spans.dedup();
    mark_spans(&mut annotated);
    mark_pairs(&mut annotated, &pairs);
    annotated.text = Some(cas.text);
    Ok(annotated)
}
