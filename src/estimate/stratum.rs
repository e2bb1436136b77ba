//! The strata that an audit is drawn from: told from a tagged post alone, so that the same post is always in the same.

use super::Row;

/// Where the scores of a given tag are parted.
const GIVEN: [f64; 2] = [0.7, 0.9];

/// Where the highest score of a label not given is parted.
const NOT_GIVEN: [f64; 2] = [0.05, 0.2];

/// The chance that a post without a tag should have one, where the file does not tell: an assumption that only moves how
/// many posts are drawn from where, never an estimate.
const MISSED: f64 = 0.05;

/// What a post without tags counts under.
const NONE: &str = "(none)";

/// What a post without tags counts under, where something was not decided.
const ABSTAINED: &str = "(abstained)";

/// Where a post belongs: the label of its least sure tag, and that tag's score in three parts. Posts without a tag are one
/// stratum, or three by the highest score of a label that was not given, where the file has such scores; and those of them
/// on which the tagger abstained one more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stratum {
    /// The label, `(none)` or `(abstained)`.
    pub lead: String,
    /// Which part of the scores, from the lowest; 0 where there are none.
    pub part: u8,
    /// Whether a tag was given.
    pub given: bool,
    /// Whether scores part it.
    pub scored: bool,
}

impl Stratum {
    /// The stratum of a post.
    pub fn of(row: &Row) -> Self {
        let part = |score: f64, edges: [f64; 2]| edges.iter().filter(|&&edge| score >= edge).count() as u8;
        let none = |lead: &str, part, scored| Self { lead: lead.to_owned(), part, given: false, scored };
        match row.least_sure() {
            Some(tag) => {
                Self { lead: tag.label.clone(), part: part(tag.score, GIVEN), given: true, scored: true }
            }
            None if !row.abstained.is_empty() => none(ABSTAINED, 0, false),
            None => match row.scores.values().copied().max_by(f64::total_cmp) {
                Some(score) => none(NONE, part(score, NOT_GIVEN), true),
                None => none(NONE, 0, false),
            },
        }
    }

    /// Its name in files: `support 0.7-0.9`.
    pub fn name(&self) -> String {
        if !self.scored {
            return self.lead.clone();
        }
        let edges = if self.given { GIVEN } else { NOT_GIVEN };
        let low = if self.part == 0 { 0.0 } else { edges[usize::from(self.part) - 1] };
        let high = edges.get(usize::from(self.part)).copied().unwrap_or(1.0);
        format!("{} {low}-{high}", self.lead)
    }
}

/// How unsure a post's labels are: the variance p·(1 − p) of its least sure one.
pub(super) fn doubt(row: &Row) -> f64 {
    let variance = |p: f64| p * (1.0 - p);
    match row.least_sure() {
        Some(tag) => variance(tag.score),
        None if !row.abstained.is_empty() => 0.25,
        None => variance(row.scores.values().copied().max_by(f64::total_cmp).unwrap_or(MISSED)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::evaluate::Given;

    /// A post with tags of these labels and scores.
    pub fn row(id: &str, tags: &[(&str, f64)]) -> Row {
        let given = |&(label, score): &(&str, f64)| Given {
            label: label.to_owned(),
            target: "t".to_owned(),
            stance: None,
            score,
            evidence: Vec::new(),
            by: Vec::new(),
        };
        Row {
            id: id.to_owned(),
            time: None,
            lang: "en".to_owned(),
            hashtags: Vec::new(),
            tags: tags.iter().map(given).collect(),
            claims: Vec::new(),
            status: "labelled".to_owned(),
            abstained: Vec::new(),
            scores: BTreeMap::new(),
            text: Some(format!("text of {id}")),
        }
    }

    #[test]
    fn a_post_is_where_it_is_least_sure() {
        let name = |row: &Row| Stratum::of(row).name();
        assert_eq!(name(&row("1", &[("support", 0.95), ("country_target", 0.7)])), "country_target 0.7-0.9");
        assert_eq!(name(&row("1", &[("support", 1.0)])), "support 0.9-1");
        assert_eq!(name(&row("1", &[("support", 0.69)])), "support 0-0.7");
        let mut none = row("1", &[]);
        assert_eq!(name(&none), "(none)");
        none.scores = [("support".to_owned(), 0.12), ("x".to_owned(), 0.01)].into();
        assert_eq!(name(&none), "(none) 0.05-0.2");
        none.abstained.push("support".to_owned());
        assert_eq!(name(&none), "(abstained)");
        assert!(doubt(&none) > doubt(&row("1", &[("support", 0.8)])));
    }
}
