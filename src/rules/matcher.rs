//! Runs the patterns over a post.

use std::ops::Range;

use super::{
    ClaimMatch, Findings, RuleHit,
    pattern::{Element, Pattern, Slot},
    scope::Negation,
};
use crate::{
    codebook::{Codebook, CodebookError, Place, Reading},
    lexicon::{LexiconBuilder, Words},
    normalize::{Normalized, Normalizer},
    post::{Language, Stance},
    targets::TargetHit,
};

/// Share of a post's letters from which a language counts for a rule that is limited to it.
const SHARE_OF_MIX: f32 = 0.2;

/// Whose pattern it is.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Rule(usize),
    Claim(usize),
}

/// All patterns of a codebook, with the index from words to the patterns that need them.
#[derive(Debug)]
pub struct Matcher {
    patterns: Vec<(Owner, Pattern)>,
    /// Symbol → patterns that it is an anchor of.
    candidates: Vec<Vec<u32>>,
    /// For rules whose patterns have no slot: whom the vote is for.
    toward: Vec<Option<Slot>>,
    negation: Negation,
}

/// A pattern found on some words.
struct Found {
    words: Range<usize>,
    /// Words that the pattern asked for by name.
    literal: Vec<usize>,
    /// For each slot in order: the targets in it.
    slots: Vec<Vec<usize>>,
}

impl Matcher {
    /// Compiles the patterns of a codebook's rules and claims.
    ///
    /// # Errors
    /// The first pattern that is wrong, with its place.
    pub fn new(
        codebook: &Codebook,
        normalizer: &Normalizer,
        lexicon: &mut LexiconBuilder,
    ) -> Result<Self, CodebookError> {
        let negation = Negation::new(normalizer, lexicon);
        let mut patterns = Vec::new();
        let mut toward = Vec::with_capacity(codebook.rules.len());
        for (index, rule) in codebook.rules.iter().enumerate() {
            let wrong = |place: &Place, message: String| CodebookError::Meaning {
                place: place.clone(),
                message: format!("rule `{}`: {message}", rule.id),
            };
            let slot = (rule.toward.as_ref().map(|word| Slot::parse(word, codebook)).transpose())
                .map_err(|message| wrong(&rule.place, message.replace("is no slot", "under `toward` is no slot")))?;
            for (text, place) in &rule.patterns {
                let pattern = Pattern::parse(text, codebook, normalizer, lexicon)
                    .map_err(|message| wrong(place, message))?;
                if pattern.slots == 0 && slot.is_none() {
                    let message = "this pattern has no slot: say under `toward` whom the vote is for".to_owned();
                    return Err(wrong(place, message));
                }
                if rule.votes.len() > 1 && rule.votes.len() != pattern.slots {
                    let message = format!(
                        "there are {} votes for {} slots: give one vote, or one for each slot",
                        rule.votes.len(),
                        pattern.slots
                    );
                    return Err(wrong(place, message));
                }
                patterns.push((Owner::Rule(index), pattern));
            }
            toward.push(slot);
        }
        for (index, claim) in codebook.claims.iter().enumerate() {
            for (text, place) in &claim.patterns {
                let pattern = Pattern::parse(text, codebook, normalizer, lexicon).map_err(|message| {
                    CodebookError::Meaning { place: place.clone(), message: format!("claim `{}`: {message}", claim.id) }
                })?;
                patterns.push((Owner::Claim(index), pattern));
            }
        }
        let mut candidates: Vec<Vec<u32>> = Vec::new();
        for (index, (_, pattern)) in patterns.iter().enumerate() {
            for anchor in &pattern.anchors {
                let at = anchor.0 as usize;
                if candidates.len() <= at {
                    candidates.resize_with(at + 1, Vec::new);
                }
                candidates[at].push(index as u32);
            }
        }
        Ok(Self { patterns, candidates, toward, negation })
    }

    /// Matches all patterns on a post.
    pub fn find(
        &self,
        codebook: &Codebook,
        words: &Words,
        targets: &[TargetHit],
        post: &Normalized,
        language: &Language,
    ) -> Findings {
        let mut findings = Findings::default();
        let mut candidates: Vec<u32> = (words.all_symbols().iter())
            .filter_map(|symbol| self.candidates.get(symbol.0 as usize))
            .flatten()
            .copied()
            .collect();
        if candidates.is_empty() {
            return findings;
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut seen = Seen::new(words.words.len());
        for candidate in candidates {
            let (owner, pattern) = &self.patterns[candidate as usize];
            if let Owner::Rule(rule) = owner
                && !speaks(&codebook.rules[*rule].langs, language)
            {
                continue;
            }
            let mut at = 0;
            while at < words.words.len() {
                let Some(found) = search(pattern, codebook, words, targets, at, &mut seen) else {
                    at += 1;
                    continue;
                };
                at = found.words.end.max(at + 1);
                match owner {
                    Owner::Rule(rule) => self.conclude(*rule, &found, codebook, words, targets, post, &mut findings.rules),
                    Owner::Claim(claim) => findings
                        .claims
                        .push(ClaimMatch { claim: *claim, range: words.original(found.words.clone(), post) }),
                }
            }
        }
        findings
    }

    /// Reads what stands around a found pattern and writes down its consequences.
    #[allow(clippy::too_many_arguments)]
    fn conclude(
        &self,
        index: usize,
        found: &Found,
        codebook: &Codebook,
        words: &Words,
        targets: &[TargetHit],
        post: &Normalized,
        hits: &mut Vec<RuleHit>,
    ) {
        let rule = &codebook.rules[index];
        let mut weight = rule.weight;
        let mut reverse = false;
        let first = &words.words[found.words.start];
        let around = [
            (rule.quotation, found.words.clone().all(|word| words.words[word].quoted)),
            (rule.question, words.sentences.get(first.sentence as usize).is_some_and(|sentence| sentence.question)),
            (rule.negation, rule.negation != Reading::Ignore && self.negation.covers(words, &found.words, &found.literal)),
        ];
        for (reading, applies) in around {
            match reading {
                Reading::Drop if applies => return,
                Reading::Half if applies => weight *= 0.5,
                Reading::Reverse if applies => reverse = true,
                _ => {}
            }
        }
        let range = words.original(found.words.clone(), post);
        let mut vote = |target: usize, stance: Stance| {
            let stance = match stance {
                Stance::Favor if reverse => Stance::Against,
                Stance::Against if reverse => Stance::Favor,
                other => other,
            };
            let same = |hit: &&mut RuleHit| hit.rule == index && hit.target == target && hit.stance == stance;
            match hits.iter_mut().find(same) {
                Some(hit) => hit.weight = hit.weight.max(weight),
                None => {
                    hits.push(RuleHit { rule: index, target, stance, effect: rule.effect, weight, range: range.clone() });
                }
            }
        };
        if found.slots.is_empty() {
            let Some(slot) = &self.toward[index] else { return };
            let fitting = || targets.iter().filter(|hit| slot.admits(hit.target, codebook));
            let near = |hit: &&TargetHit| words.same_sentence(hit.words.start, found.words.start);
            let in_sentence = fitting().any(|hit| near(&hit));
            for hit in fitting().filter(|hit| !in_sentence || near(hit)) {
                vote(hit.target, rule.votes[0]);
            }
        }
        for (slot, filled) in found.slots.iter().enumerate() {
            let stance = rule.votes.get(slot).or(rule.votes.first()).copied().unwrap_or(Stance::None);
            for &target in filled {
                vote(target, stance);
            }
        }
    }
}

fn speaks(langs: &[String], language: &Language) -> bool {
    langs.is_empty()
        || langs.iter().any(|lang| {
            *lang == language.lang
                || language.mix.iter().any(|share| *lang == share.lang && share.share >= SHARE_OF_MIX)
        })
}

/// Which (element, word) was tried and failed, so that gaps cannot make matching exponential.
struct Seen {
    words: usize,
    marks: Vec<u32>,
    round: u32,
}

impl Seen {
    fn new(words: usize) -> Self {
        Self { words: words + 1, marks: Vec::new(), round: 0 }
    }

    fn start(&mut self, elements: usize) {
        self.round += 1;
        self.marks.resize(self.marks.len().max((elements + 1) * self.words), 0);
    }

    /// Marks; tells whether it was new.
    fn enter(&mut self, element: usize, word: usize) -> bool {
        let round = self.round;
        let mark = &mut self.marks[element * self.words + word];
        let fresh = *mark != round;
        *mark = round;
        fresh
    }
}

/// Matches a pattern whose first element begins exactly at `start`.
fn search(
    pattern: &Pattern,
    codebook: &Codebook,
    words: &Words,
    targets: &[TargetHit],
    start: usize,
    seen: &mut Seen,
) -> Option<Found> {
    seen.start(pattern.elements.len());
    let mut search = Search { pattern, codebook, words, targets, literal: Vec::new(), slots: Vec::new(), seen };
    let end = search.from(0, start, start)?;
    (end > start).then(|| Found { words: start..end, literal: search.literal, slots: search.slots })
}

struct Search<'a> {
    pattern: &'a Pattern,
    codebook: &'a Codebook,
    words: &'a Words,
    targets: &'a [TargetHit],
    literal: Vec<usize>,
    slots: Vec<Vec<usize>>,
    seen: &'a mut Seen,
}

impl Search<'_> {
    /// Matches the elements from `element` on, at the word `at`; gives one past the last word.
    fn from(&mut self, element: usize, at: usize, start: usize) -> Option<usize> {
        let Some(current) = self.pattern.elements.get(element) else { return Some(at) };
        if !self.seen.enter(element, at) {
            return None;
        }
        let inside = at < self.words.words.len() && self.words.same_sentence(at, start);
        match current {
            Element::Words { alternatives, optional } => {
                for row in alternatives {
                    if !inside || !self.row_fits(row, at) {
                        continue;
                    }
                    let before = self.literal.len();
                    self.literal.extend(at..at + row.len());
                    if let Some(end) = self.from(element + 1, at + row.len(), start) {
                        return Some(end);
                    }
                    self.literal.truncate(before);
                }
                if *optional { self.from(element + 1, at, start) } else { None }
            }
            Element::Hashtag(symbol) => {
                let (end, symbols) = self.words.hashtag_at(at)?;
                if !symbols.contains(symbol) {
                    return None;
                }
                let before = self.literal.len();
                self.literal.extend(at..end);
                let found = self.from(element + 1, end, start);
                if found.is_none() {
                    self.literal.truncate(before);
                }
                found
            }
            Element::Gap(most) => (at..=at + most)
                .take_while(|&next| {
                    next == at || (next <= self.words.words.len() && self.words.same_sentence(next - 1, start))
                })
                .find_map(|next| self.from(element + 1, next, start)),
            Element::Slot { class, optional } => {
                let mut ends: Vec<usize> = Vec::new();
                if inside {
                    let here = self.targets.iter().filter(|hit| hit.words.start == at);
                    ends.extend(here.filter(|hit| class.admits(hit.target, self.codebook)).map(|hit| hit.words.end));
                    ends.dedup();
                }
                for end in ends {
                    let filled = (self.targets.iter())
                        .filter(|hit| hit.words == (at..end) && class.admits(hit.target, self.codebook))
                        .map(|hit| hit.target)
                        .collect();
                    self.slots.push(filled);
                    if let Some(found) = self.from(element + 1, end, start) {
                        return Some(found);
                    }
                    self.slots.pop();
                }
                if !*optional {
                    return None;
                }
                self.slots.push(Vec::new());
                let found = self.from(element + 1, at, start);
                if found.is_none() {
                    self.slots.pop();
                }
                found
            }
        }
    }

    fn row_fits(&self, row: &[crate::lexicon::Symbol], at: usize) -> bool {
        at + row.len() <= self.words.words.len()
            && row.iter().enumerate().all(|(offset, symbol)| {
                self.words.same_sentence(at + offset, at) && self.words.symbols(at + offset).contains(symbol)
            })
    }
}
