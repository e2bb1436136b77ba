//! The manifest: what a run read, used and counted, so that it can be repeated and checked.

use std::{collections::BTreeMap, io::Write as _, path::Path};

use serde::{Deserialize, Serialize};

use super::{PartialFile, Totals, WriteError};

/// The manifest's own version; it grows when a field changes its meaning.
pub const MANIFEST_VERSION: u32 = 1;

/// One run, as JSON beside its output. Nothing in it depends on the machine's name or user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`].
    pub manifest: u32,
    /// The version of stancemark that ran.
    pub stancemark: String,
    /// When the run began, RFC 3339 UTC.
    #[serde(with = "rfc3339")]
    pub started: jiff::Timestamp,
    /// When it ended, RFC 3339 UTC.
    #[serde(with = "rfc3339")]
    pub finished: jiff::Timestamp,
    /// Every input in the order read.
    pub inputs: Vec<InputFile>,
    /// The codebook.
    pub codebook: CodebookUsed,
    /// The model; `null` when only rules decided.
    pub model: Option<ModelUsed>,
    /// How scores became labels: thresholds, weights and where they came from.
    pub decide: serde_json::Value,
    /// Every setting as the user gave it, and the defaults of those not given.
    pub settings: serde_json::Value,
    /// What came in and what became of it.
    pub counts: Counts,
    /// Posts by label, target and language.
    pub totals: serde_json::Value,
    /// Time per step, in the order of the way of a post.
    pub steps: Vec<StepTime>,
    /// Seconds from start to finish.
    pub wall_seconds: f64,
    /// Worker threads.
    pub threads: usize,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// The path as given, or `stdin`.
    pub path: String,
    /// Size in bytes, as stored (before decompression).
    pub bytes: u64,
    /// SHA-256 of the bytes as stored, in hex; `null` when it was not taken.
    pub sha256: Option<String>,
    /// The format that was recognised, such as `jsonl`.
    pub format: String,
    /// `gzip`, `zstd` …; `null` when plain.
    pub compression: Option<String>,
}

/// The codebook of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodebookUsed {
    /// Its name.
    pub name: String,
    /// Its version, as its author counts.
    pub version: String,
    /// SHA-256 in hex, over the file and everything that it includes.
    pub sha256: String,
}

/// The model of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUsed {
    /// Its name: the folder's.
    pub name: String,
    /// SHA-256 in hex of each file, by file name.
    pub sha256: BTreeMap<String, String>,
}

/// Time of one step, summed over threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepTime {
    /// `read`, `detect`, `normalize` …
    pub step: String,
    /// Seconds spent in the step, added up over threads: it can exceed the run's own.
    pub wall_seconds: f64,
}

/// Where every record went. `records = labelled + abstained + dead_lettered`, always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records read.
    pub records: u64,
    /// Posts with status `labelled`.
    pub labelled: u64,
    /// Posts with status `abstained`.
    pub abstained: u64,
    /// Records in the dead-letter file.
    pub dead_lettered: u64,
    /// Dead letters by the step that gave up.
    pub dead_lettered_by_step: BTreeMap<String, u64>,
    /// Posts whose id an earlier post had already; they are tagged all the same.
    pub duplicate_ids: u64,
    /// Posts whose time could not be read; they are tagged all the same, without a time.
    pub unreadable_times: u64,
    /// Anything else worth a number, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, u64>,
    /// The sum, spelt out; filled in by [`Manifest::write`].
    #[serde(default)]
    pub sum: String,
}

impl Counts {
    /// Counts from what *read* handed out and what the workers counted.
    pub fn of(records: u64, totals: &Totals) -> Self {
        let by_step = totals.dead_letters.iter().map(|(step, letters)| (step.to_string(), *letters));
        Self {
            records,
            labelled: totals.labelled,
            abstained: totals.abstained,
            dead_lettered: totals.dead_lettered(),
            dead_lettered_by_step: by_step.collect(),
            ..Self::default()
        }
    }

    /// Checks that no record was lost and none was counted twice.
    ///
    /// # Errors
    /// [`WriteError::Accounting`].
    pub fn check(&self) -> Result<(), WriteError> {
        let sum = self.labelled + self.abstained + self.dead_lettered;
        let steps: u64 = self.dead_lettered_by_step.values().sum();
        if sum == self.records && steps == self.dead_lettered {
            return Ok(());
        }
        Err(WriteError::Accounting {
            records: self.records,
            labelled: self.labelled,
            abstained: self.abstained,
            dead_lettered: self.dead_lettered,
            sum,
        })
    }
}

impl Manifest {
    /// Writes the manifest, the last file of a run; its presence says that the others are whole.
    ///
    /// # Errors
    /// [`WriteError::Accounting`] when the sum does not come out: then nothing is written.
    pub fn write(&mut self, path: &Path) -> Result<(), WriteError> {
        self.counts.check()?;
        self.counts.sum = format!(
            "{} records = {} labelled + {} abstained + {} dead-lettered",
            self.counts.records, self.counts.labelled, self.counts.abstained, self.counts.dead_lettered
        );
        let mut json =
            serde_json::to_vec_pretty(self).map_err(|error| WriteError::io("write", path, error.into()))?;
        json.push(b'\n');
        let mut file = PartialFile::create(path)?;
        file.write_all(&json).map_err(|error| WriteError::io("write", path, error))?;
        file.finish().map(|_| ())
    }
}

/// Times as text; jiff's own serde support is a feature that nothing else here needs.
mod rfc3339 {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(time: &jiff::Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<jiff::Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            manifest: MANIFEST_VERSION,
            stancemark: "0.1.0".to_owned(),
            started: "2019-04-01T12:16:00Z".parse().expect("time"),
            finished: "2019-04-01T12:43:00Z".parse().expect("time"),
            inputs: vec![InputFile {
                path: "posts.jsonl.gz".to_owned(),
                bytes: 17,
                sha256: None,
                format: "jsonl".to_owned(),
                compression: Some("gzip".to_owned()),
            }],
            codebook: CodebookUsed {
                name: "iamispr".to_owned(),
                version: "1".to_owned(),
                sha256: "00".repeat(32),
            },
            model: None,
            decide: serde_json::json!({"threshold": 0.5}),
            settings: serde_json::json!({"keep": false}),
            counts: Counts {
                records: 10,
                labelled: 7,
                abstained: 2,
                dead_lettered: 1,
                dead_lettered_by_step: [("read".to_owned(), 1)].into(),
                ..Counts::default()
            },
            totals: serde_json::Value::Null,
            steps: vec![StepTime { step: "read".to_owned(), wall_seconds: 0.5 }],
            wall_seconds: 1620.0,
            threads: 2,
        }
    }

    #[test]
    fn a_manifest_comes_back_with_its_sum_shown() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("tags.jsonl.manifest.json");
        let mut written = manifest();
        written.write(&path).expect("write");
        let text = std::fs::read_to_string(&path).expect("read");
        assert!(text.contains("\"10 records = 7 labelled + 2 abstained + 1 dead-lettered\""), "{text}");
        assert_eq!(serde_json::from_str::<Manifest>(&text).expect("JSON"), written);
    }

    #[test]
    fn a_sum_that_does_not_come_out_is_an_error_and_no_file() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("m.json");
        let mut lost = manifest();
        lost.counts.labelled -= 1;
        assert!(matches!(lost.write(&path), Err(WriteError::Accounting { records: 10, sum: 9, .. })));
        let mut unexplained = manifest();
        unexplained.counts.dead_lettered_by_step.clear();
        assert!(matches!(unexplained.write(&path), Err(WriteError::Accounting { .. })));
        assert!(!path.exists());
    }
}
