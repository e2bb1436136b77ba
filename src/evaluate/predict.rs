//! Tags the gold's posts here, each from its own home, and keeps how every decision came about.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{EvaluateError, Given, GoldPost, Predicted};
use crate::{
    Look, Scratch, Tagger,
    codebook::{Codebook, Effect, Home},
    decide::{Decision, Weights},
    model::StanceModel,
    post::{Post, Stance, StanceProbabilities, TaggedPost},
};

/// Posts that a thread takes at once.
const BATCH: usize = 64;

/// What tags: a codebook, loaded again for every home, with one model and one set of weights.
#[derive(Debug)]
pub struct AtHome {
    /// The codebook's name or path.
    pub codebook: String,
    /// The home of posts whose gold tells none; `None` is the codebook's own.
    pub home: Option<Home>,
    /// The model, where there is one.
    pub model: Option<StanceModel>,
    /// The weights; `None` is the shipped ones.
    pub weights: Option<Weights>,
}

/// What the tagger saw of a post: the post's index, the steps before the model, the model's answers.
pub struct Seen<'a> {
    /// The tagger, at the post's home.
    pub tagger: &'a Tagger,
    /// The post.
    pub post: &'a GoldPost,
    /// Language, targets, rules.
    pub look: &'a Look,
    /// The model's probabilities by target.
    pub read: &'a BTreeMap<usize, StanceProbabilities>,
}

impl AtHome {
    /// Looks at every post from its own home and gives what `keep` makes of it, in the order of the posts.
    ///
    /// # Errors
    /// Where the codebook cannot be used at a home, or the model fails on a post.
    pub fn see<T: Send>(
        &mut self,
        posts: &[&GoldPost],
        keep: impl Fn(&Seen<'_>) -> T + Sync,
    ) -> Result<Vec<T>, EvaluateError> {
        let mut by_home: BTreeMap<String, (Option<Home>, Vec<usize>)> = BTreeMap::new();
        for (index, post) in posts.iter().enumerate() {
            let home = post.home.clone().or_else(|| self.home.clone());
            let key = home.as_ref().map(ToString::to_string).unwrap_or_default();
            by_home.entry(key).or_insert_with(|| (home, Vec::new())).1.push(index);
        }
        let mut kept: Vec<Option<T>> = posts.iter().map(|_| None).collect();
        for (home, indices) in by_home.into_values() {
            let mut tagger = Tagger::new(Codebook::load(&self.codebook, home)?, self.model.take())?;
            if let Some(weights) = &self.weights {
                tagger = tagger.with_weights(weights.clone());
            }
            let batches: Result<Vec<Vec<T>>, EvaluateError> = indices
                .par_chunks(BATCH)
                .map_init(Scratch::default, |scratch, batch| see_batch(&tagger, posts, batch, scratch, &keep))
                .collect();
            self.model = tagger.into_model();
            for (index, value) in indices.iter().zip(batches?.into_iter().flatten()) {
                kept[*index] = Some(value);
            }
        }
        Ok(kept.into_iter().flatten().collect())
    }

    /// Tags every post from its own home. Gives what was predicted, and the tagged posts as `tag` writes them.
    ///
    /// # Errors
    /// As [`see`](Self::see).
    pub fn tag(&mut self, posts: &[&GoldPost]) -> Result<Vec<(Predicted, TaggedPost)>, EvaluateError> {
        self.see(posts, |seen| {
            let decision = seen.tagger.decide(seen.look, seen.read);
            let predicted = predicted(seen, &decision);
            let post = Post { input: None, ..seen.post.post.clone() };
            (predicted, seen.tagger.conclude(post, seen.look.clone(), decision))
        })
    }
}

fn see_batch<T>(
    tagger: &Tagger,
    posts: &[&GoldPost],
    batch: &[usize],
    scratch: &mut Scratch,
    keep: &impl Fn(&Seen<'_>) -> T,
) -> Result<Vec<T>, EvaluateError> {
    let looks: Vec<Look> = batch.iter().map(|&index| tagger.look(&posts[index].post, scratch)).collect();
    let read = tagger.read(&looks);
    let mut kept = Vec::with_capacity(batch.len());
    for ((&index, look), read) in batch.iter().zip(&looks).zip(read) {
        let post = posts[index];
        let read = read.map_err(|error| EvaluateError::Model {
            place: post.post.origin.to_string(),
            reason: error.to_string(),
        })?;
        kept.push(keep(&Seen { tagger, post, look, read: &read }));
    }
    Ok(kept)
}

fn predicted(seen: &Seen<'_>, decision: &Decision) -> Predicted {
    let tags = decision.tags.iter().map(|tag| Given {
        label: tag.label.to_string(),
        target: tag.target.to_string(),
        stance: Some(tag.stance),
        score: f64::from(tag.score),
        evidence: tag.evidence.iter().map(|e| (e.start, e.end, e.by.to_string())).collect(),
        by: tag.by.iter().map(ToString::to_string).collect(),
    });
    let scores = decision.label_scores(seen.tagger.weights(), seen.tagger.codebook());
    Predicted {
        lang: seen.look.language.lang.to_string(),
        tags: tags.collect(),
        abstained: decision.abstained.iter().map(ToString::to_string).collect(),
        scores: scores.into_iter().map(|(label, score)| (label.to_string(), f64::from(score))).collect(),
        trace: trace(seen, decision),
    }
}

/// How the decision came about, one line a step.
fn trace(seen: &Seen<'_>, decision: &Decision) -> Vec<String> {
    let codebook = seen.tagger.codebook();
    let cut = |start: u32, end: u32| -> String {
        seen.post.post.text.chars().skip(start as usize).take((end - start) as usize).collect()
    };
    let shares = |p: &StanceProbabilities| {
        Stance::ALL.map(|stance| format!("{stance} {:.2}", p.of(stance))).join(", ")
    };
    let mut lines = vec![format!("detect {}", seen.look.language.lang)];
    for hit in &seen.look.targets {
        let found = cut(hit.range.start, hit.range.end);
        lines.push(format!(
            "target {}–{} {found:?}: {}",
            hit.range.start, hit.range.end, codebook.targets[hit.target].id
        ));
    }
    for hit in &seen.look.findings.rules {
        let effect = match hit.effect {
            Effect::Vote => format!("votes {} {:+.1}", hit.stance, hit.weight),
            Effect::Veto => format!("strikes out {}", hit.stance),
            Effect::Settle => format!("settles {}", hit.stance),
        };
        let (rule, target) = (&codebook.rules[hit.rule].id, &codebook.targets[hit.target].id);
        let found = cut(hit.range.start, hit.range.end);
        lines.push(format!("rule {rule} on {found:?}: {effect} toward {target}"));
    }
    for (&target, p) in seen.read {
        lines.push(format!("model toward {}: {}", codebook.targets[target].id, shares(p)));
    }
    for (&target, p) in &decision.probabilities {
        lines.push(format!("decide toward {}: {}", codebook.targets[target].id, shares(p)));
    }
    if decision.probabilities.is_empty() {
        lines.push("no target found".to_owned());
    }
    lines
}
