//! Posts labelled by people.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Map, Value};

use super::EvaluateError;
use crate::{
    codebook::Home,
    import,
    post::{Post, Stance},
    read,
};

/// Which columns hold what.
#[derive(Debug, Clone)]
pub struct GoldColumns {
    /// Columns of id, text and time.
    pub read: read::Columns,
    /// The list of labels.
    pub labels: String,
    /// The list of labels that annotators disagreed on.
    pub contested: String,
    /// The post's own home.
    pub home: String,
}

impl Default for GoldColumns {
    fn default() -> Self {
        Self {
            read: read::Columns::default(),
            labels: "labels".to_owned(),
            contested: "contested".to_owned(),
            home: "home".to_owned(),
        }
    }
}

/// A post with what people said of it.
#[derive(Debug, Clone)]
pub struct GoldPost {
    /// The post. Its columns are in [`columns`](Self::columns).
    pub post: Post,
    /// Its own home, where the gold tells one.
    pub home: Option<Home>,
    /// Its labels; `None` where nobody labelled it.
    pub labels: Option<BTreeSet<String>>,
    /// Labels that annotators disagreed on: they are not scored.
    pub contested: BTreeSet<String>,
    /// Stances by target: an ISO code, `P:platform`, or a target's id.
    pub stances: Vec<(String, Stance)>,
    /// Targets whose stance annotators disagreed on.
    pub contested_stances: BTreeSet<String>,
    /// All other columns.
    pub columns: Map<String, Value>,
}

impl GoldPost {
    /// Whether the label is in the gold; `None` where it is contested or nobody labelled the post.
    pub fn has(&self, label: &str) -> Option<bool> {
        let labels = self.labels.as_ref()?;
        (!self.contested.contains(label)).then(|| labels.contains(label))
    }

    /// A column's value as text, for slices; `None` where it is absent, empty or a list.
    pub fn column(&self, name: &str) -> Option<String> {
        match self.columns.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }
}

/// Records of a gold file, and those that could not be read.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    /// The posts in the order of the file.
    pub posts: Vec<GoldPost>,
    /// Records that are no posts: place and reason.
    pub unreadable: Vec<String>,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// Reads gold: JSONL, JSON, CSV or TSV, packed or not; also an annotation tool's export, told by its content.
///
/// # Errors
/// [`EvaluateError`]: where the file cannot be read, where a record's labels are none, where there is no gold in it.
pub fn read_gold(path: &Path, columns: &GoldColumns) -> Result<Gold, EvaluateError> {
    let gold = read_unjudged(path, columns)?;
    if gold.posts.iter().any(|post| post.labels.is_some()) {
        return Ok(gold);
    }
    let known: Vec<&String> = gold.posts[0].columns.keys().take(12).collect();
    let known = known.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let column = &columns.labels;
    let reason = if gold.posts.iter().any(|post| post.columns.contains_key(column)) {
        format!(
            "no post has labels: `{column}` is null everywhere; write [] for a post that was judged and has none"
        )
    } else {
        format!("no post has labels: there is no column `{column}` (it has: {known}); name it with --labels")
    };
    Err(EvaluateError::Nothing { path: path.to_owned(), reason })
}

/// Reads posts that need not have labels yet.
///
/// # Errors
/// As [`read_gold`].
pub fn read_unjudged(path: &Path, columns: &GoldColumns) -> Result<Gold, EvaluateError> {
    let options = read::Options { columns: columns.read.clone(), keep: true, ..read::Options::default() };
    let mut gold = Gold::default();
    // An annotation tool's own export, unless the user says where the labels are.
    let exported =
        if columns.labels == GoldColumns::default().labels { import::gold_of(path)? } else { None };
    let mut reader = match exported {
        Some((lines, report)) => {
            let dead = report.dead.iter().map(|letter| format!("{}: {}", letter.origin, letter.reason));
            gold.unreadable.extend(dead);
            let options = read::Options { columns: read::Columns::default(), ..options };
            read::open_stream(Box::new(std::io::Cursor::new(lines)), &path.display().to_string(), &options)?
        }
        None => read::open(&[path.to_owned()], &options)?,
    };
    while let Some(chunk) = reader.next_chunk()? {
        for outcome in chunk.posts() {
            match outcome {
                Ok(post) => gold.posts.push(gold_post(post, columns)?),
                Err(letter) => gold.unreadable.push(format!("{}: {}", letter.origin, letter.reason)),
            }
        }
    }
    gold.sha256 = reader.inputs().first().map(|input| input.sha256.clone()).unwrap_or_default();
    let nothing = |reason: String| Err(EvaluateError::Nothing { path: path.to_owned(), reason });
    if gold.posts.is_empty() {
        return nothing(match gold.unreadable.first() {
            Some(first) => format!("no record is a post; the first: {first}"),
            None => "there is no post in it".to_owned(),
        });
    }
    Ok(gold)
}

fn gold_post(mut post: Post, names: &GoldColumns) -> Result<GoldPost, EvaluateError> {
    let wrong = |what: &str, reason: String| EvaluateError::Record {
        place: post.origin.to_string(),
        reason: format!("column `{what}`: {reason}"),
    };
    let columns: Map<String, Value> = match &post.input {
        Some(raw) => serde_json::from_str(raw.get()).map_err(|error| wrong("input", error.to_string()))?,
        None => Map::new(),
    };
    let list = |name: &str| labels_of(columns.get(name)).map_err(|reason| wrong(name, reason));
    let labels = list(&names.labels)?;
    let contested = list(&names.contested)?.unwrap_or_default();
    let home = match columns.get(&names.home) {
        Some(Value::String(word)) if !word.is_empty() && !word.eq_ignore_ascii_case("unknown") => {
            Some(word.parse().map_err(|reason| wrong(&names.home, reason))?)
        }
        _ => None,
    };
    let stances = stances_of(columns.get("stances")).map_err(|reason| wrong("stances", reason))?;
    let contested_stances =
        stances_of(columns.get("contested_stances")).map_err(|reason| wrong("contested_stances", reason))?;
    post.input = None;
    Ok(GoldPost {
        post,
        home,
        labels,
        contested,
        stances,
        contested_stances: contested_stances.into_iter().map(|(target, _)| target).collect(),
        columns,
    })
}

/// Labels in a list, in JSON within a cell, or parted by commas, semicolons or bars; `None` where there is no cell.
pub(super) fn labels_of(cell: Option<&Value>) -> Result<Option<BTreeSet<String>>, String> {
    let words = match cell {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list
            .iter()
            .map(|item| match item {
                Value::String(label) => Ok(label.clone()),
                other => Err(format!("{other} is no label; a label is text")),
            })
            .collect::<Result<Vec<_>, _>>()?,
        Some(Value::String(text)) if text.trim_start().starts_with('[') => {
            let inner: Value =
                serde_json::from_str(text).map_err(|error| format!("{text:?} is no JSON list: {error}"))?;
            return labels_of(Some(&inner));
        }
        Some(Value::String(text)) => text.split([',', ';', '|']).map(|word| word.trim().to_owned()).collect(),
        Some(other) => return Err(format!("{other} is no list of labels")),
    };
    Ok(Some(words.into_iter().filter(|word| !word.is_empty()).collect()))
}

/// Stances as `[{"target":"PK","stance":"favor"}]`, also within a cell.
fn stances_of(cell: Option<&Value>) -> Result<Vec<(String, Stance)>, String> {
    let list = match cell {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(Vec::new()),
        Some(Value::String(text)) => {
            let inner: Value =
                serde_json::from_str(text).map_err(|error| format!("{text:?} is no JSON list: {error}"))?;
            return stances_of(Some(&inner));
        }
        Some(Value::Array(list)) => list,
        Some(other) => return Err(format!("{other} is no list of stances")),
    };
    list.iter()
        .map(|item| {
            let target = item.get("target").and_then(Value::as_str);
            let stance = item.get("stance").and_then(|stance| serde_json::from_value(stance.clone()).ok());
            match (target, stance) {
                (Some(target), Some(stance)) => Ok((target.to_owned(), stance)),
                _ => Err(format!(
                    "{item} is no stance; write {{\"target\": \"PK\", \"stance\": \"favor\"}} with favor, against or none"
                )),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn labels_are_read_however_they_are_written() {
        for cell in [json!(["a", "b"]), json!("a, b"), json!("b;a"), json!("[\"a\",\"b\"]"), json!("a|b|")] {
            assert_eq!(labels_of(Some(&cell)), Ok(Some(set(&["a", "b"]))), "{cell}");
        }
        assert_eq!(labels_of(Some(&json!(""))), Ok(Some(set(&[]))));
        assert_eq!(labels_of(Some(&json!(null))), Ok(None));
        assert!(labels_of(Some(&json!([1]))).is_err_and(|why| why.contains("1 is no label")));
    }

    #[test]
    fn gold_comes_from_jsonl_and_csv_alike() {
        let folder = tempfile::tempdir().expect("a folder");
        let (lines, table) = (folder.path().join("g.jsonl"), folder.path().join("g.csv"));
        std::fs::write(
            &lines,
            r#"{"id":"1","text":"x","home":"pk","labels":["a"],"contested":["b"],"stances":[{"target":"PK","stance":"favor"}]}"#,
        )
        .expect("written");
        std::fs::write(
            &table,
            "id,text,home,labels,contested,stances\n1,x,PK,a,b,\"[{\"\"target\"\":\"\"PK\"\",\"\"stance\"\":\"\"favor\"\"}]\"\n",
        )
        .expect("written");
        for path in [lines, table] {
            let gold = read_gold(&path, &GoldColumns::default()).expect("gold");
            let post = &gold.posts[0];
            assert_eq!((post.has("a"), post.has("b"), post.has("c")), (Some(true), None, Some(false)));
            assert_eq!(post.home, Some(Home::Country("PK".to_owned())));
            assert_eq!(post.stances, [("PK".to_owned(), Stance::Favor)]);
        }
    }

    #[test]
    fn what_is_no_gold_is_told_with_the_way_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("g.jsonl");
        let told = |text: &str| {
            std::fs::write(&path, text).expect("written");
            read_gold(&path, &GoldColumns::default()).expect_err(text).to_string()
        };
        assert!(
            told(r#"{"id":"1","text":"x","stance":"y"}"#)
                .contains("no column `labels` (it has: stance); name it with --labels")
        );
        assert!(
            told("{\"id\":\"1\",\"text\":\"x\",\"labels\":[]}\n{\"id\":\"2\",\"text\":\"x\",\"labels\":7}")
                .contains(":2: column `labels`: 7 is no list")
        );
        assert!(
            told(r#"{"id":"1","text":"x","labels":[],"home":"Pakistan"}"#)
                .contains("`Pakistan` is not a home")
        );
        assert!(
            told(r#"{"id":"1","text":"x","labels":[],"stances":[{"target":"PK"}]}"#).contains("is no stance")
        );
    }
}
