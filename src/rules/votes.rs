//! From a match to its consequences: what stands around it is read, and the votes are written down.

use std::ops::Range;

use super::{RuleHit, pattern::Pattern, scope::Scope, search::Match, slot::Slot};
use crate::{
    codebook::{Codebook, Reading, Rule},
    lexicon::Words,
    normalize::Normalized,
    post::Stance,
    targets::TargetHit,
};

/// Most targets that share what is said to the one they stand beside.
const MOST_BESIDE: usize = 8;

/// Hits that are compared with each other for what a "but" takes back.
const MOST_CONCEDED: usize = 64;

/// A post, for the votes of its matches.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub codebook: &'a Codebook,
    pub scope: &'a Scope,
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

    /// Reads what stands around a match and writes down its consequences; tells whether it has any.
    pub fn cast(&mut self, pattern: &Pattern, matched: &Match, hits: &mut Hits) -> bool {
        let Context { codebook, scope, words, targets, post } = self.context;
        let rule = self.rule;
        if self.takes_from_a_hashtag(matched) {
            return false;
        }
        let sentence = words.words[matched.words.start].sentence;
        let mut weight = rule.weight;
        let mut reverse = false;
        let around = [
            (rule.quotation, matched.words.clone().all(|word| words.words[word].quoted)),
            (rule.question, words.sentences.get(sentence as usize).is_some_and(|sentence| sentence.question)),
            (
                rule.negation,
                rule.negation != Reading::Ignore && scope.covers(words, &matched.words, &matched.literal),
            ),
            (
                rule.reported,
                rule.reported != Reading::Ignore && scope.reports(words, &matched.words, &matched.literal),
            ),
            (
                rule.sarcasm,
                rule.sarcasm != Reading::Ignore
                    && rule.votes.contains(&Stance::Favor)
                    && scope.mocks(words, &matched.words, &matched.literal),
            ),
        ];
        for (reading, applies) in around {
            match reading {
                Reading::Drop if applies => return false,
                Reading::Half if applies => weight *= 0.5,
                Reading::Reverse if applies => reverse = !reverse,
                _ => {}
            }
        }
        let before = hits.casts;
        let first = matched.literal.first().copied().unwrap_or(matched.words.start);
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
        if !matched.slots.is_empty() {
            for (slot, filled) in &matched.slots {
                let Some(class) = pattern.slots.get(*slot) else { continue };
                for hit in targets[filled.clone()].iter().filter(|hit| class.admits(hit.target, codebook)) {
                    self.write(hit.target, vote(*slot), weight, first, &range, hits);
                }
                for hit in self.beside(filled).filter(|hit| class.admits(hit.target, codebook)) {
                    self.write(hit.target, vote(*slot), weight, first, &range, hits);
                }
            }
            return hits.casts > before;
        }
        let Some(class) = self.toward else { return false };
        let stance = vote(0);
        let of_sentence = |hit: &TargetHit| words.words[hit.words.start].sentence;
        let first = targets.partition_point(|hit| of_sentence(hit) < sentence);
        let near =
            &targets[first..first + targets[first..].partition_point(|hit| of_sentence(hit) == sentence)];
        let fitting = |list: &'a [TargetHit]| list.iter().filter(|hit| class.admits(hit.target, codebook));
        let last = &mut self.in_sentence[usize::from(reverse)];
        if last.sentence == sentence && weight <= last.weight {
            return true;
        }
        if fitting(near).next().is_some() {
            *last = Heaviest { weight, sentence };
            for hit in fitting(near) {
                self.write(hit.target, stance, weight, first, &range, hits);
            }
        } else if weight > self.in_post[usize::from(reverse)].weight {
            self.in_post[usize::from(reverse)].weight = weight;
            for hit in fitting(targets) {
                self.write(hit.target, stance, weight, first, &range, hits);
            }
        }
        hits.casts > before
    }

    /// Whether words out of the middle of a hashtag speak to a target outside of it: `#LongLiveAnna #Bob` says
    /// nothing of Bob, while `#Boycott #Bob` does.
    fn takes_from_a_hashtag(&self, matched: &Match) -> bool {
        let Context { words, targets, .. } = self.context;
        let tag_of = |word: usize| words.words[word].tag;
        let cut = |&word: &usize| {
            let tag = tag_of(word);
            tag != 0
                && [matched.words.start.checked_sub(1), Some(matched.words.end)]
                    .into_iter()
                    .flatten()
                    .any(|next| next < words.words.len() && tag_of(next) == tag)
                && matched.slots.iter().any(|(_, hits)| {
                    targets.get(hits.start).is_some_and(|hit| tag_of(hit.words.start) != tag)
                })
        };
        matched.literal.iter().any(cut)
    }

    /// The targets that stand beside those of a slot, joined to them: of "Facebook and Twitter" what is
    /// said to the one is said to the other.
    fn beside(&self, filled: &Range<usize>) -> impl Iterator<Item = &'a TargetHit> + use<'a> {
        let Context { scope, words, targets, post, .. } = self.context;
        let slot = targets.get(filled.clone()).and_then(<[TargetHit]>::first).map(|hit| hit.words.clone());
        let (mut start, mut end) = slot.map_or((0, 0), |slot| (slot.start, slot.end));
        let before = targets.get(..filled.start).unwrap_or_default().iter().rev().take(MOST_BESIDE);
        let before = before.take_while(move |hit| {
            let joined = scope.joins(words, post, hit.words.end, start);
            start = hit.words.start;
            joined
        });
        let after = targets.get(filled.end..).unwrap_or_default().iter().take(MOST_BESIDE);
        let after = after.take_while(move |hit| {
            let joined = scope.joins(words, post, end, hit.words.start);
            end = hit.words.end;
            joined
        });
        before.chain(after)
    }

    /// Writes a vote down; several of one rule for one stance toward one target count as the heaviest.
    fn write(
        &self,
        target: usize,
        stance: Stance,
        weight: f32,
        word: usize,
        range: &Range<u32>,
        hits: &mut Hits,
    ) {
        hits.casts += 1;
        let own = &mut hits.list[self.from..];
        if let Some(hit) = own.iter_mut().find(|hit| hit.target == target && hit.stance == stance) {
            hit.weight = hit.weight.max(weight);
            return;
        }
        hits.list.push(RuleHit {
            rule: self.index,
            target,
            stance,
            effect: self.rule.effect,
            weight,
            range: range.clone(),
        });
        hits.words.push(word);
    }
}

/// The hits of a post.
#[derive(Debug, Default)]
pub struct Hits {
    pub list: Vec<RuleHit>,
    /// The first word that each hit's pattern asked for.
    words: Vec<usize>,
    /// How often something was written down.
    casts: usize,
}

impl Hits {
    /// Reads "but": a hit that is followed by one for the opposite toward the same target, with a
    /// contrasting word between them in one sentence, was only conceded.
    pub fn concede(&mut self, codebook: &Codebook, scope: &Scope, words: &Words) {
        if self.list.len() < 2 || !scope.contrasts(words) {
            return;
        }
        let conceded: Vec<bool> = (self.list.iter().zip(&self.words).take(MOST_CONCEDED))
            .map(|(hit, &at)| {
                let opposite = match hit.stance {
                    Stance::Favor => Stance::Against,
                    Stance::Against => Stance::Favor,
                    Stance::None => return false,
                };
                codebook.rules[hit.rule].contrast != Reading::Ignore
                    && (self.list.iter().zip(&self.words).take(MOST_CONCEDED)).any(|(later, &then)| {
                        later.target == hit.target
                            && later.stance == opposite
                            && at < then
                            && words.same_sentence(at, then)
                            && scope.contrast_between(words, at, then)
                    })
            })
            .collect();
        let mut at = 0;
        self.list.retain_mut(|hit| {
            let conceded = conceded.get(at).copied().unwrap_or(false);
            at += 1;
            match codebook.rules[hit.rule].contrast {
                Reading::Drop if conceded => return false,
                Reading::Half if conceded => hit.weight *= 0.5,
                _ => {}
            }
            true
        });
    }
}
