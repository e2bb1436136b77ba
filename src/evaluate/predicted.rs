//! What a tagger said of the gold's posts: read from a tag file.

use std::{collections::HashMap, path::Path};

use serde_json::{Map, Value};

use super::{EvaluateError, gold::labels_of};
use crate::{post::Stance, read};

/// A tag, as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The label.
    pub label: String,
    /// The target's id.
    pub target: String,
    /// The stance that the label stands for.
    pub stance: Option<Stance>,
    /// Its score, 0–1.
    pub score: f64,
    /// Evidence as (start, end, by), in code points of the original text.
    pub evidence: Vec<(u32, u32, String)>,
    /// Who said so.
    pub by: Vec<String>,
}

/// What was said of one post.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Predicted {
    /// The language detected.
    pub lang: String,
    /// The tags.
    pub tags: Vec<Given>,
    /// Labels abstained on.
    pub abstained: Vec<String>,
    /// The probability of labels, also of those not given; empty where the file does not tell.
    pub scores: HashMap<String, f64>,
    /// How the decision came about, one line a step; only where the posts were tagged here.
    pub trace: Vec<String>,
}

impl Predicted {
    /// The highest score of a label's tags, where there is one.
    pub fn best(&self, label: &str) -> Option<&Given> {
        self.tags.iter().filter(|tag| tag.label == label).max_by(|a, b| a.score.total_cmp(&b.score))
    }
}

/// Tags by the posts' ids, and how often an id came again (the first counts).
#[derive(Debug, Clone, Default)]
pub struct Predictions {
    /// By id.
    pub by_id: HashMap<String, Predicted>,
    /// Ids that came again.
    pub repeated: usize,
    /// Records that are no tagged posts: place and reason.
    pub unreadable: Vec<String>,
}

/// Reads what `tag` or `evaluate --write-tags` wrote: JSONL, CSV, TSV or Parquet.
///
/// # Errors
/// [`EvaluateError`]: where the file cannot be read or is no tag file.
pub fn read_tags(path: &Path) -> Result<Predictions, EvaluateError> {
    // A tag file need not hold texts: the status stands in for the one that a post must have.
    let columns =
        read::Columns { text: Some("status".to_owned()), id: Some("id".to_owned()), ..Default::default() };
    let options = read::Options { columns, keep: true, ..read::Options::default() };
    let no_tags = |reason: String| EvaluateError::Nothing {
        path: path.to_owned(),
        reason: format!("{reason}; give what `stancemark tag -o` wrote as JSONL, CSV or Parquet"),
    };
    let mut reader = read::open(&[path.to_owned()], &options).map_err(|error| no_tags(error.to_string()))?;
    let mut found = Predictions::default();
    while let Some(chunk) = reader.next_chunk()? {
        for outcome in chunk.posts() {
            let read = match outcome {
                Ok(post) => {
                    let columns = post.input.as_ref().map_or("{}", |raw| raw.get());
                    let place = post.origin.to_string();
                    predicted(columns)
                        .map(|predicted| (post.id, predicted))
                        .map_err(|why| format!("{place}: {why}"))
                }
                Err(letter) => Err(format!("{}: {}", letter.origin, letter.reason)),
            };
            match read {
                Ok((id, predicted)) => {
                    let free = !found.by_id.contains_key(&id);
                    found.repeated += usize::from(!free);
                    if free {
                        found.by_id.insert(id, predicted);
                    }
                }
                Err(why) => found.unreadable.push(why),
            }
        }
    }
    match found.unreadable.first() {
        Some(first) if found.by_id.is_empty() => Err(no_tags(format!("no line is a tagged post; {first}"))),
        _ => Ok(found),
    }
}

fn predicted(columns: &str) -> Result<Predicted, String> {
    let columns: Map<String, Value> = serde_json::from_str(columns).map_err(|error| error.to_string())?;
    let unpacked = |name: &str| match columns.get(name) {
        Some(Value::String(cell)) if cell.is_empty() => Ok(None),
        Some(Value::String(cell)) => {
            serde_json::from_str(cell).map(Some).map_err(|e| format!("`{name}`: {e}"))
        }
        other => Ok(other.cloned()),
    };
    let Some(Value::Array(tags)) = unpacked("tags")? else {
        return Err("there is no list `tags`".to_owned());
    };
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let tag = |value: &Value| -> Result<Given, String> {
        let need = |name: &str| text(value, name).ok_or_else(|| format!("a tag without `{name}`: {value}"));
        let evidence = value.get("evidence").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let range = |item: &Value| {
            let end = |name: &str| item.get(name).and_then(Value::as_u64).map(|at| at as u32);
            Some((end("start")?, end("end")?, text(item, "by")?))
        };
        let by = value.get("by").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let score = value.get("score").and_then(Value::as_f64).unwrap_or(1.0);
        if !(0.0..=1.0).contains(&score) {
            return Err(format!("a score of {score}, not within 0 and 1"));
        }
        Ok(Given {
            label: need("label")?,
            target: text(value, "target").unwrap_or_default(),
            stance: value.get("stance").and_then(|stance| serde_json::from_value(stance.clone()).ok()),
            score,
            evidence: evidence.iter().filter_map(range).collect(),
            by: by.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    };
    let scores = match unpacked("scores")? {
        Some(Value::Object(scores)) => {
            scores.into_iter().filter_map(|(label, score)| Some((label, score.as_f64()?))).collect()
        }
        // As Parquet holds them.
        Some(Value::Array(scores)) => {
            scores.iter().filter_map(|one| Some((text(one, "label")?, one.get("score")?.as_f64()?))).collect()
        }
        _ => HashMap::new(),
    };
    Ok(Predicted {
        lang: columns.get("lang").and_then(Value::as_str).unwrap_or("und").to_owned(),
        tags: tags.iter().map(tag).collect::<Result<_, _>>()?,
        abstained: labels_of(columns.get("abstained"))?.unwrap_or_default().into_iter().collect(),
        scores,
        trace: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_files_are_read_back_from_jsonl_and_csv() {
        let folder = tempfile::tempdir().expect("a folder");
        let (lines, table) = (folder.path().join("t.jsonl"), folder.path().join("t.csv"));
        std::fs::write(
            &lines,
            "{\"id\":\"1\",\"lang\":\"en\",\"tags\":[{\"label\":\"a\",\"target\":\"x\",\"stance\":\"against\",\"score\":0.9,\"evidence\":[{\"start\":0,\"end\":2,\"by\":\"rule:r\"}],\"by\":[\"rule:r\"]}],\"status\":\"abstained\",\"abstained\":[\"b\"]}\n",
        )
        .expect("written");
        std::fs::write(
            &table,
            "id,lang,tags,status,abstained\n1,en,\"[{\"\"label\"\":\"\"a\"\",\"\"target\"\":\"\"x\"\",\"\"stance\"\":\"\"against\"\",\"\"score\"\":0.9,\"\"evidence\"\":[{\"\"start\"\":0,\"\"end\"\":2,\"\"by\"\":\"\"rule:r\"\"}],\"\"by\"\":[\"\"rule:r\"\"]}]\",abstained,\"[\"\"b\"\"]\"\n",
        )
        .expect("written");
        for path in [lines, table] {
            let found = read_tags(&path).expect("tags");
            let post = &found.by_id["1"];
            assert_eq!((post.lang.as_str(), post.abstained.as_slice()), ("en", &["b".to_owned()][..]));
            let tag = post.best("a").expect("a tag");
            assert_eq!((tag.score, tag.stance), (0.9, Some(Stance::Against)));
            assert_eq!(tag.evidence, [(0, 2, "rule:r".to_owned())]);
        }
    }

    #[test]
    fn what_is_no_tag_file_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.jsonl");
        std::fs::write(&path, "{\"id\":\"1\",\"text\":\"x\"}\n").expect("written");
        let told = read_tags(&path).expect_err("none").to_string();
        assert!(told.contains("give what `stancemark tag -o` wrote"), "{told}");
        std::fs::write(&path, "PAR1xxxx").expect("written");
        assert!(read_tags(&path).expect_err("none").to_string().contains("Parquet"));
    }
}
