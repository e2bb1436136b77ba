//! Annotations of one post become one line of gold; several people are kept apart.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Annotated, How};
use crate::{codebook::Codebook, evaluate::TargetCodes, post::Stance};

/// How several people's labels become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Agreement {
    /// A label that not all agree on is contested: nobody is scored on it.
    #[default]
    All,
    /// More than half decide; a tie is contested.
    Majority,
}

/// A label or a target's stance that people disagree on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Conflict {
    /// The post.
    pub id: String,
    /// The label.
    pub label: String,
    /// Who gave it.
    pub given: Vec<String>,
    /// Who did not.
    pub not_given: Vec<String>,
}

/// What gold needs of the codebook: the stance of a label, and how gold names a target.
#[derive(Default)]
pub(super) struct Words {
    stances: BTreeMap<String, Stance>,
    codes: TargetCodes,
}

impl Words {
    pub fn of(codebook: &Codebook) -> Self {
        let stances = codebook.labels.iter().map(|label| (label.id.to_string(), label.stance)).collect();
        let codes = TargetCodes::new([None], |_| Ok::<_, std::convert::Infallible>(codebook.clone()));
        Self { stances, codes: codes.unwrap_or_default() }
    }
}

/// The line of one post. `people` are all annotations of it, at least one; `conflicts` takes what they disagree on.
pub(super) fn line(
    people: &[Annotated],
    agreement: Agreement,
    words: &Words,
    conflicts: &mut Vec<Conflict>,
) -> Value {
    let first = &people[0];
    let judges: Vec<&Annotated> = match people.iter().filter(|person| person.adjudicated).collect::<Vec<_>>()
    {
        last_words if !last_words.is_empty() => last_words,
        _ => people.iter().collect(),
    };
    let names: BTreeSet<&str> = judges.iter().flat_map(|judge| judge.given()).collect();
    let mut labels: BTreeSet<&str> = BTreeSet::new();
    let mut contested: BTreeSet<&str> =
        judges.iter().flat_map(|judge| &judge.unsure).map(String::as_str).collect();
    for name in names {
        let given: Vec<&&Annotated> = judges.iter().filter(|judge| judge.given().contains(name)).collect();
        let others = judges.len() - given.len();
        let decided = match agreement {
            Agreement::All => others == 0,
            Agreement::Majority => given.len() > others,
        };
        if others > 0 {
            let not_given = judges.iter().filter(|judge| !judge.given().contains(name));
            conflicts.push(Conflict {
                id: first.id.clone(),
                label: name.to_owned(),
                given: given.iter().map(|judge| judge.annotator.clone()).collect(),
                not_given: not_given.map(|judge| judge.annotator.clone()).collect(),
            });
        }
        if decided {
            labels.insert(name);
        } else if agreement == Agreement::All || given.len() == others {
            contested.insert(name);
        }
    }
    labels.retain(|label| !contested.contains(label));
    let stances = stances(&judges, &labels, words);

    let mut line = first.meta.clone();
    let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
    put("id", json!(first.id));
    put("text", json!(people.iter().find_map(|person| person.text.as_deref()).unwrap_or_default()));
    if let Some(lang) = &first.lang {
        put("lang", json!(lang));
    }
    put("labels", json!(labels));
    put("contested", json!(contested));
    if let Some((stances, contested_stances)) = stances {
        put("stances", json!(stances));
        put("contested_stances", json!(contested_stances));
    }
    put("spans", spans(&judges));
    put("annotators", json!(people.iter().map(|person| &person.annotator).collect::<BTreeSet<_>>()));
    for person in people {
        put(&format!("annotator:{}", person.annotator), json!(person.given()));
    }
    put("annotations", people.iter().map(annotation).collect());
    if let Some(proposed) = people.iter().find_map(|person| person.proposed.as_ref()) {
        if let Some(version) = &proposed.model_version {
            put("model_version", json!(version));
        }
        for (name, value) in proposed.drawn.iter().flatten().filter(|(_, value)| !value.is_null()) {
            put(if name == "by" { "drawn" } else { name }, value.clone());
        }
    }
    Value::Object(line)
}

/// One person's work, whole.
fn annotation(person: &Annotated) -> Value {
    let mut out = Map::new();
    out.insert("annotator".to_owned(), json!(person.annotator));
    out.insert("labels".to_owned(), json!(person.labels));
    out.insert("spans".to_owned(), json!(person.spans));
    if person.adjudicated {
        out.insert("adjudicated".to_owned(), json!(true));
    }
    if let Some(seconds) = person.seconds {
        out.insert("seconds".to_owned(), json!(seconds));
    }
    if let Some(made) = &person.made {
        out.insert("made".to_owned(), json!(made));
    }
    Value::Object(out)
}

/// The places that at least one judge gave, each once, with those who gave it.
fn spans(judges: &[&Annotated]) -> Value {
    type Place<'a> = (u64, u64, &'a str, Option<&'a str>);
    let mut places: BTreeMap<Place<'_>, BTreeSet<&str>> = BTreeMap::new();
    for judge in judges {
        for span in judge.spans.iter().filter(|span| span.how != How::Deleted) {
            let place = (span.start, span.end, span.label.as_str(), span.target.as_deref());
            places.entry(place).or_default().insert(&judge.annotator);
        }
    }
    places
        .into_iter()
        .map(|((start, end, label, target), by)| {
            json!({ "start": start, "end": end, "label": label, "target": target, "by": by })
        })
        .collect()
}

/// Stances of the labels that are decided, and the targets on which nobody is scored, since judges disagree on them;
/// `None` where a label has no target: then the labels alone tell.
fn stances(
    judges: &[&Annotated],
    labels: &BTreeSet<&str>,
    words: &Words,
) -> Option<(Vec<Value>, Vec<Value>)> {
    let mut marks = judges.iter().flat_map(|judge| &judge.labels).filter(|mark| mark.how != How::Deleted);
    if words.stances.is_empty() || marks.any(|mark| mark.target.is_none()) {
        return None;
    }
    let pairs = |judge: &Annotated| -> BTreeSet<(String, Stance)> {
        let marks = judge.labels.iter().filter(|mark| mark.how != How::Deleted);
        marks
            .filter_map(|mark| {
                let stance = *words.stances.get(&mark.label)?;
                Some((words.codes.code(mark.target.as_deref()?).to_owned(), stance))
            })
            .collect()
    };
    let by_judge: Vec<BTreeSet<(String, Stance)>> = judges.iter().map(|judge| pairs(judge)).collect();
    let all: BTreeSet<&(String, Stance)> = by_judge.iter().flatten().collect();
    let agreed = |pair: &(String, Stance)| by_judge.iter().all(|pairs| pairs.contains(pair));
    let of_decided: BTreeSet<Stance> =
        labels.iter().filter_map(|label| words.stances.get(*label)).copied().collect();
    let contested: BTreeSet<&str> =
        all.iter().filter(|pair| !agreed(pair)).map(|(target, _)| target.as_str()).collect();
    let item = |target: &str, stance: Stance| json!({ "target": target, "stance": stance });
    let stances = all
        .iter()
        .filter(|(target, stance)| !contested.contains(target.as_str()) && of_decided.contains(stance))
        .map(|(target, stance)| item(target, *stance))
        .collect();
    let contested =
        contested.iter().filter(|target| !target.is_empty()).map(|target| item(target, Stance::None));
    Some((stances, contested.collect()))
}
