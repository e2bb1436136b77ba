//! From a match to its consequences: what stands around it is read, and the votes are written down.

use std::ops::Range;

use super::{
    RuleHit,
    pattern::{Pattern, Slot},
    scope::Negation,
    search::Match,
};
use crate::{
    codebook::{Codebook, Reading, Rule},
    lexicon::Words,
    normalize::Normalized,
    post::Stance,
    targets::TargetHit,
};

/// A post, for the votes of its matches.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub codebook: &'a Codebook,
    pub negation: &'a Negation,
    pub words: &'a Words,
    pub targets: &'a [TargetHit],
    pub post: &'a Normalized,
}

/// The heaviest vote without a slot so far: a heavier one changes it, no other does.
#[derive(Debug, Clone, Copy, Default)]
struct Heaviest {
    weight: f32,
    sentence: u32,
}

/// Collects the hits of one rule.
pub struct Votes<'a> {
    context: Context<'a>,
    index: usize,
    rule: &'a Rule,
    toward: Option<&'a Slot>,
    /// Where the rule's own hits begin in the list.
    from: usize,
    /// Votes for the targets of a sentence and of the whole post, straight and reversed. A word that is
    /// repeated a hundred thousand times among as many names must not ask all names each time.
    in_sentence: [Heaviest; 2],
    in_post: [Heaviest; 2],
}

impl<'a> Votes<'a> {
    pub fn new(context: Context<'a>, index: usize, toward: Option<&'a Slot>, from: usize) -> Self {
        Self {
            context,
            index,
            rule: &context.codebook.rules[index],
            toward,
            from,
            in_sentence: Default::default(),
            in_post: Default::default(),
        }
    }

    /// Reads what stands around a match and writes down its consequences.
    pub fn cast(&mut self, pattern: &Pattern, matched: &Match, hits: &mut Vec<RuleHit>) {
        let Context { codebook, negation, words, targets, post } = self.context;
        let rule = self.rule;
        let sentence = words.words[matched.words.start].sentence;
        let mut weight = rule.weight;
        let mut reverse = false;
        let around = [
            (rule.quotation, matched.words.clone().all(|word| words.words[word].quoted)),
            (rule.question, words.sentences.get(sentence as usize).is_some_and(|sentence| sentence.question)),
            (
                rule.negation,
                rule.negation != Reading::Ignore && negation.covers(words, &matched.words, &matched.literal),
            ),
        ];
        for (reading, applies) in around {
            match reading {
                Reading::Drop if applies => return,
                Reading::Half if applies => weight *= 0.5,
                Reading::Reverse if applies => reverse = true,
                _ => {}
            }
        }
        let range = words.original(matched.words.clone(), post);
        let vote = |slot: usize| {
            let stance =
                self.rule.votes.get(slot).or(self.rule.votes.first()).copied().unwrap_or(Stance::None);
            match stance {
                Stance::Favor if reverse => Stance::Against,
                Stance::Against if reverse => Stance::Favor,
                other => other,
            }
        };
        if matched.slots.iter().any(|filled| !filled.is_empty()) {
            for (slot, (filled, class)) in matched.slots.iter().zip(pattern.slot_classes()).enumerate() {
                for hit in targets[filled.clone()].iter().filter(|hit| class.admits(hit.target, codebook)) {
                    self.write(hit.target, vote(slot), weight, &range, hits);
                }
            }
            return;
        }
        let Some(class) = self.toward else { return };
        let stance = vote(0);
        let of_sentence = |hit: &TargetHit| words.words[hit.words.start].sentence;
        let first = targets.partition_point(|hit| of_sentence(hit) < sentence);
        let near =
            &targets[first..first + targets[first..].partition_point(|hit| of_sentence(hit) == sentence)];
        let fitting = |list: &'a [TargetHit]| list.iter().filter(|hit| class.admits(hit.target, codebook));
        let last = &mut self.in_sentence[usize::from(reverse)];
        if last.sentence == sentence && weight <= last.weight {
            return;
        }
        if fitting(near).next().is_some() {
            *last = Heaviest { weight, sentence };
            for hit in fitting(near) {
                self.write(hit.target, stance, weight, &range, hits);
            }
        } else if weight > self.in_post[usize::from(reverse)].weight {
            self.in_post[usize::from(reverse)].weight = weight;
            for hit in fitting(targets) {
                self.write(hit.target, stance, weight, &range, hits);
            }
        }
    }

    /// Writes a vote down; several of one rule for one stance toward one target count as the heaviest.
    fn write(&self, target: usize, stance: Stance, weight: f32, range: &Range<u32>, hits: &mut Vec<RuleHit>) {
        let own = &mut hits[self.from..];
        if let Some(hit) = own.iter_mut().find(|hit| hit.target == target && hit.stance == stance) {
            hit.weight = hit.weight.max(weight);
            return;
        }
        hits.push(RuleHit {
            rule: self.index,
            target,
            stance,
            effect: self.rule.effect,
            weight,
            range: range.clone(),
        });
    }
}
