//! *calibrate* learns the decision file from gold.
//!
//! Takes what the steps before *decide* saw in the gold's posts, each from its own home; gives [`Weights`]. A small
//! multinomial logistic model over the model's log-probabilities, the rules' votes, the language and the target's kind is
//! fitted twice, with the model's answers and without (`logistic`); one temperature each; thresholds by label; the band
//! of abstention.
//!
//! What is reported is cross-fitted: the posts are parted into folds by their clusters of near duplicates, every post is
//! decided on by weights and thresholds that were learnt without its fold. The file itself is learnt on all.

mod choose;
mod file;
mod logistic;
mod pairs;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

pub use choose::Want;
pub use file::to_toml;
use logistic::Row;
use pairs::Problem;

use crate::{
    Look,
    codebook::Codebook,
    decide::{Decision, Weights, decide},
    evaluate::{Evaluation, Given, GoldPost, Predicted, Settings as Figures, TargetCodes, evaluate},
    post::{StanceProbabilities, scattered},
};

/// Clusters with a label, and without it, that are needed to learn it.
pub const LEAST: usize = 20;
/// Labelled posts that are needed.
pub const LEAST_POSTS: usize = 200;

/// How to learn.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What thresholds shall reach.
    pub want: Want,
    /// The same for single labels.
    pub want_by_label: BTreeMap<String, Want>,
    /// Share of posts to abstain on, 0–1.
    pub abstain: f64,
    /// Parts of the cross-fitting, at least 2.
    pub folds: usize,
    /// Multiplies all penalties: higher keeps the weights nearer to what they were.
    pub penalty: f64,
    /// Draws of the bootstrap for what is reported.
    pub rounds: usize,
}

/// What the steps before *decide* saw in a post.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The codebook at the post's home.
    pub codebook: std::sync::Arc<Codebook>,
    /// Language, targets, rules.
    pub look: Look,
    /// The model's probabilities by target; empty without one.
    pub read: BTreeMap<usize, StanceProbabilities>,
}

/// What was learnt.
#[derive(Debug)]
pub struct Calibration {
    /// The weights, learnt on all posts.
    pub weights: Weights,
    /// The figures of cross-fitted decisions: with the model, where there is one, and of targets and rules alone.
    pub cross_fitted: Vec<(&'static str, Evaluation)>,
    /// Pairs of a post and a target that were learnt from.
    pub pairs: usize,
}

/// Why nothing can be learnt.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// Too few posts.
    #[error(
        "{posts} labelled posts are too few to learn from, {LEAST_POSTS} are needed: label more, or keep the shipped weights"
    )]
    FewPosts {
        /// How many there are.
        posts: usize,
    },
    /// Too few with or without a label.
    #[error(
        "`{label}` is in the gold of {with} different posts and not in that of {without}; {LEAST} of each are needed \
         (near duplicates count once): label more of them, or leave the label out of the codebook"
    )]
    FewOfLabel {
        /// The label.
        label: String,
        /// Clusters with it.
        with: usize,
        /// Clusters without it.
        without: usize,
    },
    /// No target was found that the gold speaks of.
    #[error(
        "no target of the codebook was found in the posts, so there is nothing to learn: is it the right codebook?"
    )]
    NoPairs,
}

/// One way of deciding: its rows, and the weights of each fold.
struct Way<'a> {
    name: &'static str,
    with_model: bool,

    folds: Vec<Weights>,
    posts: &'a [&'a GoldPost],
    seen: &'a [Seen],
    fold_of: &'a [usize],
    labels: &'a [String],
}

/// Learns weights from gold. `present` are the weights so far: they say how votes are capped, and stay for a way that
/// cannot be learnt (without a model).
///
/// # Errors
/// [`CalibrateError`] where there is too little gold.
pub fn calibrate(
    posts: &[&GoldPost],
    seen: &[Seen],
    clusters: &[u32],
    codes: &TargetCodes,
    labels: &[String],
    present: &Weights,
    settings: &Settings,
) -> Result<Calibration, CalibrateError> {
    enough(posts, clusters, labels)?;
    let fold_of: Vec<usize> = folds(clusters, settings.folds);
    let mut weights = present.clone();
    let with_model = seen.iter().any(|seen| !seen.read.is_empty());
    let mut cross_fitted = Vec::new();
    let mut pairs = 0;
    weights.missed = missed(posts, seen, labels, |_| true);
    for (name, with_model) in [("with the model", true), ("targets and rules alone", false)] {
        if with_model && !seen.iter().any(|seen| !seen.read.is_empty()) {
            continue;
        }
        let problem = Problem::new(posts, seen, codes, present, with_model, settings.penalty);
        if problem.rows.is_empty() {
            return Err(CalibrateError::NoPairs);
        }
        pairs = problem.rows.len();
        let theta = learn(&problem, |_| true);
        problem.put(&theta, &mut weights);
        let folds: Vec<Weights> = (0..settings.folds)
            .into_par_iter()
            .map(|fold| {
                let others = |post: usize| fold_of[post] != fold;
                let mut own = present.clone();
                problem.put(&learn(&problem, others), &mut own);
                own.missed = missed(posts, seen, labels, others);
                own
            })
            .collect();
        let mut way = Way { name, with_model, folds, posts, seen, fold_of: &fold_of, labels };
        let temperature = way.temperature();
        way.set_temperature(temperature);
        set_temperature(&mut weights, with_model, temperature);
        let (thresholds, band) = way.thresholds(settings, |_| true);
        let limits = labels.iter().map(|label| f64::from(thresholds[label])).collect();
        let place = if with_model { &mut weights.threshold } else { &mut weights.threshold_alone };
        *place = thresholds;
        if with_model || !weights.threshold.contains_key(&labels[0]) {
            weights.abstain.band = band;
        }
        way.nest(settings);
        let predicted = way.decide();
        let predicted: Vec<&Predicted> = predicted.iter().collect();
        let figures = Figures {
            labels: labels.to_vec(),
            thresholds: limits,
            by: Vec::new(),
            rounds: settings.rounds,
            seed: 1,
        };
        cross_fitted.push((way.name, evaluate(posts, &predicted, clusters, codes, &figures)));
    }
    weights.threshold.entry("default".to_owned()).or_insert(0.4);
    if !with_model {
        // The file's one table of thresholds is for both ways then.
        weights.threshold.extend(std::mem::take(&mut weights.threshold_alone));
    }
    Ok(Calibration { weights, cross_fitted, pairs })
}

fn enough(posts: &[&GoldPost], clusters: &[u32], labels: &[String]) -> Result<(), CalibrateError> {
    if posts.len() < LEAST_POSTS {
        return Err(CalibrateError::FewPosts { posts: posts.len() });
    }
    for label in labels {
        let having = |wanted: bool| -> usize {
            let own = posts.iter().zip(clusters).filter(|(post, _)| post.has(label) == Some(wanted));
            own.map(|(_, cluster)| cluster).collect::<BTreeSet<_>>().len()
        };
        let (with, without) = (having(true), having(false));
        if with < LEAST || without < LEAST {
            return Err(CalibrateError::FewOfLabel { label: label.clone(), with, without });
        }
    }
    Ok(())
}

/// The fold of each post: whole clusters, scattered by their number.
fn folds(clusters: &[u32], folds: usize) -> Vec<usize> {
    clusters.iter().map(|&cluster| (scattered(u64::from(cluster) + 1) % folds as u64) as usize).collect()
}

/// The parameters learnt on the rows of some posts.
fn learn(problem: &Problem, of: impl Fn(usize) -> bool) -> Vec<f64> {
    let rows: Vec<&Row> =
        problem.rows.iter().zip(&problem.post).filter(|(_, post)| of(**post)).map(|(row, _)| row).collect();
    logistic::fit(&rows, &problem.prior, &problem.penalty)
}

/// By label, how often it is in the gold of posts in which no target was found that could carry it.
fn missed(
    posts: &[&GoldPost],
    seen: &[Seen],
    labels: &[String],
    of: impl Fn(usize) -> bool,
) -> BTreeMap<String, f32> {
    let share = |label: &String| {
        let (mut with, mut all) = (0.0, 0.0);
        for (_, (post, seen)) in posts.iter().zip(seen).enumerate().filter(|(index, _)| of(*index)) {
            let own = seen.codebook.labels.iter().find(|known| *known.id == **label);
            let found = own.is_some_and(|label| {
                seen.look.targets.iter().any(|hit| label.covers(&seen.codebook.targets[hit.target]))
            });
            if let (Some(gold), false) = (post.has(label), found) {
                with += f32::from(u8::from(gold));
                all += 1.0;
            }
        }
        ((with + 0.5) / (all + 1.0) * 1000.0).round() / 1000.0
    };
    labels.iter().map(|label| (label.clone(), share(label))).collect()
}

fn set_temperature(weights: &mut Weights, with_model: bool, temperature: f32) {
    if with_model {
        weights.model.temperature = temperature;
    } else {
        weights.alone.temperature = temperature;
    }
}

impl Way<'_> {
    /// What the weights of the post's own fold decide.
    fn decision(&self, post: usize) -> (Decision, HashMap<String, f64>) {
        let (weights, seen) = (&self.folds[self.fold_of[post]], &self.seen[post]);
        let name = "model".into();
        let model = self.with_model.then_some((&name, &seen.read));
        let found = &seen.look;
        let decision = decide(
            weights,
            &seen.codebook,
            &found.language.lang,
            &found.targets,
            &found.findings.rules,
            model,
        );
        let scores = decision.label_scores(weights, &seen.codebook);
        let scores = scores.into_iter().map(|(label, score)| (label.to_string(), f64::from(score))).collect();
        (decision, scores)
    }

    /// Cross-fitted scores of a label with the gold, and the post of each.
    fn scored(&self, label: &str) -> Vec<(usize, f64, bool)> {
        let score = |post: usize| Some((post, self.decision(post).1[label], self.posts[post].has(label)?));
        (0..self.posts.len()).filter_map(score).collect()
    }

    /// The temperature under which the labels' cross-fitted scores have the least log loss (Guo et al. 2017).
    fn temperature(&mut self) -> f32 {
        let tried = (-10..=14).map(|step| (f64::from(step) / 10.0).exp() as f32);
        let mut best = (f64::INFINITY, 1.0);
        for temperature in tried {
            self.set_temperature(temperature);
            let loss: f64 = (self.labels.iter())
                .map(|label| {
                    let scored: Vec<(f64, bool)> =
                        self.scored(label).into_iter().map(|(_, score, gold)| (score, gold)).collect();
                    crate::evaluate::metrics::log_loss(&scored)
                })
                .sum();
            if loss < best.0 {
                best = (loss, temperature);
            }
        }
        (best.1 * 1000.0).round() / 1000.0
    }

    fn set_temperature(&mut self, temperature: f32) {
        let with_model = self.with_model;
        self.folds.iter_mut().for_each(|weights| set_temperature(weights, with_model, temperature));
    }

    /// Thresholds and the band, chosen on the cross-fitted scores of some posts.
    fn thresholds(&self, settings: &Settings, of: impl Fn(usize) -> bool) -> (BTreeMap<String, f32>, f32) {
        let mut thresholds = BTreeMap::new();
        let mut distances: BTreeMap<usize, f64> = BTreeMap::new();
        for label in self.labels {
            let scored: Vec<(usize, f64, bool)> =
                self.scored(label).into_iter().filter(|(post, _, _)| of(*post)).collect();
            // A threshold decides only on what somebody spoke for.
            let candidate = |post: usize| self.decision(post).0.candidates.get(label.as_str()).copied();
            let pairs: Vec<(f64, bool)> = scored
                .iter()
                .map(|&(post, _, gold)| (candidate(post).map_or(0.0, f64::from), gold))
                .collect();
            let want = settings.want_by_label.get(label).copied().unwrap_or(settings.want);
            let threshold = choose::threshold(&pairs, want);
            for ((post, _, _), (score, _)) in scored.into_iter().zip(pairs) {
                let apart = distances.entry(post).or_insert(f64::INFINITY);
                *apart = apart.min((score - threshold).abs());
            }
            thresholds.insert(label.clone(), threshold as f32);
        }
        (thresholds, choose::band(distances.into_values().collect(), settings.abstain).min(0.5) as f32)
    }

    /// Gives every fold the thresholds chosen on the others.
    fn nest(&mut self, settings: &Settings) {
        let chosen: Vec<(BTreeMap<String, f32>, f32)> = (0..self.folds.len())
            .map(|fold| self.thresholds(settings, |post| self.fold_of[post] != fold))
            .collect();
        for (weights, (thresholds, band)) in self.folds.iter_mut().zip(chosen) {
            weights.threshold.extend(thresholds.clone());
            weights.threshold_alone = thresholds;
            weights.abstain.band = band;
        }
    }

    /// Every post's cross-fitted decision.
    fn decide(&self) -> Vec<Predicted> {
        (0..self.posts.len())
            .map(|post| {
                let (decision, scores) = self.decision(post);
                let given = |tag: &crate::post::Tag| Given {
                    label: tag.label.to_string(),
                    target: tag.target.to_string(),
                    stance: Some(tag.stance),
                    score: f64::from(tag.score),
                    evidence: Vec::new(),
                    by: tag.by.iter().map(ToString::to_string).collect(),
                };
                Predicted {
                    lang: self.seen[post].look.language.lang.to_string(),
                    tags: decision.tags.iter().map(given).collect(),
                    abstained: decision.abstained.iter().map(ToString::to_string).collect(),
                    scores,
                    trace: Vec::new(),
                }
            })
            .collect()
    }
}
