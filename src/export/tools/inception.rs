//! INCEpTION: one UIMA CAS a post, as JSON (UIMA CAS JSON 0.4.0) or XMI, and the type system.
//!
//! Positions are UTF-16 units, as in Java. Three layers, which the type system defines: `Evidence` (a place that speaks
//! for a label), `PostLabel` (a label of the whole post) and `Post` (id, language and what was proposed, for *import*);
//! the last two are INCEpTION's document metadata. XML 1.0 has no control characters: U+FFFD stands for them, in both.

use std::{fmt::Write as _, sync::Arc};

use serde_json::{Value, json};

use super::names::{file_name, folder};
use crate::export::{About, Document, Format, Layout, Offsets, Part, Rules, Seen, Unit, xml::escape};

/// A place.
pub(crate) const EVIDENCE: &str = "webanno.custom.Evidence";
/// A label of the whole post.
pub(crate) const POST_LABEL: &str = "webanno.custom.PostLabel";
/// What the post is.
pub(crate) const POST: &str = "webanno.custom.Post";
const DOCUMENT: &str = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";
/// Posts in a folder.
const BATCH: usize = 1000;

/// A type: its name, its parent, its features with their ranges.
type Type = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The types.
const TYPES: [Type; 4] = [
    (
        DOCUMENT,
        "uima.tcas.DocumentAnnotation",
        &[
            ("documentTitle", "uima.cas.String"),
            ("documentId", "uima.cas.String"),
            ("documentUri", "uima.cas.String"),
            ("collectionId", "uima.cas.String"),
            ("documentBaseUri", "uima.cas.String"),
            ("isLastSegment", "uima.cas.Boolean"),
        ],
    ),
    (
        EVIDENCE,
        "uima.tcas.Annotation",
        &[
            ("label", "uima.cas.String"),
            ("target", "uima.cas.String"),
            ("by", "uima.cas.String"),
            ("score", "uima.cas.Float"),
        ],
    ),
    (
        POST_LABEL,
        "uima.cas.AnnotationBase",
        &[
            ("label", "uima.cas.String"),
            ("target", "uima.cas.String"),
            ("stance", "uima.cas.String"),
            ("score", "uima.cas.Float"),
        ],
    ),
    (
        POST,
        "uima.cas.AnnotationBase",
        &[("post_id", "uima.cas.String"), ("lang", "uima.cas.String"), ("proposed", "uima.cas.String")],
    ),
];

pub(crate) fn json_format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Cas { about, xmi: false, batches: 0 })
}

pub(crate) fn xmi_format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Cas { about, xmi: true, batches: 0 })
}

struct Cas {
    about: Arc<About>,
    xmi: bool,
    batches: usize,
}

/// A feature structure: its type and features; `u64` numbers are written as numbers.
struct Structure {
    kind: &'static str,
    features: Vec<(&'static str, Value)>,
}

impl Format for Cas {
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
        // The same in every file: written once.
        let types = types_json().to_string();
        documents
            .iter()
            .map(|document| {
                let structures = structures(document, &self.about)?;
                let (ending, bytes) = if self.xmi {
                    ("xmi", xmi(&document.text, &structures).into_bytes())
                } else {
                    ("json", json_bytes(&document.text, &structures, &types)?)
                };
                Ok(Part::File(format!("{folder}/{}.{ending}", file_name(&document.id)), bytes))
            })
            .collect()
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(vec![("typesystem.xml".to_owned(), typesystem().into_bytes())])
    }

    fn next_step(&self) -> &'static str {
        if self.xmi {
            "import typesystem.xml under Settings, Layers (UIMA type system), then the files as UIMA CAS XMI"
        } else {
            "import typesystem.xml under Settings, Layers (UIMA type system), then the files as UIMA CAS JSON 0.4.0"
        }
    }
}

fn structures(document: &Document, about: &About) -> Result<Vec<Structure>, String> {
    let offsets = Offsets::new(&document.text);
    let mut ranges: Vec<(u64, u64)> = document.spans.iter().map(|span| (span.start, span.end)).collect();
    ranges.push((0, offsets.len()));
    let mut ranges = offsets.to(Unit::Utf16, &ranges).into_iter();
    let mut next =
        || ranges.next().flatten().ok_or_else(|| format!("a span of {} is not in its text", document.id));
    let mut all = Vec::with_capacity(document.spans.len() + document.labels.len() + 2);
    for span in &document.spans {
        let (begin, end) = next()?;
        let score = document.score_of(&span.label).unwrap_or_default();
        all.push(Structure {
            kind: EVIDENCE,
            features: vec![
                ("begin", json!(begin)),
                ("end", json!(end)),
                ("label", json!(span.label)),
                ("target", json!(span.target)),
                ("by", json!(span.by)),
                ("score", json!(score)),
            ],
        });
    }
    let (begin, end) = next()?;
    let name = file_name(&document.id);
    all.push(Structure {
        kind: DOCUMENT,
        features: vec![
            ("begin", json!(begin)),
            ("end", json!(end)),
            ("language", json!("x-unspecified")),
            ("documentTitle", json!(name)),
            ("documentId", json!(name)),
            ("isLastSegment", json!(false)),
        ],
    });
    for label in &document.labels {
        all.push(Structure {
            kind: POST_LABEL,
            features: vec![
                ("label", json!(label.label)),
                ("target", json!(label.target)),
                (
                    "stance",
                    json!(
                        label
                            .stance
                            .map(|stance| json!(stance).as_str().unwrap_or_default().to_owned())
                            .unwrap_or_default()
                    ),
                ),
                ("score", json!(label.score)),
            ],
        });
    }
    all.push(Structure {
        kind: POST,
        features: vec![
            ("post_id", json!(super::without_controls(&document.id))),
            ("lang", json!(document.lang)),
            ("proposed", json!(document.proposed(&about.model_version).to_string())),
        ],
    });
    Ok(all)
}

fn types_json() -> Value {
    let mut types = serde_json::Map::new();
    for (name, parent, features) in TYPES {
        let mut kind = json!({ "%NAME": name, "%SUPER_TYPE": parent });
        for (feature, range) in features {
            kind[*feature] = json!({ "%NAME": feature, "%RANGE": range });
        }
        types.insert(name.to_owned(), kind);
    }
    Value::Object(types)
}

fn json_bytes(text: &str, structures: &[Structure], types: &str) -> Result<Vec<u8>, String> {
    let mut all = vec![json!({
        "%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text/plain",
        "sofaString": text,
    })];
    for (number, structure) in structures.iter().enumerate() {
        let mut item = json!({ "%ID": number + 2, "%TYPE": structure.kind, "@sofa": 1 });
        for (name, value) in &structure.features {
            item[*name] = value.clone();
        }
        all.push(item);
    }
    let members: Vec<usize> = (2..structures.len() + 2).collect();
    let fail = |error: serde_json::Error| error.to_string();
    let all = serde_json::to_string(&all).map_err(fail)?;
    let members = serde_json::to_string(&members).map_err(fail)?;
    let cas = format!(
        "{{\"%TYPES\":{types},\"%FEATURE_STRUCTURES\":{all},\
         \"%VIEWS\":{{\"_InitialView\":{{\"%SOFA\":1,\"%MEMBERS\":{members}}}}}}}"
    );
    Ok(cas.into_bytes())
}

fn xmi(text: &str, structures: &[Structure]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xmi:XMI xmlns:xmi=\"http://www.omg.org/XMI\" \
         xmlns:cas=\"http:///uima/cas.ecore\" xmlns:custom=\"http:///webanno/custom.ecore\" \
         xmlns:type=\"http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore\" xmi:version=\"2.0\">\n  \
         <cas:NULL xmi:id=\"0\"/>\n",
    );
    for (number, structure) in structures.iter().enumerate() {
        let short = structure.kind.rsplit('.').next().unwrap_or_default();
        let prefix = if structure.kind == DOCUMENT { "type" } else { "custom" };
        let _ = write!(xml, "  <{prefix}:{short} xmi:id=\"{}\" sofa=\"1\"", number + 2);
        for (name, value) in &structure.features {
            let value = value.as_str().map_or_else(|| value.to_string(), escape);
            let _ = write!(xml, " {name}=\"{value}\"");
        }
        xml.push_str("/>\n");
    }
    let members: Vec<String> = (2..structures.len() + 2).map(|id| id.to_string()).collect();
    let _ = write!(
        xml,
        "  <cas:Sofa xmi:id=\"1\" sofaNum=\"1\" sofaID=\"_InitialView\" mimeType=\"text/plain\" sofaString=\"{}\"/>\n  \
         <cas:View sofa=\"1\" members=\"{}\"/>\n</xmi:XMI>\n",
        escape(text),
        members.join(" ")
    );
    xml
}

/// The types as UIMA reads them.
fn typesystem() -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <typeSystemDescription xmlns=\"http://uima.apache.org/resourceSpecifier\">\n  <types>\n",
    );
    for (name, parent, features) in TYPES {
        let _ = writeln!(
            xml,
            "    <typeDescription>\n      <name>{name}</name>\n      <description/>\n      \
             <supertypeName>{parent}</supertypeName>\n      <features>"
        );
        for (feature, range) in features {
            let _ = writeln!(
                xml,
                "        <featureDescription><name>{feature}</name><description/>\
                 <rangeTypeName>{range}</rangeTypeName></featureDescription>"
            );
        }
        xml.push_str("      </features>\n    </typeDescription>\n");
    }
    xml.push_str("  </types>\n</typeSystemDescription>\n");
    xml
}
