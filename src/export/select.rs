//! Which posts people shall look at.
//!
//! All methods see the posts once, as they come, and hold those that they may draw. The seed alone decides among equals:
//! the same posts are drawn in whatever order they come, but for `diverse`, which keeps the first of each text.

use std::{collections::BinaryHeap, str::FromStr};

use super::{Document, Drawn};
use crate::{
    duplicates::{Duplicates, Item, Originality, Settings},
    estimate::{Allocation, Drawing, Row, Sample, rank},
    evaluate::Given,
};

/// Different texts remembered by `diverse`, about 1 KiB each.
const REMEMBERED: usize = 200_000;

/// How posts are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Every post has the same chance. Good for estimates.
    Random,
    /// At random, more from where the tags are unsure (strata and allocation of `audit draw`). Best for estimates.
    Stratified,
    /// Those that the tagger is least sure of. Best for learning; not for estimates.
    Uncertain,
    /// Those where rules and model part: tags that rules alone give though a model read the post, then tags that the
    /// model alone gives; the least sure first.
    Disagreement,
    /// At random, but of near-copies only the first.
    Diverse,
}

impl Method {
    /// All, with what each is good for.
    pub const ALL: [Method; 5] =
        [Method::Random, Method::Stratified, Method::Uncertain, Method::Disagreement, Method::Diverse];

    /// The word of `--sample`.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Random => "random",
            Method::Stratified => "stratified",
            Method::Uncertain => "uncertain",
            Method::Disagreement => "disagreement",
            Method::Diverse => "diverse",
        }
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Method::ALL.into_iter().find(|method| method.as_str() == word).ok_or_else(|| {
            format!("there is no method {word:?}: use {}", Method::ALL.map(Method::as_str).join(", "))
        })
    }
}

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// How.
    pub method: Method,
    /// Posts wanted.
    pub size: usize,
    /// The seed.
    pub seed: u64,
}

/// Posts being drawn.
pub(super) struct Selector {
    pick: Pick,
    held: Held,
}

enum Held {
    Drawing(Box<Drawing<Document>>),
    Best { kept: BinaryHeap<Keyed>, read_by_model: bool, seen: Option<Box<Duplicates>> },
}

/// A post with its place in the order: the lowest are drawn.
struct Keyed {
    key: (u64, u64),
    document: Document,
}

impl PartialEq for Keyed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Keyed {}

impl PartialOrd for Keyed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Keyed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.key, &self.document.id).cmp(&(other.key, &other.document.id))
    }
}

impl Selector {
    pub fn new(pick: Pick) -> Self {
        let drawing = |allocation| {
            Held::Drawing(Box::new(Drawing::new(Sample { allocation, ..Sample::new(pick.size, pick.seed) })))
        };
        let seen = || Box::new(Duplicates::new(Settings { remember: REMEMBERED, ..Settings::default() }));
        let best = |seen| Held::Best { kept: BinaryHeap::new(), read_by_model: false, seen };
        let held = match pick.method {
            Method::Random => drawing(Allocation::Simple),
            Method::Stratified => drawing(Allocation::Neyman),
            Method::Uncertain | Method::Disagreement => best(None),
            Method::Diverse => best(Some(seen())),
        };
        Self { pick, held }
    }

    /// The next post.
    pub fn offer(&mut self, document: Document) {
        let Pick { method, size, seed } = self.pick;
        match &mut self.held {
            Held::Drawing(drawing) => {
                let row = row(&document);
                drawing.add(&row, || document);
            }
            Held::Best { kept, read_by_model, seen } => {
                let by_model = |by: &String| by.starts_with("model:");
                *read_by_model |= document.labels.iter().any(|label| label.by.iter().any(by_model));
                let first = match method {
                    Method::Uncertain => parts(document.certainty()),
                    Method::Disagreement => match disagreement(&document) {
                        Some(part) => part,
                        None => return,
                    },
                    _ => 0,
                };
                if let Some(seen) = seen {
                    let item = Item {
                        id: &document.id,
                        text: &document.text,
                        time: None,
                        author: None,
                        is_repost: false,
                    };
                    let read = seen.fingerprinter().read(&item);
                    if !matches!(seen.add(read), Originality::Original | Originality::NoText) {
                        return;
                    }
                }
                let keyed = Keyed { key: (first, rank(seed, &document.id)), document };
                if kept.len() < size {
                    kept.push(keyed);
                } else if kept.peek().is_some_and(|last| keyed < *last) {
                    kept.pop();
                    kept.push(keyed);
                }
            }
        }
    }

    /// The posts drawn, in an order that tells nothing of why.
    ///
    /// # Errors
    /// Where the method cannot be used on these tags.
    pub fn finish(self) -> Result<Vec<Document>, String> {
        let Pick { method, seed, .. } = self.pick;
        let by = method.as_str();
        match self.held {
            Held::Drawing(drawing) => {
                let (picked, ..) = drawing.finish();
                let drawn = picked.into_iter().map(|picked| Document {
                    drawn: Some(Drawn {
                        by,
                        weight: Some(picked.weight),
                        stratum: Some(picked.stratum),
                        stratum_posts: Some(picked.stratum_posts),
                    }),
                    ..picked.item
                });
                Ok(drawn.collect())
            }
            Held::Best { read_by_model: false, .. } if method == Method::Disagreement => Err(
                "no tag names a model, so that rules and model cannot part: tag with a model, or take another --sample"
                    .to_owned(),
            ),
            Held::Best { kept, .. } => {
                let mut drawn: Vec<Document> = kept.into_iter().map(|keyed| keyed.document).collect();
                drawn.sort_by_cached_key(|document| rank(seed.wrapping_add(1), &document.id));
                for document in &mut drawn {
                    document.drawn = Some(Drawn { by, weight: None, stratum: None, stratum_posts: None });
                }
                Ok(drawn)
            }
        }
    }
}

/// A score as a number that sorts as it does.
fn parts(score: f64) -> u64 {
    (score.clamp(0.0, 1.0) * 1e6).round() as u64
}

/// Where a post stands among those on which rules and model part: first what rules alone say, the least sure first;
/// `None` where both say the same.
fn disagreement(document: &Document) -> Option<u64> {
    let alone = |kind: &str| {
        let one_sided = document
            .labels
            .iter()
            .filter(|label| !label.by.is_empty() && label.by.iter().all(|by| by.starts_with(kind)));
        one_sided.map(|label| parts(label.score)).min()
    };
    alone("rule:").or_else(|| Some(alone("model:")? + 10_000_000))
}

/// What strata look at.
fn row(document: &Document) -> Row {
    let given = |label: &super::DocLabel| Given {
        label: label.label.clone(),
        target: label.target.clone(),
        stance: label.stance,
        score: label.score,
        evidence: Vec::new(),
        by: Vec::new(),
    };
    Row {
        id: document.id.clone(),
        time: None,
        lang: document.lang.clone(),
        hashtags: Vec::new(),
        tags: document.labels.iter().map(given).collect(),
        claims: Vec::new(),
        status: String::new(),
        abstained: document.abstained.clone(),
        scores: std::collections::BTreeMap::new(),
        text: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{export::DocLabel, post::Post};

    fn document(id: usize, text: &str, labels: &[(f64, &[&str])]) -> Document {
        let label = |(score, by): &(f64, &[&str])| DocLabel {
            label: "support".to_owned(),
            target: "ispr".to_owned(),
            stance: None,
            score: *score,
            by: by.iter().map(|&by| by.to_owned()).collect(),
        };
        Document {
            id: format!("{id:03}"),
            text: text.to_owned(),
            lang: "en".to_owned(),
            labels: labels.iter().map(label).collect(),
            abstained: Vec::new(),
            spans: Vec::new(),
            meta: serde_json::Map::new(),
            drawn: None,
            repairs: Vec::new(),
            origin: Post::new("1", "").origin,
        }
    }

    fn drawn(method: Method, size: usize, documents: &[Document]) -> Vec<Document> {
        let mut selector = Selector::new(Pick { method, size, seed: 1 });
        for document in documents {
            selector.offer(document.clone());
        }
        selector.finish().expect("drawn")
    }

    fn ids(mut documents: Vec<Document>) -> Vec<String> {
        documents.sort_by(|a, b| a.id.cmp(&b.id));
        documents.into_iter().map(|document| document.id).collect()
    }

    #[test]
    fn the_unsure_and_the_contradictory_come_first() {
        let both: &[&str] = &["model:stance", "rule:r"];
        let all = [
            document(0, "a", &[(0.9, both)]),
            document(1, "b", &[(0.55, both)]),
            document(2, "c", &[(0.7, &["rule:r"])]),
            document(3, "d", &[(0.6, &["model:stance"])]),
            document(4, "e", &[]),
            document(5, "f", &[(0.95, &["rule:r"]), (0.99, both)]),
        ];
        assert_eq!(ids(drawn(Method::Uncertain, 2, &all)), ["001", "003"]);
        assert_eq!(ids(drawn(Method::Disagreement, 2, &all)), ["002", "005"], "rules alone first");
        assert_eq!(ids(drawn(Method::Disagreement, 9, &all)), ["002", "003", "005"]);
        let mut selector = Selector::new(Pick { method: Method::Disagreement, size: 1, seed: 1 });
        selector.offer(all[2].clone());
        assert!(selector.finish().expect_err("no model").contains("no tag names a model"));
    }

    #[test]
    fn copies_are_drawn_once_and_random_weights_add_up() {
        let copy = "Long live our soldiers, the nation stands with you tonight";
        let all: Vec<Document> = (0..100)
            .map(|at| {
                let own = format!("post {at} about {} and nothing else at all {}", at * 7919, at * 104_729);
                document(at, if at % 2 == 0 { copy } else { &own }, &[(0.5 + at as f64 / 250.0, &["rule:r"])])
            })
            .collect();
        let diverse = drawn(Method::Diverse, 60, &all);
        assert_eq!(diverse.iter().filter(|document| document.text == copy).count(), 1);
        for method in [Method::Random, Method::Stratified] {
            let mut back = all.clone();
            back.reverse();
            let sample = drawn(method, 20, &all);
            assert_eq!(sample, drawn(method, 20, &back), "any order");
            let sum: f64 = sample.iter().filter_map(|document| document.drawn.as_ref()?.weight).sum();
            assert!((sum - 100.0).abs() < 1e-9, "{sum}");
        }
    }
}
