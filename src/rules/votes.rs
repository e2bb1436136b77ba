//! From a match to its consequences: what stands around it is read, and the votes are written down.

use std::ops::Range;

use super::{RuleHit, pattern::Pattern, scope::Around, search::Match, slot::Slot};
use crate::{
    codebook::{Codebook, Effect, Reach, Reading, Rule},
    lexicon::Words,
    normalize::Normalized,
    post::Stance,
    targets::TargetHit,
};

/// Most targets that share what is said to the one they stand beside.
const MOST_BESIDE: usize = 8;

/// Hits that are compared with each other for what a "but" or the text takes back.
const MOST_CONCEDED: usize = 64;

/// Targets on either side of a match without a slot among which the nearest is looked for.
const MOST_NEAR: usize = 32;

/// Targets of a post that a rule can speak of together.
const MOST_REACHED: usize = 64;

/// A post, for the votes of its matches.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub codebook: &'a Codebook,
    pub around: Around<'a>,
    pub words: &'a Words,
    pub targets: &'a [TargetHit],
    pub post: &'a Normalized,
}

/// Collects the hits of one rule.
pub struct Votes<'a> {
    context: Context<'a>,
    index: usize,
    rule: &'a Rule,
    toward: Option<&'a Slot>,
    /// Where the rule's own hits begin in the list.
    from: usize,
}

impl<'a> Votes<'a> {
    pub fn new(context: Context<'a>, index: usize, toward: Option<&'a Slot>, from: usize) -> Self {
        Self { context, index, rule: &context.codebook.rules[index], toward, from }
    }

    /// Reads what stands around a match and writes down its consequences; tells whether it has any.
    pub fn cast(&self, pattern: &Pattern, matched: &Match, hits: &mut Hits) -> bool {
        let Context { codebook, around, words, targets, post } = self.context;
        let rule = self.rule;
        if self.takes_from_a_hashtag(matched) {
            return false;
        }
        let sentence = words.words[matched.words.start].sentence;
        let mut weight = rule.weight;
        let mut reverse = false;
        let read = |reading: Reading, applies: &dyn Fn() -> bool| reading != Reading::Ignore && applies();
        let favor = rule.votes.contains(&Stance::Favor);
        let (hit, literal) = (&matched.words, &matched.literal[..]);
        let quoted = hit.clone().all(|word| words.words[word].quoted);
        let reported = read(rule.reported, &|| around.report(hit, literal));
        let own = (quoted || reported) && around.agree(hit);
        let readings = [
            (rule.quotation, quoted && !own),
            (rule.question, words.sentences.get(sentence as usize).is_some_and(|sentence| sentence.question)),
            (rule.negation, read(rule.negation, &|| around.negate(hit, literal))),
            (rule.reported, reported && !own),
            (rule.sarcasm, favor && read(rule.sarcasm, &|| around.mock(hit, literal))),
            (Reading::Drop, around.speak_of_the_hashtag(hit)),
            (Reading::Drop, rule.votes.contains(&Stance::Against) && around.suppose(hit)),
        ];
        for (reading, applies) in readings {
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
        if rule.reach == Reach::All {
            for hit in targets.iter().take(MOST_REACHED).filter(|hit| class.admits(hit.target, codebook)) {
                self.write(hit.target, vote(0), weight, first, &range, hits);
            }
            return hits.casts > before;
        }
        let Some(filled) = self.nearest(class, &matched.words) else { return false };
        let named = targets[filled.clone()].iter().chain(self.beside(&filled));
        for hit in named.filter(|hit| class.admits(hit.target, codebook)) {
            self.write(hit.target, vote(0), weight, first, &range, hits);
        }
        hits.casts > before
    }

    /// Whom words without a slot speak of, as target hits on the same words: the nearest target that fits. One of
    /// their own sentence comes before any other, one in the text before one that stands among the hashtags around
    /// it, and one before them before one behind ("I tried Facebook. What a rotten company"). Nobody, where a
    /// target on another side than is asked for stands nearer: it may be the one that is meant.
    fn nearest(&self, class: &Slot, at: &Range<usize>) -> Option<Range<usize>> {
        let Context { codebook, words, targets, .. } = self.context;
        let behind = targets.partition_point(|hit| hit.words.start < at.end);
        let near = behind.saturating_sub(MOST_NEAR)..(behind + MOST_NEAR).min(targets.len());
        let fitting = near.filter(|&hit| class.admits_on_some_side(targets[hit].target, codebook));
        let nearest = fitting.min_by_key(|&hit| {
            let start = targets[hit].words.start;
            let elsewhere = !words.same_sentence(start, at.start);
            let sign = !words.running.contains(&start) && !at.contains(&start);
            (elsewhere, sign, hit >= behind, start.abs_diff(at.start))
        })?;
        let same = |hit: &TargetHit| hit.words == targets[nearest].words;
        let first = nearest - targets[..nearest].iter().rev().take_while(|hit| same(hit)).count();
        let many = targets[first..].iter().take_while(|hit| same(hit)).count();
        let named = first..first + many;
        targets[named.clone()].iter().any(|hit| class.admits(hit.target, codebook)).then_some(named)
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
        let Context { around, targets, .. } = self.context;
        let slot = targets.get(filled.clone()).and_then(<[TargetHit]>::first).map(|hit| hit.words.clone());
        let (mut start, mut end) = slot.map_or((0, 0), |slot| (slot.start, slot.end));
        let before = targets.get(..filled.start).unwrap_or_default().iter().rev().take(MOST_BESIDE);
        let before = before.take_while(move |hit| {
            let joined = around.join(hit.words.end, start);
            start = hit.words.start;
            joined
        });
        let after = targets.get(filled.end..).unwrap_or_default().iter().take(MOST_BESIDE);
        let after = after.take_while(move |hit| {
            let joined = around.join(end, hit.words.start);
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
        hits.tags.push(self.context.words.words.get(word).is_some_and(|word| word.tag != 0));
    }
}

/// The hits of a post.
#[derive(Debug, Default)]
pub struct Hits {
    pub list: Vec<RuleHit>,
    /// The first word that each hit's pattern asked for.
    words: Vec<usize>,
    /// Whether that word stands in a hashtag.
    tags: Vec<bool>,
    /// How often something was written down.
    casts: usize,
}

impl Hits {
    /// Reads "but": a hit that is followed by one for the opposite toward the same target, with a contrasting word
    /// between them in one sentence, was only conceded.
    ///
    /// A hashtag whose text takes the other side is no longer its author's word: the text was hung on it, or speaks
    /// against it. Its hits are dropped.
    pub fn concede(&mut self, codebook: &Codebook, around: &Around, words: &Words) {
        if self.list.len() < 2 {
            return;
        }
        let contrasts = around.contrast();
        let opposed = |a: &RuleHit, b: &RuleHit| {
            a.target == b.target && a.effect == Effect::Vote && b.effect == Effect::Vote && {
                matches!(
                    (a.stance, b.stance),
                    (Stance::Favor, Stance::Against) | (Stance::Against, Stance::Favor)
                )
            }
        };
        let all = || self.list.iter().zip(self.words.iter().zip(&self.tags)).take(MOST_CONCEDED);
        let readings: Vec<Reading> = all()
            .map(|(hit, (&at, &tag))| {
                if tag && all().any(|(other, (_, &other_tag))| !other_tag && opposed(hit, other)) {
                    return Reading::Drop;
                }
                let taken_back = contrasts
                    && all().any(|(later, (&then, _))| {
                        opposed(hit, later)
                            && at < then
                            && words.same_sentence(at, then)
                            && around.contrast_between(at, then)
                    });
                if taken_back { codebook.rules[hit.rule].contrast } else { Reading::Ignore }
            })
            .collect();
        let mut at = 0;
        self.list.retain_mut(|hit| {
            let reading = readings.get(at).copied().unwrap_or(Reading::Ignore);
            at += 1;
            match reading {
                Reading::Drop => return false,
                Reading::Half => hit.weight *= 0.5,
                _ => {}
            }
            true
        });
    }
}
