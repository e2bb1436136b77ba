//! Label Studio 1.23: tasks with predictions as JSON arrays, and the labelling configuration.
//!
//! Positions are code points. A region is a place that speaks for a label: what a rule found, and where the label's
//! target is named; the two are tied by the relation `toward`, and the region's note names target and finder. The page
//! cuts regions where they overlap, so that one cannot see which is which: only those are proposed that do not
//! ([`Document::without_overlaps`]). The labels of the whole post are choices. What was proposed goes along in `data.stancemark`, for *import*: the tool's
//! plain export leaves predictions out.
//!
//! The server refuses imports over 250 MB and takes minutes for large ones, so arrays are split well below. It
//! duplicates what is imported twice: see `--only-new`, and `--update-from` for predictions with task ids.

use std::{collections::HashMap, path::Path, sync::Arc};

use serde_json::{Map, Value, json};

use crate::{
    codebook::Kind,
    export::{About, Document, ExportError, Format, Layout, Offsets, Part, Seen, Unit, xml::escape},
    read,
};

/// Most bytes of a file; the server's limit is 250 MB.
const FILE_BYTES: u64 = 100_000_000;

/// The names of the controls in the configuration.
pub(crate) const SPANS: &str = "evidence";
pub(crate) const LABELS: &str = "labels";
pub(crate) const TARGET: &str = "target";
pub(crate) const TEXT: &str = "text";
/// The relation from evidence to the target's name.
pub(crate) const TOWARD: &str = "toward";

/// Colours of labels, told apart also by people who see red and green alike (Okabe and Ito 2008).
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442"];

pub(crate) fn format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(LabelStudio { about })
}

struct LabelStudio {
    about: Arc<About>,
}

impl Format for LabelStudio {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        let stem = if self.about.tasks.is_some() { "predictions" } else { "tasks" };
        Layout::Arrays { stem, bytes: FILE_BYTES }
    }

    fn takes(&self, document: &Document) -> bool {
        self.about.tasks.as_ref().is_none_or(|tasks| tasks.contains_key(&document.id))
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        let mut parts = Vec::with_capacity(documents.len());
        let mut push = |value: Value| -> Result<(), String> {
            parts.push(Part::Text(serde_json::to_vec(&value).map_err(|error| error.to_string())?));
            Ok(())
        };
        for document in documents.iter().map(Document::without_overlaps) {
            let mut prediction = prediction(&document, &self.about);
            let Some(tasks) = &self.about.tasks else {
                push(json!({ "data": data(&document, &self.about), "predictions": [prediction] }))?;
                continue;
            };
            for task in tasks.get(&document.id).into_iter().flatten() {
                prediction["task"] = json!(task);
                push(prediction.clone())?;
            }
        }
        Ok(parts)
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(vec![("labelling.xml".to_owned(), configuration(&self.about).into_bytes())])
    }

    fn next_step(&self) -> &'static str {
        if self.about.tasks.is_some() {
            "POST each file to /api/projects/N/import/predictions, then show this version in the project's settings"
        } else {
            "paste labelling.xml into the project's labelling interface (Code), then import the task files"
        }
    }
}

/// The tasks of an export of the project, by the id of their post.
///
/// # Errors
/// Where the file cannot be read, or holds no task with a `post_id`.
pub fn tasks(path: &Path) -> Result<HashMap<String, Vec<u64>>, ExportError> {
    let wrong = |reason: &str| ExportError::Earlier { path: path.to_owned(), reason: reason.to_owned() };
    let mut tasks: HashMap<String, Vec<u64>> = HashMap::new();
    let mut reader = read::open(&[path.to_owned()], &read::Options::default())?;
    while let Some(chunk) = reader.next_chunk()? {
        for (_, task) in chunk.objects() {
            let Ok(task) = task else {
                return Err(wrong("this is no export of Label Studio: export as JSON"));
            };
            let post = task.get("data").and_then(|data| data.get("post_id")).or_else(|| task.get("post_id"));
            if let (Some(post), Some(id)) =
                (post.and_then(Value::as_str), task.get("id").and_then(Value::as_u64))
            {
                let ids = tasks.entry(post.to_owned()).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
    }
    if tasks.is_empty() {
        return Err(wrong(
            "no task in it has an id and a post_id: export the project as JSON with all tasks (download_all_tasks=true)",
        ));
    }
    Ok(tasks)
}

/// The task's data: what is shown, and what comes back with the annotation.
fn data(document: &Document, about: &About) -> Value {
    let mut data: Map<String, Value> = document.meta.clone();
    data.insert(TEXT.to_owned(), json!(document.text));
    data.insert("post_id".to_owned(), json!(document.id));
    data.insert("lang".to_owned(), json!(document.lang));
    data.insert("stancemark".to_owned(), document.proposed(&about.model_version));
    Value::Object(data)
}

/// One prediction: `{"model_version","score","result"}`.
pub(crate) fn prediction(document: &Document, about: &About) -> Value {
    let offsets = Offsets::new(&document.text);
    let regions = regions(document);
    let mut result: Vec<Value> = Vec::with_capacity(regions.len() + 2);
    let score = |label: &str| document.score_of(label).unwrap_or(0.0);
    for region in &regions {
        result.push(json!({
            "id": region.id, "from_name": SPANS, "to_name": TEXT, "type": "labels", "score": score(region.label),
            "meta": { "text": region.notes },
            "value": {
                "start": region.start, "end": region.end, "text": offsets.slice(region.start, region.end),
                "labels": [region.label],
            },
        }));
    }
    // Evidence is tied to the nearest place that names its target.
    for evidence in regions.iter().filter(|region| !region.mention) {
        let same = |mention: &&Region<'_>| {
            mention.mention && mention.label == evidence.label && mention.target == evidence.target
        };
        let distance = |mention: &&Region<'_>| mention.start.abs_diff(evidence.start);
        if let Some(mention) = regions.iter().filter(same).min_by_key(distance) {
            result.push(json!({
                "type": "relation", "from_id": evidence.id, "to_id": mention.id, "direction": "right",
                "labels": [TOWARD],
            }));
        }
    }
    let labels = document.label_names();
    if !labels.is_empty() {
        result.push(json!({
            "id": "labels", "from_name": LABELS, "to_name": TEXT, "type": "choices",
            "score": labels.iter().map(|label| score(label)).fold(1.0, f64::min),
            "value": { "choices": labels },
        }));
    }
    json!({ "model_version": about.model_version, "score": document.certainty(), "result": result })
}

/// A place for the annotator: spans of one label at one place are one region.
pub(crate) struct Region<'d> {
    /// Its id: the same in every export of the same tags.
    pub id: String,
    pub start: u64,
    pub end: u64,
    pub label: &'d str,
    pub target: &'d str,
    /// Whether it is only the target's name.
    pub mention: bool,
    notes: Vec<String>,
}

/// The regions of a post, by place.
pub(crate) fn regions(document: &Document) -> Vec<Region<'_>> {
    let mut regions: Vec<Region<'_>> = Vec::new();
    for span in &document.spans {
        let same = |region: &&mut Region<'_>| {
            (region.start, region.end, region.label, region.target)
                == (span.start, span.end, span.label.as_str(), span.target.as_str())
        };
        if let Some(region) = regions.iter_mut().rev().find(same) {
            region.mention &= span.is_mention();
            region.notes.push(format!("by {}", span.by));
        } else {
            regions.push(Region {
                id: format!("e{}", regions.len()),
                start: span.start,
                end: span.end,
                label: &span.label,
                target: &span.target,
                mention: span.is_mention(),
                notes: vec![format!("{TARGET}: {}", span.target), format!("by {}", span.by)],
            });
        }
    }
    regions
}

/// The labelling configuration: labels with their definitions as hints, targets for each region.
fn configuration(about: &About) -> String {
    let mut xml = String::from("<View>\n  <Header value=\"$post_id\" size=\"6\"/>\n");
    xml += &format!("  <Labels name=\"{SPANS}\" toName=\"{TEXT}\">\n");
    for (label, colour) in about.codebook.labels.iter().zip(COLOURS.iter().cycle()) {
        xml += &format!(
            "    <Label value=\"{}\" background=\"{colour}\" hint=\"{}\"/>\n",
            escape(&label.id),
            escape(&label.definition)
        );
    }
    xml += "  </Labels>\n";
    xml += &format!("  <Text name=\"{TEXT}\" value=\"${TEXT}\" granularity=\"symbol\"/>\n");
    xml += &format!("  <Relations>\n    <Relation value=\"{TOWARD}\"/>\n  </Relations>\n");
    xml += &format!(
        "  <Header value=\"The whole post\" size=\"6\"/>\n  <Choices name=\"{LABELS}\" toName=\"{TEXT}\" choice=\"multiple\">\n"
    );
    for label in &about.codebook.labels {
        xml += &format!(
            "    <Choice value=\"{}\" hint=\"{}\"/>\n",
            escape(&label.id),
            escape(&label.definition)
        );
    }
    xml += "  </Choices>\n";
    xml += &format!(
        "  <Taxonomy name=\"{TARGET}\" toName=\"{TEXT}\" perRegion=\"true\" leafsOnly=\"true\" placeholder=\"Toward whom?\">\n"
    );
    for kind in [Kind::Platform, Kind::Institution, Kind::Person, Kind::Country] {
        let mut targets = about.codebook.targets.iter().filter(|target| target.kind == kind).peekable();
        if targets.peek().is_none() {
            continue;
        }
        xml += &format!("    <Choice value=\"{}\">\n", kind.as_str());
        for target in targets {
            xml += &format!(
                "      <Choice value=\"{}\" hint=\"{}\"/>\n",
                escape(&target.id),
                escape(&target.name)
            );
        }
        xml += "    </Choice>\n";
    }
    xml += "  </Taxonomy>\n</View>\n";
    xml
}
