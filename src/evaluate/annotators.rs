//! How far annotators agree, label by label.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Columns, EvaluateError, Gold,
    gold::labels_of,
    metrics::{Agreement, Ratings, Scale},
    suspicious,
};

/// Annotators' labels, or their numbers on a scale.
#[derive(Debug, Default)]
pub struct AnnotatorTable {
    annotators: Vec<String>,
    /// Per label (or the scale as a whole): units × annotators.
    ratings: Vec<(String, Vec<Vec<Option<f64>>>)>,
    numeric: bool,
}

impl AnnotatorTable {
    /// Reads the annotators' columns. Where every value is a number, they are ratings on a scale; else lists of labels.
    ///
    /// # Errors
    /// Where a column is missing or holds something else.
    pub fn new(gold: &Gold, annotators: &[String], labels: &[String]) -> Result<Self, EvaluateError> {
        if annotators.is_empty() {
            return Ok(Self::default());
        }
        for name in annotators {
            if gold.posts.iter().all(|post| !post.columns.contains_key(name)) {
                let reason = format!("there is no column `{name}`; --annotators names columns of the gold");
                return Err(EvaluateError::Record {
                    place: gold.posts[0].post.origin.file.to_string(),
                    reason,
                });
            }
        }
        let number = |value: &Value| match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let empty =
            |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        let cells =
            || gold.posts.iter().flat_map(|post| annotators.iter().filter_map(|name| post.columns.get(name)));
        let numeric = cells().any(|cell| number(cell).is_some())
            && cells().all(|cell| number(cell).is_some() || empty(cell));
        if numeric {
            let unit = |post: &super::GoldPost| {
                annotators.iter().map(|name| post.columns.get(name).and_then(number)).collect()
            };
            let ratings = vec![("scale".to_owned(), gold.posts.iter().map(unit).collect())];
            return Ok(Self { annotators: annotators.to_vec(), ratings, numeric });
        }
        let mut rated: Vec<Vec<Option<BTreeSet<String>>>> = Vec::new();
        for post in &gold.posts {
            let read = |name: &String| {
                labels_of(post.columns.get(name)).map_err(|reason| EvaluateError::Record {
                    place: post.post.origin.to_string(),
                    reason: format!("column `{name}`: {reason}"),
                })
            };
            rated.push(annotators.iter().map(read).collect::<Result<_, _>>()?);
        }
        let of_label = |label: &String| {
            let unit = |unit: &Vec<Option<BTreeSet<String>>>| {
                unit.iter().map(|set| set.as_ref().map(|set| f64::from(set.contains(label)))).collect()
            };
            (label.clone(), rated.iter().map(unit).collect())
        };
        Ok(Self { annotators: annotators.to_vec(), ratings: labels.iter().map(of_label).collect(), numeric })
    }

    fn coefficients(&self, units: &[Vec<Option<f64>>]) -> Vec<(&'static str, f64)> {
        let ratings = Ratings::new(units);
        let value = |agreement: Agreement| agreement.value;
        let mut all = vec![
            ("units", ratings.rated_twice() as f64),
            ("observed", ratings.fleiss().observed),
            ("krippendorff", ratings.krippendorff(Scale::Nominal)),
        ];
        if self.numeric {
            all.push(("krippendorff_ordinal", ratings.krippendorff(Scale::Ordinal)));
            all.push(("krippendorff_interval", ratings.krippendorff(Scale::Interval)));
        }
        all.push(("fleiss", value(ratings.fleiss())));
        all.push(("gwet_ac1", value(ratings.gwet())));
        if self.annotators.len() == 2 {
            all.push(("cohen", value(ratings.cohen())));
        }
        all
    }

    /// Sentences on pairs that agree too well.
    pub fn suspicions(&self) -> Vec<String> {
        let mut told = Vec::new();
        for a in 0..self.annotators.len() {
            for b in a + 1..self.annotators.len() {
                let both: Vec<bool> = (self.ratings.iter().flat_map(|(_, units)| units))
                    .filter_map(|unit| Some(unit[a]?.total_cmp(&unit[b]?).is_eq()))
                    .collect();
                let same = both.iter().filter(|same| **same).count() as f64 / both.len().max(1) as f64;
                told.extend(suspicious(&self.annotators[a], &self.annotators[b], same, both.len()));
            }
        }
        told
    }

    /// The table; empty without annotators.
    pub fn to_text(&self) -> String {
        let Some((_, first)) = self.ratings.first() else { return String::new() };
        let names = self.coefficients(first).into_iter().map(|(name, _)| name);
        let mut table = Columns::new(["label"].into_iter().chain(names));
        for (label, units) in &self.ratings {
            let cells = self.coefficients(units).into_iter().map(|(name, value)| match name {
                "units" => format!("{value:.0}"),
                _ if value.is_nan() => "–".to_owned(),
                _ => format!("{value:.3}"),
            });
            table.row([label.clone()].into_iter().chain(cells));
        }
        format!("\nAgreement of {}\n{}", self.annotators.join(", "), table.render())
    }

    /// Coefficients by label; null without annotators.
    pub fn to_json(&self) -> Value {
        if self.ratings.is_empty() {
            return Value::Null;
        }
        let of_label = |(label, units): &(String, Vec<Vec<Option<f64>>>)| {
            let values =
                self.coefficients(units).into_iter().map(|(name, value)| (name.to_owned(), json!(value)));
            (label.clone(), Value::Object(values.collect()))
        };
        Value::Object(self.ratings.iter().map(of_label).collect())
    }
}
