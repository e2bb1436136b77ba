//! Posts for the tests of *write* and *aggregate*, and what they must come back as.

use std::{borrow::Cow, sync::Arc};

use proptest::prelude::*;
use serde_json::{Map, Value, json, value::RawValue};

pub(crate) use super::jsonl::push_line;
use super::{COLUMNS, number::rounded};
use crate::post::{ClaimHit, Evidence, Language, Share, Stance, Status, Tag, TaggedPost};

/// The post of the contract in design.md.
pub(crate) fn platform_attack() -> TaggedPost {
    let evidence = |start, end, by: &str| Evidence { start, end, by: Arc::from(by) };
    TaggedPost {
        id: "1112".to_owned(),
        time: Some("2019-04-01T12:16:00Z".parse().expect("time")),
        language: Language {
            lang: Cow::Borrowed("hi-Latn"),
            confidence: 0.97,
            mix: vec![
                Share { lang: Cow::Borrowed("hi-Latn"), share: 0.7 },
                Share { lang: Cow::Borrowed("en"), share: 0.3 },
            ],
        },
        hashtags: vec!["iamispr".to_owned()],
        tags: vec![Tag {
            label: Arc::from("platform_attack"),
            target: Arc::from("facebook"),
            stance: Stance::Against,
            score: 0.94,
            evidence: vec![evidence(0, 8, "target:facebook"), evidence(9, 24, "rule:shame-on")],
            by: vec![Arc::from("model:stance"), Arc::from("rule:shame-on")],
        }],
        claims: vec![ClaimHit { claim: Arc::from("ordinary-citizens"), score: 0.81, evidence: Vec::new() }],
        status: Status::Labelled,
        abstained: Vec::new(),
        scores: vec![(Arc::from("support"), 0.03), (Arc::from("platform_attack"), 0.94)],
        text: None,
        input: None,
    }
}

/// A post in which nothing was found.
pub(crate) fn bare(id: &str) -> TaggedPost {
    TaggedPost {
        id: id.to_owned(),
        time: None,
        language: Language { lang: Cow::Borrowed("und"), confidence: 0.0, mix: Vec::new() },
        hashtags: Vec::new(),
        tags: Vec::new(),
        claims: Vec::new(),
        status: Status::Labelled,
        abstained: Vec::new(),
        scores: Vec::new(),
        text: None,
        input: None,
    }
}

pub(crate) fn abstain(post: &mut TaggedPost) {
    post.status = Status::Abstained;
    post.abstained = vec![Arc::from("support")];
}

pub(crate) fn keep(post: &mut TaggedPost, text: &str, input: &str) {
    post.text = Some(text.to_owned());
    post.input = Some(RawValue::from_string(input.to_owned()).expect("JSON"));
}

/// What a reader of the file must see, made without the writer's own code.
pub(crate) fn as_json(post: &TaggedPost) -> Value {
    let decimal = |value: f32| -> Value {
        let value = format!("{:.4}", f64::from(value)).parse::<f64>().expect("number");
        serde_json::from_str(&value.to_string()).expect("number")
    };
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(post.id));
    if let Some(time) = post.time {
        out.insert("time".to_owned(), json!(time.to_string()));
    }
    out.insert("lang".to_owned(), json!(post.language.lang));
    out.insert("lang_confidence".to_owned(), decimal(post.language.confidence));
    let mix = post.language.mix.iter().map(|share| (share.lang.to_string(), decimal(share.share)));
    out.insert("mix".to_owned(), Value::Object(mix.collect()));
    out.insert("hashtags".to_owned(), json!(post.hashtags));
    let tags = post.tags.iter().map(|tag| {
        json!({"label": tag.label, "target": tag.target, "stance": tag.stance,
               "score": decimal(tag.score), "evidence": tag.evidence, "by": tag.by})
    });
    out.insert("tags".to_owned(), tags.collect());
    let claims = post
        .claims
        .iter()
        .map(|hit| json!({"claim": hit.claim, "score": decimal(hit.score), "evidence": hit.evidence}));
    out.insert("claims".to_owned(), claims.collect());
    out.insert("status".to_owned(), json!(post.status));
    if !post.abstained.is_empty() {
        out.insert("abstained".to_owned(), json!(post.abstained));
    }
    if !post.scores.is_empty() {
        let scores = post.scores.iter().map(|(label, score)| (label.to_string(), decimal(*score)));
        out.insert("scores".to_owned(), Value::Object(scores.collect()));
    }
    if let Some(text) = &post.text {
        out.insert("text".to_owned(), json!(text));
    }
    if let Some(input) = &post.input {
        out.insert("input".to_owned(), serde_json::from_str(input.get()).expect("JSON"));
    }
    Value::Object(out)
}

/// The same, from the cells of a CSV record.
pub(crate) fn from_cells(cells: &::csv::StringRecord) -> Value {
    let mut out = Map::new();
    assert_eq!(cells.len(), COLUMNS.len());
    for (name, cell) in COLUMNS.into_iter().zip(cells) {
        let value = match name {
            "mix" | "hashtags" | "tags" | "claims" | "lang_confidence" => {
                serde_json::from_str(cell).expect("JSON")
            }
            "abstained" if cell == "[]" => continue,
            "scores" if cell == "{}" => continue,
            "time" | "text" | "input" if cell.is_empty() => continue,
            "abstained" | "scores" | "input" => serde_json::from_str(cell).expect("JSON"),
            _ => json!(cell),
        };
        out.insert(name.to_owned(), value);
    }
    Value::Object(out)
}

/// The same, from a row of columns: every kind of column that the schema has, read by its type.
pub(crate) fn from_columns(batch: &arrow::array::RecordBatch, row: usize) -> Value {
    let mut out = Map::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let value = from_column(column, row);
        let value = match field.name().as_str() {
            "time" | "text" | "input" if value.is_null() => continue,
            "abstained" | "scores" if value == json!([]) => continue,
            "input" => serde_json::from_str(value.as_str().expect("text")).expect("JSON"),
            "mix" => pairs(&value, "lang", "share"),
            "scores" => pairs(&value, "label", "score"),
            _ => value,
        };
        out.insert(field.name().clone(), value);
    }
    Value::Object(out)
}

/// A list of names and numbers, as the object that the other formats have.
fn pairs(list: &Value, name: &str, number: &str) -> Value {
    let pair = |item: &Value| (item[name].as_str().expect("a name").to_owned(), item[number].clone());
    Value::Object(list.as_array().expect("list").iter().map(pair).collect())
}

fn from_column(column: &dyn arrow::array::Array, row: usize) -> Value {
    use arrow::{
        array::AsArray as _,
        datatypes::{DataType, Float32Type, TimestampMicrosecondType, UInt32Type},
    };
    if column.is_null(row) {
        return Value::Null;
    }
    match column.data_type() {
        DataType::Utf8 => json!(column.as_string::<i32>().value(row)),
        DataType::UInt32 => json!(column.as_primitive::<UInt32Type>().value(row)),
        DataType::Float32 => {
            serde_json::from_str(&column.as_primitive::<Float32Type>().value(row).to_string())
                .expect("number")
        }
        DataType::Timestamp(_, zone) => {
            assert_eq!(zone.as_deref(), Some("UTC"));
            let time = column.as_primitive::<TimestampMicrosecondType>().value(row);
            json!(jiff::Timestamp::from_microsecond(time).expect("time").to_string())
        }
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(row);
            (0..items.len()).map(|at| from_column(&items, at)).collect()
        }
        DataType::Struct(fields) => {
            let columns = column.as_struct().columns();
            let pairs = fields.iter().zip(columns);
            Value::Object(
                pairs.map(|(field, column)| (field.name().clone(), from_column(column, row))).collect(),
            )
        }
        other => panic!("no column of type {other}"),
    }
}

/// Any post within the contract. A kept text is never empty here: CSV readers cannot tell `""`
/// from nothing.
pub(crate) fn any_post() -> impl Strategy<Value = TaggedPost> {
    let name = || prop::sample::select(vec!["support", "platform_attack", "نیا", "a,\"b\"\n"]);
    let evidence = (0u32..500, 0u32..500, name());
    let evidence = evidence.prop_map(|(start, end, by)| Evidence { start, end, by: Arc::from(by) });
    let tag = (
        name(),
        name(),
        prop::sample::select(Stance::ALL.to_vec()),
        0.0f32..=1.0,
        prop::collection::vec(evidence, 0..3),
        prop::collection::vec(name(), 0..3),
    )
        .prop_map(|(label, target, stance, score, evidence, by)| Tag {
            label: Arc::from(label),
            target: Arc::from(target),
            stance,
            score,
            evidence,
            by: by.into_iter().map(Arc::from).collect(),
        });
    let language = (prop::sample::select(vec!["en", "ur", "hi-Latn", "und"]), 0.0f32..=1.0, 0.0f32..=1.0)
        .prop_map(|(lang, confidence, share)| Language {
            lang: Cow::Borrowed(lang),
            confidence,
            mix: vec![
                Share { lang: Cow::Borrowed("en"), share },
                Share { lang: Cow::Borrowed("ps"), share: rounded(1.0 - share) },
            ],
        });
    // What formats trip over comes up more often than chance would have it.
    let text = || prop_oneof![any::<String>(), "[\\r\\n\\t,\"\\\\=@a\\x00-\\x1f]{0,5}"];
    (
        text(),
        prop::option::of(-1_000_000_000_000_000i64..2_000_000_000_000_000),
        language,
        prop::collection::vec("[a-zا-ی,\"]{1,6}", 0..3),
        prop::collection::vec(tag, 0..4),
        prop::collection::vec((name(), 0.0f32..=1.0, 0u32..9, 9u32..20), 0..3),
        prop::collection::vec(name(), 0..2),
        prop::collection::btree_map(name(), 0.0f32..=1.0, 0..3),
        prop::option::of(text().prop_filter("empty", |text| !text.is_empty())),
        prop::option::of(text()),
    )
        .prop_map(|(id, time, language, hashtags, tags, claims, abstained, scores, text, input)| {
            TaggedPost {
                id,
                time: time.and_then(|time| jiff::Timestamp::from_microsecond(time).ok()),
                language,
                hashtags,
                tags,
                claims: claims
                    .into_iter()
                    .map(|(claim, score, start, end)| {
                        let by = Arc::from(format!("claim:{claim}"));
                        let evidence = vec![Evidence { start, end, by }];
                        ClaimHit { claim: Arc::from(claim), score, evidence }
                    })
                    .collect(),
                status: if abstained.is_empty() { Status::Labelled } else { Status::Abstained },
                abstained: abstained.into_iter().map(Arc::from).collect(),
                scores: scores.into_iter().map(|(label, score)| (Arc::from(label), score)).collect(),
                text,
                input: input.map(|input| {
                    RawValue::from_string(json!({ "likes": 3, "note": input }).to_string()).expect("JSON")
                }),
            }
        })
}
