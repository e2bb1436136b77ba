//! The evaluation: gold and tags in, every figure with its interval out.

use std::collections::{BTreeMap, HashMap};

use super::{
    GoldPost, Predicted,
    bootstrap::{Clusters, draws, middle},
    figures::{KEPT, NO_SCORE, Pairs, Scores, Table},
    metrics::Bin,
    outcome::{Cell, Decision, Rows, on_grid},
    slices::Slices,
};
use crate::{
    codebook::{Codebook, Home, Kind},
    post::Stance,
};

/// How to evaluate.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The labels scored.
    pub labels: Vec<String>,
    /// The probability from which each is given; tells how sure a decision is.
    pub thresholds: Vec<f64>,
    /// Columns to slice by, besides the usual dimensions.
    pub by: Vec<String>,
    /// Draws of the bootstrap; 0 for no intervals.
    pub rounds: usize,
    /// Seed of the draws.
    pub seed: u64,
}

/// A figure with its 95 % interval; NaN where it has none.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Where it belongs: `labels`, `support`, `f1`.
    pub path: Vec<String>,
    /// On all posts.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A wrong decision.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// The post's index among those evaluated.
    pub post: usize,
    /// The label.
    pub label: String,
    /// Whether the gold has it: then it was missed, else it was given wrongly.
    pub missed: bool,
    /// The probability given to what is wrong, 0–1; 1 where the file does not tell.
    pub sureness: f64,
}

/// A combination of labels in the gold, one that was given, and in how many posts.
pub type SetPair = (Vec<String>, Vec<String>, u64);

/// What came out.
#[derive(Debug)]
pub struct Evaluation {
    /// The labels scored.
    pub labels: Vec<String>,
    /// Posts evaluated.
    pub posts: usize,
    /// Clusters of near duplicates among them.
    pub clusters: usize,
    /// Draws of the bootstrap.
    pub rounds: usize,
    /// Which scores were known.
    pub scores: Scores,
    /// Posts whose label is contested, by label: not scored.
    pub contested: Vec<usize>,
    /// Every figure.
    pub figures: Vec<Figure>,
    /// Reliability by label, and of all labels together at the end.
    pub reliability: Vec<Vec<Bin>>,
    /// Precision and recall by threshold, by label; empty without scores of all labels.
    pub curves: Vec<Vec<super::metrics::PrPoint>>,
    /// Sets of labels, commonest first; posts with a contested label are left out.
    pub confusion: Vec<SetPair>,
    /// Wrong decisions, surest first.
    pub wrong: Vec<Wrong>,
}

impl Evaluation {
    /// A figure by its path.
    pub fn figure(&self, path: &[&str]) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.path.iter().map(String::as_str).eq(path.iter().copied()))
    }

    /// A figure's value; NaN where there is none.
    pub fn value(&self, path: &[&str]) -> f64 {
        self.figure(path).map_or(f64::NAN, |figure| figure.value)
    }

    /// All figures as a tree of `{"value", "low", "high"}`; what has no value is null.
    pub fn to_json(&self) -> serde_json::Value {
        let mut tree = serde_json::json!({
            "posts": self.posts,
            "clusters": self.clusters,
            "bootstrap_rounds": self.rounds,
            "scores": if self.scores == Scores::All { "all" } else { "given" },
            "contested": self.labels.iter().cloned().zip(self.contested.iter().copied()).collect::<BTreeMap<_, _>>(),
            "reliability": self.labels.iter().map(String::as_str).chain(["(all)"]).zip(&self.reliability).map(|(label, bins)| {
                let bins: Vec<_> = bins.iter().map(|bin| serde_json::json!({
                    "count": bin.count, "mean_score": bin.mean_score(), "rate": bin.rate(),
                })).collect();
                (label.to_owned(), serde_json::json!(bins))
            }).collect::<serde_json::Map<_, _>>(),
            "confusion": self.confusion.iter().map(|(gold, given, posts)| serde_json::json!({
                "gold": gold, "given": given, "posts": posts,
            })).collect::<Vec<_>>(),
        });
        for figure in &self.figures {
            let leaf = serde_json::json!({"value": figure.value, "low": figure.low, "high": figure.high});
            let place = figure.path.iter().fold(&mut tree, |place, part| {
                if place.is_null() {
                    *place = serde_json::json!({});
                }
                &mut place[part.as_str()]
            });
            *place = leaf;
        }
        tree
    }
}

/// Targets as the gold names them, from a tagger's ids.
#[derive(Debug, Clone, Default)]
pub struct TargetCodes {
    codes: HashMap<String, String>,
    /// Codes and stances that some label stands for, by home.
    covered: HashMap<Option<Home>, Vec<(String, Stance)>>,
}

impl TargetCodes {
    /// Of the codebook, at each of these homes. `load` gives it at a home.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub fn new<E>(
        homes: impl IntoIterator<Item = Option<Home>>,
        load: impl Fn(Option<Home>) -> Result<Codebook, E>,
    ) -> Result<Self, E> {
        let mut all = Self::default();
        for home in homes {
            if all.covered.contains_key(&home) {
                continue;
            }
            let codebook = load(home.clone())?;
            let mut covered = Vec::new();
            for target in &codebook.targets {
                let code = match (target.kind, &target.country) {
                    (Kind::Platform, _) => format!("P:{}", target.id),
                    (_, Some(country)) => country.clone(),
                    _ => target.id.to_string(),
                };
                covered.extend(
                    codebook
                        .labels
                        .iter()
                        .filter(|label| label.covers(target))
                        .map(|label| (code.clone(), label.stance)),
                );
                all.codes.insert(target.id.to_string(), code);
            }
            all.covered.insert(home, covered);
        }
        Ok(all)
    }

    /// The gold's word for a target: an ISO code, `P:platform`, else the id itself.
    pub fn code<'a>(&'a self, target: &'a str) -> &'a str {
        self.codes.get(target).map_or(target, String::as_str)
    }

    fn pairs(&self, posts: &[&GoldPost], predicted: &[&Predicted]) -> Pairs {
        let mut index: BTreeMap<String, u16> = BTreeMap::new();
        let mut out = Pairs::default();
        let name = |target: &str, stance: Stance| format!("{target} {stance}");
        let mut all: Vec<Vec<(String, u8)>> = Vec::with_capacity(posts.len());
        for (post, tags) in posts.iter().zip(predicted) {
            // Gold of labels alone says nothing of targets.
            if post.stances.is_empty() && !post.columns.contains_key("stances") {
                all.push(Vec::new());
                continue;
            }
            let scored = |target: &str, stance: Stance| {
                let known = self.covered.get(&post.home).is_none_or(|covered| {
                    covered.iter().any(|(code, covered)| code == target && *covered == stance)
                });
                known && stance != Stance::None && !post.contested_stances.contains(target)
            };
            let gold: Vec<String> = post
                .stances
                .iter()
                .filter(|(target, stance)| scored(target, *stance))
                .map(|(target, stance)| name(target, *stance))
                .collect();
            let mut given: Vec<String> = tags
                .tags
                .iter()
                .filter_map(|tag| Some((self.code(&tag.target), tag.stance?)))
                .filter(|(target, stance)| scored(target, *stance))
                .map(|(target, stance)| name(target, stance))
                .collect();
            given.sort();
            given.dedup();
            let found = given.iter().map(|pair| (pair.clone(), u8::from(!gold.contains(pair))));
            let missed = gold.iter().filter(|pair| !given.contains(pair)).map(|pair| (pair.clone(), 2));
            all.push(found.chain(missed).collect());
        }
        if posts.iter().all(|post| post.stances.is_empty()) {
            return Pairs { names: Vec::new(), of_post: vec![Vec::new(); posts.len()] };
        }
        for (pair, _) in all.iter().flatten() {
            index.entry(pair.clone()).or_default();
        }
        for (at, place) in index.values_mut().enumerate() {
            *place = at as u16;
        }
        out.of_post = all
            .into_iter()
            .map(|pairs| pairs.into_iter().map(|(pair, cell)| (index[&pair], cell)).collect())
            .collect();
        out.names = index.into_keys().collect();
        out
    }
}

/// Evaluates. `posts` and `predicted` go together; `clusters` are the posts' clusters of near duplicates.
pub fn evaluate(
    posts: &[&GoldPost],
    predicted: &[&Predicted],
    clusters: &[u32],
    codes: &TargetCodes,
    settings: &Settings,
) -> Evaluation {
    let table = table(posts, predicted, codes, settings);
    let tally = table.all();
    let mut figures = Vec::new();
    table.figures(&tally, |path, value| {
        let path = path.iter().map(|&part| part.to_owned()).collect();
        figures.push(Figure { path, value, low: f64::NAN, high: f64::NAN });
    });
    let grouped = Clusters::new(clusters);
    for (figure, (low, high)) in figures.iter_mut().zip(middle(&redraw(&table, &grouped, settings))) {
        (figure.low, figure.high) = (low, high);
    }
    let labels = table.labels.len();
    let scored = |label: usize| -> Vec<(f64, bool)> {
        let score =
            |post: usize| f64::from(table.scores[post * labels + label]) / super::outcome::GRID as f64;
        let gold = |post: usize| posts[post].has(&table.labels[label]);
        (0..posts.len()).filter_map(|post| Some((score(post), gold(post)?))).collect()
    };
    Evaluation {
        posts: posts.len(),
        clusters: grouped.count(),
        rounds: settings.rounds,
        scores: table.known,
        contested: (table.labels.iter())
            .map(|label| posts.iter().filter(|post| post.contested.contains(label)).count())
            .collect(),
        reliability: (0..labels).map(Some).chain([None]).map(|label| table.bins(&tally, label)).collect(),
        curves: match table.known {
            Scores::All => (0..labels).map(|label| super::metrics::pr_curve(&scored(label))).collect(),
            Scores::Given => Vec::new(),
        },
        confusion: confusion(&table),
        wrong: wrong(&table),
        figures,
        labels: table.labels,
    }
}

/// The figures of every draw.
pub(super) fn redraw(table: &Table, clusters: &Clusters, settings: &Settings) -> Vec<Vec<f64>> {
    draws(
        clusters,
        settings.rounds,
        settings.seed,
        || table.tally(),
        |tally, post, times| table.add(tally, post, times),
        |tally| {
            let mut values = Vec::new();
            table.figures(tally, |_, value| values.push(value));
            Table::clear(tally);
            values
        },
    )
}

pub(super) fn table(
    posts: &[&GoldPost],
    predicted: &[&Predicted],
    codes: &TargetCodes,
    settings: &Settings,
) -> Table {
    let labels = settings.labels.clone();
    let rows =
        Rows::new(posts.iter().zip(predicted).map(|(post, tags)| {
            labels.iter().map(|label| Cell::new(label, post.has(label), tags)).collect()
        }));
    let all = predicted.iter().all(|tags| labels.iter().all(|label| tags.scores.contains_key(label)));
    let score = |tags: &Predicted, label: &String| {
        let told = if all { tags.scores.get(label).copied() } else { tags.best(label).map(|tag| tag.score) };
        told.map_or(NO_SCORE, on_grid)
    };
    let scores: Vec<u16> =
        predicted.iter().flat_map(|tags| labels.iter().map(|label| score(tags, label))).collect();
    let known = if all { Scores::All } else { Scores::Given };
    let mut table = Table {
        slices: Slices::new(posts, predicted, &settings.by),
        pairs: codes.pairs(posts, predicted),
        present: Vec::new(),
        step: Vec::new(),
        labels,
        rows,
        scores,
        known,
    };
    table.find_present();
    if known == Scores::All {
        table.step = steps(&table, &settings.thresholds);
    }
    table
}

/// The step of [`KEPT`] until which each post is kept, when the least sure ones are left out first.
///
/// A post is the surer, the less its decisions are expected to cost: Σ over labels (1 − score) · threshold where the label
/// was given, score · (1 − threshold) where it was not. Under these costs the threshold is the best one (Elkan 2001).
fn steps(table: &Table, thresholds: &[f64]) -> Vec<u8> {
    let labels = table.labels.len();
    let sureness = |post: usize| -> f64 {
        let cells = &table.rows.kinds[table.rows.of_post[post] as usize];
        let cost = |(label, threshold): (usize, &f64)| {
            let score = f64::from(table.scores[post * labels + label]) / super::outcome::GRID as f64;
            if cells[label].decision == Decision::Given {
                (1.0 - score) * threshold
            } else {
                score * (1.0 - threshold)
            }
        };
        -thresholds.iter().enumerate().take(labels).map(cost).sum::<f64>()
    };
    let mut order: Vec<(f64, usize)> =
        (0..table.rows.of_post.len()).map(|post| (sureness(post), post)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut steps = vec![0u8; order.len()];
    for (rank, (_, post)) in order.iter().enumerate() {
        let kept = KEPT.iter().rposition(|percent| (rank + 1) * 100 <= percent * order.len()).unwrap_or(0);
        steps[*post] = kept as u8;
    }
    steps
}

fn confusion(table: &Table) -> Vec<SetPair> {
    let mut counts: BTreeMap<(Vec<String>, Vec<String>), u64> = BTreeMap::new();
    let names = |pick: &dyn Fn(&Cell) -> bool, row: &[Cell]| -> Vec<String> {
        row.iter().zip(&table.labels).filter(|(cell, _)| pick(cell)).map(|(_, label)| label.clone()).collect()
    };
    for &kind in &table.rows.of_post {
        let row = &table.rows.kinds[kind as usize];
        if row.iter().all(|cell| cell.gold.is_some()) {
            let gold = names(&|cell| cell.gold == Some(true), row);
            let given = names(&|cell| cell.decision == Decision::Given, row);
            *counts.entry((gold, given)).or_default() += 1;
        }
    }
    let mut all: Vec<SetPair> =
        counts.into_iter().map(|((gold, given), posts)| (gold, given, posts)).collect();
    all.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
    all
}

fn wrong(table: &Table) -> Vec<Wrong> {
    let labels = table.labels.len();
    let mut all = Vec::new();
    for (post, &kind) in table.rows.of_post.iter().enumerate() {
        for (at, cell) in table.rows.kinds[kind as usize].iter().enumerate() {
            if cell.is_right() == Some(false) {
                let missed = cell.gold == Some(true);
                let sureness = match table.scores[post * labels + at] {
                    NO_SCORE => 1.0,
                    score => {
                        let score = f64::from(score) / super::outcome::GRID as f64;
                        if missed { 1.0 - score } else { score }
                    }
                };
                all.push(Wrong { post, label: table.labels[at].clone(), missed, sureness });
            }
        }
    }
    all.sort_by(|a, b| b.sureness.total_cmp(&a.sureness).then(a.post.cmp(&b.post)));
    all
}
