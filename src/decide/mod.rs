//! Rule votes and model probabilities become one probability per target and stance, then tags, or an
//! abstention.
//!
//! The weights stand in `models/decide.toml`, which a person can read, and `stancemark calibrate` learns. For a target
//! with model probabilities *p* the log-odds of stance *s* are `weight · ln p(s) + bias(s) + lang(s) + kind(s) +
//! scale · Σ votes(s) + Σ rule`; without a model the first term is missing and the others have weights of their own.
//! They are divided by a temperature, and a softmax over the three stances gives the score. A veto strikes a stance out,
//! a settlement strikes the other two out.

#[cfg(test)]
mod tests;
mod weights;

use std::{collections::BTreeMap, sync::Arc};

pub use weights::{Abstain, Added, Learnt, ModelWeights, Prior, RuleWeights, Weights, WeightsError};
pub(crate) use weights::{OTHER, kind_of};

use crate::{
    codebook::{Codebook, Effect, Label},
    post::{Evidence, Stance, StanceProbabilities, Tag},
    rules::RuleHit,
    targets::TargetHit,
};

/// Most pieces of evidence that a tag carries: what its rules found, then where its target is named.
const MAX_EVIDENCE: usize = 16;

/// A score is never surer than this: no rule and no model is.
const SUREST: f32 = 0.99;

/// A model that gives a stance more than this probability speaks for it.
const SPEAKS: f32 = 1.0 / 3.0;

/// What *decide* concludes about a post.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// Highest score first.
    pub tags: Vec<Tag>,
    /// Labels whose probability was too near to the threshold, and that no target carries for sure.
    pub abstained: Vec<Arc<str>>,
    /// The probabilities of every target found, also of those without a tag.
    pub probabilities: BTreeMap<usize, StanceProbabilities>,
    /// By label, the highest score that somebody spoke for: with a lower threshold it would have become a tag.
    pub candidates: BTreeMap<Arc<str>, f32>,
}

impl Decision {
    /// The probability of each label that some target of the post can carry, in the codebook's order: that of the
    /// likeliest target. A label that no target found can carry is as likely as it was found to be missed.
    pub fn label_scores(&self, weights: &Weights, codebook: &Codebook) -> Vec<(Arc<str>, f32)> {
        let score = |label: &Label| {
            let carried =
                self.probabilities.iter().filter(|(target, _)| label.covers(&codebook.targets[**target]));
            let best = carried
                .map(|(_, p)| p.of(label.stance))
                .fold(None, |a: Option<f32>, b| Some(a.map_or(b, |a| a.max(b))));
            best.unwrap_or_else(|| weights.missed(&label.id))
        };
        codebook.labels.iter().map(|label| (Arc::clone(&label.id), score(label))).collect()
    }
}

/// Decides on a post in a language (BCP-47). `model` gives the model's name and its probabilities by target, where it ran.
pub fn decide(
    weights: &Weights,
    codebook: &Codebook,
    lang: &str,
    targets: &[TargetHit],
    rules: &[RuleHit],
    model: Option<(&Arc<str>, &BTreeMap<usize, StanceProbabilities>)>,
) -> Decision {
    let mut decision = Decision::default();
    for hit in targets {
        let target = hit.target;
        if decision.probabilities.contains_key(&target) {
            continue;
        }
        let read = model.and_then(|(name, by_target)| by_target.get(&target).map(|p| (name, *p)));
        let votes = || rules.iter().filter(move |vote| vote.target == target);
        let p = probabilities(weights, codebook, lang, target, votes(), read.map(|(_, p)| p));
        decision.probabilities.insert(target, p);
        for label in codebook.labels.iter().filter(|label| label.covers(&codebook.targets[target])) {
            let score = p.of(label.stance);
            let model = read.filter(|(_, p)| p.of(label.stance) > SPEAKS).map(|(name, _)| name);
            // Nobody says so: a language or a kind of target alone gives no tag.
            if model.is_none()
                && votes().all(|vote| vote.stance != label.stance || vote.effect == Effect::Veto)
            {
                continue;
            }
            let candidate = decision.candidates.entry(Arc::clone(&label.id)).or_insert(score);
            *candidate = candidate.max(score);
            let threshold = weights.threshold(&label.id, read.is_some());
            if (score - threshold).abs() < weights.abstain.band {
                decision.abstained.push(Arc::clone(&label.id));
            } else if score >= threshold {
                let mut tag = Tag {
                    label: Arc::clone(&label.id),
                    target: Arc::clone(&codebook.targets[target].id),
                    stance: label.stance,
                    score,
                    evidence: Vec::new(),
                    by: Vec::new(),
                };
                tag.by.extend(model.map(Arc::clone));
                support(&mut tag, codebook, target, targets, votes());
                decision.tags.push(tag);
            }
        }
    }
    decision.tags.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.target.cmp(&b.target)));
    decision.abstained.sort();
    decision.abstained.dedup();
    decision.abstained.retain(|label| decision.tags.iter().all(|tag| tag.label != *label));
    decision
}

/// The votes on one target: summed weights by stance, what is added by rule, and what is struck out.
pub(crate) struct Votes {
    /// Summed weights, at most `rules.most`.
    pub weights: [f32; 3],
    /// Stances struck out; never all three, since rules that contradict each other settle nothing.
    pub struck: [bool; 3],
}

/// Adds the votes on a target up.
pub(crate) fn votes_on<'a>(votes: impl Iterator<Item = &'a RuleHit>, most: f32) -> Votes {
    let mut out = Votes { weights: [0.0; 3], struck: [false; 3] };
    for vote in votes {
        match vote.effect {
            Effect::Vote => out.weights[vote.stance as usize] += vote.weight,
            Effect::Veto => out.struck[vote.stance as usize] = true,
            Effect::Settle => {
                for stance in Stance::ALL {
                    out.struck[stance as usize] |= stance != vote.stance;
                }
            }
        }
    }
    out.weights = out.weights.map(|weight| weight.min(most));
    if out.struck.iter().all(|&struck| struck) {
        out.struck = [false; 3];
    }
    out
}

/// The probabilities of the three stances toward one target.
fn probabilities<'a>(
    weights: &Weights,
    codebook: &Codebook,
    lang: &str,
    target: usize,
    votes: impl Iterator<Item = &'a RuleHit> + Clone,
    read: Option<StanceProbabilities>,
) -> StanceProbabilities {
    let applied = weights.applied(read.is_some());
    let summed = votes_on(votes.clone(), weights.rules.most);
    let kind = kind_of(&codebook.targets[target]);
    let mut logits = Stance::ALL.map(|stance| {
        let at = stance as usize;
        let model = read.map_or(0.0, |p| applied.model * p.of(stance).max(1e-6).ln());
        model + applied.bias[at] + applied.added(lang, kind, stance) + applied.rules * summed.weights[at]
    });
    if !applied.rule.is_empty() {
        for vote in votes.filter(|vote| vote.effect == Effect::Vote) {
            let added = applied.rule.get(&*codebook.rules[vote.rule].id);
            logits[vote.stance as usize] += added.copied().unwrap_or(0.0);
        }
    }
    for (logit, struck) in logits.iter_mut().zip(summed.struck) {
        *logit = if struck { f32::NEG_INFINITY } else { *logit / applied.temperature };
    }
    no_surer(StanceProbabilities::from_logits(logits))
}

/// Takes what is above [`SUREST`] from a stance and gives it to the others.
fn no_surer(mut p: StanceProbabilities) -> StanceProbabilities {
    let best = p.best();
    if p.of(best) <= SUREST {
        return p;
    }
    let rest: f32 = Stance::ALL.iter().filter(|&&stance| stance != best).map(|&stance| p.of(stance)).sum();
    for stance in Stance::ALL {
        let share = if rest > 0.0 { p.of(stance) / rest } else { 0.5 };
        let score = if stance == best { SUREST } else { (1.0 - SUREST) * share };
        match stance {
            Stance::Favor => p.favor = score,
            Stance::Against => p.against = score,
            Stance::None => p.none = score,
        }
    }
    p
}

/// Adds the evidence and the rules that speak for a tag.
fn support<'a>(
    tag: &mut Tag,
    codebook: &Codebook,
    target: usize,
    targets: &[TargetHit],
    votes: impl Iterator<Item = &'a RuleHit>,
) {
    for vote in votes.filter(|vote| vote.stance == tag.stance && vote.effect != Effect::Veto) {
        let by = &codebook.rules[vote.rule].evidence;
        tag.evidence.push(Evidence { start: vote.range.start, end: vote.range.end, by: Arc::clone(by) });
        tag.by.push(Arc::clone(by));
    }
    // What speaks for the tag comes before the places where its target is only named.
    tag.evidence.truncate(MAX_EVIDENCE);
    let by = &codebook.targets[target].evidence;
    let named = targets.iter().filter(|hit| hit.target == target);
    tag.evidence.extend((named.take(MAX_EVIDENCE - tag.evidence.len())).map(|hit| Evidence {
        start: hit.range.start,
        end: hit.range.end,
        by: Arc::clone(by),
    }));
    tag.evidence.sort_by(|a, b| (a.start, a.end, &a.by).cmp(&(b.start, b.end, &b.by)));
}
