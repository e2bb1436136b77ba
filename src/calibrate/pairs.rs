//! What can be learnt from: a post, a target found in it, and the stance that the gold tells.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Seen, logistic::Row};
use crate::{
    codebook::{Codebook, Effect},
    decide::{Added, ModelWeights, OTHER, Prior, Weights, kind_of, votes_on},
    evaluate::{GoldPost, TargetCodes},
    post::Stance,
};

/// Pairs from which a language, a kind or a rule gets a weight of its own.
const ENOUGH_LANG: usize = 30;
const ENOUGH_KIND: usize = 20;
const ENOUGH_RULE: usize = 5;

/// Penalties, before `Settings::penalty` multiplies them: the less the data says, the more a weight is held back.
const HELD_MAIN: f64 = 0.5;
const HELD_GROUP: f64 = 2.0;
const HELD_RULE: f64 = 6.0;

/// A pair before it has parameters.
struct Pair {
    post: usize,
    gold: Stance,
    weight: f64,
    model: Option<[f64; 3]>,
    votes: [f32; 3],
    struck: [bool; 3],
    rules: Vec<(String, Stance)>,
    lang: String,
    kind: &'static str,
}

/// The parameters by name, and the rows that they are learnt on.
pub(super) struct Problem {
    with_model: bool,
    langs: Vec<String>,
    kinds: Vec<String>,
    rules: Vec<String>,
    /// One row a pair.
    pub rows: Vec<Row>,
    /// The post of each row.
    pub post: Vec<usize>,
    /// Where the weights are drawn to.
    pub prior: Vec<f64>,
    /// How strongly.
    pub penalty: Vec<f64>,
}

/// The stance toward a target in the gold; `None` where it is contested or not told.
fn gold_stance(post: &GoldPost, codebook: &Codebook, target: usize, codes: &TargetCodes) -> Option<Stance> {
    let own = &codebook.targets[target];
    let code = codes.code(&own.id);
    let told = post.stances.iter().find(|(named, _)| named == code || **named == *own.id);
    if post.contested_stances.contains(code) || post.contested_stances.contains(&*own.id) {
        return None;
    }
    if post.columns.contains_key("stances") {
        return Some(told.map_or(Stance::None, |(_, stance)| *stance));
    }
    // Labels alone: a label's stance is taken to be toward every target that can carry it.
    let mut stance = Stance::None;
    for label in codebook.labels.iter().filter(|label| label.covers(own)) {
        match post.has(&label.id) {
            None => return None,
            Some(true) => stance = label.stance,
            Some(false) => {}
        }
    }
    Some(stance)
}

fn pairs(
    posts: &[&GoldPost],
    seen: &[Seen],
    codes: &TargetCodes,
    weights: &Weights,
    with_model: bool,
) -> Vec<Pair> {
    let mut all = Vec::new();
    for (index, (post, seen)) in posts.iter().zip(seen).enumerate() {
        let codebook = &seen.codebook;
        let targets: BTreeSet<usize> = seen.look.targets.iter().map(|hit| hit.target).collect();
        let mut of_code: HashMap<&str, usize> = HashMap::new();
        for &target in &targets {
            *of_code.entry(codes.code(&codebook.targets[target].id)).or_default() += 1;
        }
        for &target in &targets {
            let Some(gold) = gold_stance(post, codebook, target, codes) else { continue };
            let votes = || seen.look.findings.rules.iter().filter(move |vote| vote.target == target);
            let summed = votes_on(votes(), weights.rules.most);
            let model = seen.read.get(&target);
            if with_model && model.is_none() {
                continue;
            }
            let fired = votes().filter(|vote| vote.effect == Effect::Vote);
            all.push(Pair {
                post: index,
                gold,
                // Several targets of one country tell the same thing once.
                weight: 1.0 / of_code[codes.code(&codebook.targets[target].id)] as f64,
                model: model
                    .filter(|_| with_model)
                    .map(|p| Stance::ALL.map(|stance| f64::from(p.of(stance).max(1e-6).ln()))),
                votes: summed.weights,
                struck: summed.struck,
                rules: fired.map(|vote| (codebook.rules[vote.rule].id.to_string(), vote.stance)).collect(),
                lang: seen.look.language.lang.to_string(),
                kind: kind_of(&codebook.targets[target]),
            });
        }
    }
    all
}

/// Keys that occur often enough, in order.
fn common<'a>(keys: impl Iterator<Item = &'a str>, enough: usize) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= enough).map(|(key, _)| key.to_owned()).collect()
}

impl Problem {
    /// Makes the rows, with or without the model.
    pub fn new(
        posts: &[&GoldPost],
        seen: &[Seen],
        codes: &TargetCodes,
        weights: &Weights,
        with_model: bool,
        penalty: f64,
    ) -> Self {
        let pairs = pairs(posts, seen, codes, weights, with_model);
        let mut langs = common(pairs.iter().map(|pair| pair.lang.as_str()), ENOUGH_LANG);
        let mut kinds = common(pairs.iter().map(|pair| pair.kind), ENOUGH_KIND);
        let rules =
            common(pairs.iter().flat_map(|pair| pair.rules.iter().map(|(id, _)| id.as_str())), ENOUGH_RULE);
        langs.push(OTHER.to_owned());
        kinds.push(OTHER.to_owned());
        let mut problem = Self {
            with_model,
            rows: Vec::new(),
            post: pairs.iter().map(|pair| pair.post).collect(),
            prior: vec![1.0, 1.0, 0.0, 0.0],
            penalty: vec![HELD_MAIN; 4],
            langs,
            kinds,
            rules,
        };
        let groups = 2 * (problem.langs.len() + problem.kinds.len());
        problem.penalty.extend(std::iter::repeat_n(HELD_GROUP, groups));
        problem.penalty.extend(std::iter::repeat_n(HELD_RULE, problem.rules.len()));
        problem.prior.resize(problem.penalty.len(), 0.0);
        for held in &mut problem.penalty {
            *held *= penalty;
        }
        problem.rows = pairs.iter().map(|pair| problem.row(pair)).collect();
        problem
    }

    fn row(&self, pair: &Pair) -> Row {
        let place = |keys: &[String], key: &str| {
            keys.iter().position(|known| known == key).unwrap_or(keys.len().saturating_sub(1))
        };
        let (lang, kind) = (place(&self.langs, &pair.lang), place(&self.kinds, pair.kind));
        let (first_kind, first_rule) =
            (4 + 2 * self.langs.len(), 4 + 2 * (self.langs.len() + self.kinds.len()));
        let features = Stance::ALL.map(|stance| {
            let at = stance as usize;
            let mut features = Vec::new();
            if let Some(model) = pair.model {
                features.push((0, model[at]));
            }
            if pair.votes[at] != 0.0 {
                features.push((1, f64::from(pair.votes[at])));
            }
            if stance != Stance::None {
                features.extend([(2 + at, 1.0), (4 + 2 * lang + at, 1.0), (first_kind + 2 * kind + at, 1.0)]);
            }
            for (id, voted) in &pair.rules {
                if let (Ok(rule), true) = (self.rules.binary_search(id), *voted == stance) {
                    features.push((first_rule + rule, 1.0));
                }
            }
            features
        });
        Row { features, struck: pair.struck, gold: pair.gold as usize, weight: pair.weight }
    }

    /// Puts learnt parameters into the file's words.
    pub fn put(&self, theta: &[f64], weights: &mut Weights) {
        let rounded = |value: f64| ((value * 1000.0).round() / 1000.0) as f32;
        let group = |first: usize, keys: &[String]| -> BTreeMap<String, Added> {
            keys.iter()
                .enumerate()
                .map(|(at, key)| {
                    let [favor, against] = [0, 1].map(|stance| rounded(theta[first + 2 * at + stance]));
                    (key.clone(), Added { favor, against })
                })
                .collect()
        };
        let lang = group(4, &self.langs);
        let kind = group(4 + 2 * self.langs.len(), &self.kinds);
        let first_rule = 4 + 2 * (self.langs.len() + self.kinds.len());
        let rule: BTreeMap<String, f32> = (self.rules.iter().cloned())
            .zip(theta[first_rule..].iter().map(|&value| rounded(value)))
            .filter(|(_, value)| *value != 0.0)
            .collect();
        let (favor, against, none, temperature) = (rounded(theta[2]), rounded(theta[3]), 0.0, 1.0);
        if self.with_model {
            let weight = rounded(theta[0].max(0.0));
            weights.model = ModelWeights { weight, favor, against, none, temperature, lang, kind, rule };
            weights.rules.with_model = rounded(theta[1].max(0.0));
        } else {
            weights.alone = Prior { favor, against, none, temperature, lang, kind, rule };
            weights.rules.alone = rounded(theta[1].max(0.0));
        }
    }
}
