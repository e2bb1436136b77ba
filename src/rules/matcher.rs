//! Runs the patterns over a post.

use std::collections::HashSet;

use super::{
    ClaimMatch, Findings,
    claims::Paraphrases,
    pattern::{Compiler, Pattern},
    plan::Anchor,
    scope::Scope,
    search::{Match, Search},
    slot::{Slot, traits},
    votes::{Context, Hits, Votes},
};
use crate::{
    codebook::{Codebook, CodebookError, Place},
    lexicon::{LexiconBuilder, Symbol, Words},
    normalize::{Normalized, Normalizer},
    post::Language,
    targets::TargetHit,
};

/// Most nodes that the words of a codebook's names and patterns may take in the lexicon.
const MAX_NODES: usize = 3_000_000;

/// Most patterns, after sets were put in order.
const MAX_PATTERNS: usize = 200_000;

/// Share of a post's letters from which a language counts for a rule that is limited to it.
const SHARE_OF_MIX: f32 = 0.2;

/// Whose pattern it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Rule(usize),
    Claim(usize),
}

/// All patterns of a codebook, with the index from words to the patterns that need them.
#[derive(Debug)]
pub struct Matcher {
    /// Those of a rule stand together.
    patterns: Vec<(Owner, Pattern)>,
    /// For each, which of its owner's patterns it is.
    written: Vec<usize>,
    paraphrases: Paraphrases,
    anchors: Anchors,
    /// For rules whose patterns have no slot: whom the vote is for.
    toward: Vec<Option<Slot>>,
    scope: Scope,
    /// The traits of each target.
    traits: Vec<u16>,
}

/// From a symbol to the patterns that it is an anchor of.
#[derive(Debug, Default)]
struct Anchors {
    /// By symbol: where its patterns begin in `patterns`; and one more at the end.
    first: Vec<u32>,
    /// Each with what it needs of a post's targets.
    patterns: Vec<(u32, u16)>,
}

impl Anchors {
    fn new(patterns: &[(Owner, Pattern)]) -> Self {
        let mut pairs: Vec<(Symbol, (u32, u16))> = (patterns.iter().enumerate())
            .flat_map(|(index, (_, pattern))| {
                pattern.anchor.symbols.iter().map(move |&symbol| (symbol, (index as u32, pattern.needs)))
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let symbols = pairs.last().map_or(0, |(symbol, _)| symbol.0 + 1);
        let first =
            (0..=symbols).map(|symbol| pairs.partition_point(|(own, _)| own.0 < symbol) as u32).collect();
        Self { first, patterns: pairs.into_iter().map(|(_, pattern)| pattern).collect() }
    }

    fn of(&self, symbol: Symbol) -> &[(u32, u16)] {
        let at = symbol.0 as usize;
        match self.first.get(at..at + 2) {
            Some(&[first, end]) => &self.patterns[first as usize..end as usize],
            _ => &[],
        }
    }
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
        let scope = Scope::new(normalizer, lexicon);
        let mut patterns: Vec<(Owner, Pattern)> = Vec::new();
        let mut written = Vec::new();
        let mut toward = Vec::with_capacity(codebook.rules.len());
        for (index, rule) in codebook.rules.iter().enumerate() {
            let wrong = |place: &Place, message: String| CodebookError::Meaning {
                place: place.clone(),
                message: format!("rule `{}`: {message}", rule.id),
            };
            let slot = (rule.toward.as_ref().map(|word| Slot::parse(word, codebook)).transpose()).map_err(
                |message| wrong(&rule.place, message.replace("is no slot", "under `toward` is no slot")),
            )?;
            for (at, (text, place)) in rule.patterns.iter().enumerate() {
                let mut compiler = Compiler { codebook, normalizer, lexicon };
                let compiled = compiler
                    .pattern(text)
                    .map_err(|error| wrong(&place.within(text, &error.part), error.message))?;
                for mut pattern in compiled {
                    let number = pattern.slots.len();
                    if number == 0 && slot.is_none() {
                        let message =
                            "this pattern has no slot: say under `toward` whom the vote is for".to_owned();
                        return Err(wrong(place, message));
                    }
                    if rule.votes.len() > 1 && rule.votes.len() != number {
                        let message = format!(
                            "there are {} votes for {number} slots: give one vote, or one for each slot",
                            rule.votes.len(),
                        );
                        return Err(wrong(place, message));
                    }
                    // A vote needs somebody to vote for.
                    pattern.needs |= match &slot {
                        Some(slot) if number == 0 => slot.needs(codebook),
                        _ => Slot::ANY.needs(codebook),
                    };
                    patterns.push((Owner::Rule(index), pattern));
                    written.push(at);
                }
                if lexicon.nodes() > MAX_NODES || patterns.len() > MAX_PATTERNS {
                    let message = format!(
                        "with this pattern the codebook takes {} patterns and {} nodes; {MAX_PATTERNS} and \
                         {MAX_NODES} are the most: take patterns, alternatives or names out",
                        patterns.len(),
                        lexicon.nodes()
                    );
                    return Err(wrong(place, message));
                }
            }
            toward.push(slot);
        }
        for (index, claim) in codebook.claims.iter().enumerate() {
            for (at, (text, place)) in claim.patterns.iter().enumerate() {
                let mut compiler = Compiler { codebook, normalizer, lexicon };
                let compiled = compiler.pattern(text).map_err(|error| CodebookError::Meaning {
                    place: place.within(text, &error.part),
                    message: format!("claim `{}`: {}", claim.id, error.message),
                })?;
                for pattern in compiled {
                    patterns.push((Owner::Claim(index), pattern));
                    written.push(at);
                }
            }
        }
        let paraphrases = Paraphrases::new(codebook, normalizer, lexicon)?;
        let traits = codebook.targets.iter().map(traits).collect();
        Ok(Self { anchors: Anchors::new(&patterns), patterns, written, paraphrases, toward, scope, traits })
    }

    /// Matches all patterns on a post. `targets` are those of the post, from left to right.
    pub fn find(
        &self,
        codebook: &Codebook,
        words: &Words,
        targets: &[TargetHit],
        post: &Normalized,
        language: &Language,
    ) -> Findings {
        self.find_and_tell(codebook, words, targets, post, language, &mut |_, _| ())
    }

    /// As [`Matcher::find`]; tells of every pattern that had a consequence: the rule, and which of its patterns.
    pub fn find_and_tell(
        &self,
        codebook: &Codebook,
        words: &Words,
        targets: &[TargetHit],
        post: &Normalized,
        language: &Language,
        fired: &mut dyn FnMut(usize, usize),
    ) -> Findings {
        let mut findings = Findings::default();
        self.paraphrases.find(words, post, &mut findings.claims);
        let present = targets.iter().fold(0, |all, hit| all | self.traits[hit.target]);
        let occurrences = self.occurrences(words, present);
        if occurrences.is_empty() {
            return findings;
        }
        let longest =
            targets.iter().map(|hit| hit.words.len()).max().unwrap_or(0).max(words.longest_hashtag());
        let around = self.scope.read(words, post, language);
        let context = Context { codebook, around, words, targets, post };
        let joined: Vec<bool> = (0..targets.len())
            .map(|at| {
                let before = targets[..at].iter().rev().find(|hit| hit.words != targets[at].words);
                before.is_some_and(|hit| around.join(hit.words.end, targets[at].words.start))
            })
            .collect();
        let mut search = Search::new(codebook, words, targets, &joined);
        let mut hits = Hits::default();
        let owner = |occurrence: &(u32, u32)| self.patterns[occurrence.0 as usize].0;
        for own in occurrences.chunk_by(|a, b| owner(a) == owner(b)) {
            match owner(&own[0]) {
                Owner::Rule(rule) => {
                    if !speaks(&codebook.rules[rule].langs, language) {
                        continue;
                    }
                    let votes = Votes::new(context, rule, self.toward[rule].as_ref(), hits.list.len());
                    // A hashtag before or behind the text is often only the campaign's sign. Words that
                    // speak to a target in the text are not turned on one outside of it.
                    let (mut spoken, mut outside) = (HashSet::new(), Vec::new());
                    self.search(own, longest, &mut search, |index, matched| {
                        let mut filled = matched.slots.iter().flat_map(|(_, hits)| &targets[hits.clone()]);
                        if filled.any(|hit| !words.running.contains(&hit.words.start)) {
                            outside.push((index, matched.clone()));
                        } else {
                            spoken.extend(matched.literal.iter().copied());
                            if votes.cast(&self.patterns[index].1, matched, &mut hits) {
                                fired(rule, self.written[index]);
                            }
                        }
                    });
                    // Behind the text before in front of it.
                    outside.sort_by_key(|(_, matched)| matched.words.start < words.running.start);
                    for (index, matched) in outside {
                        if !matched.literal.iter().any(|word| spoken.contains(word)) {
                            if votes.cast(&self.patterns[index].1, &matched, &mut hits) {
                                fired(rule, self.written[index]);
                            }
                            spoken.extend(matched.literal);
                        }
                    }
                }
                Owner::Claim(claim) => self.search(own, longest, &mut search, |_, matched| {
                    let range = words.original(matched.words.clone(), post);
                    findings.claims.push(ClaimMatch { claim, range, score: 1.0 });
                }),
            }
        }
        hits.concede(codebook, &around, words);
        findings.rules = hits.list;
        findings
    }

    /// Where the anchors of patterns stand, for patterns whose slots the post's targets can fill: pairs
    /// of a pattern and a word, sorted.
    fn occurrences(&self, words: &Words, present: u16) -> Vec<(u32, u32)> {
        let mut occurrences = Vec::with_capacity(32);
        let mut add = |word: usize, symbols: &[Symbol]| {
            for &symbol in symbols {
                let fitting = self.anchors.of(symbol).iter().filter(|(_, needs)| needs & !present == 0);
                occurrences.extend(fitting.map(|(pattern, _)| (*pattern, word as u32)));
            }
        };
        for word in 0..words.words.len() {
            add(word, words.symbols(word));
        }
        for (word, symbols) in words.hashtags() {
            add(word, symbols);
        }
        occurrences.sort_unstable();
        occurrences
    }

    /// Matches patterns wherever they can begin, given where their anchors stand. The matches of one
    /// pattern do not overlap. `longest` is the length of the longest target or hashtag of the post.
    fn search(
        &self,
        occurrences: &[(u32, u32)],
        longest: usize,
        search: &mut Search<'_>,
        mut found: impl FnMut(usize, &Match),
    ) {
        for same in occurrences.chunk_by(|a, b| a.0 == b.0) {
            let index = same[0].0 as usize;
            let pattern = &self.patterns[index].1;
            let Anchor { fewest_before, most_before, open_before, .. } = pattern.anchor;
            // Before it every place was tried.
            let mut fresh = 0;
            for &(_, word) in same {
                let word = word as usize;
                let Some(last) = word.checked_sub(fewest_before) else { continue };
                fresh = fresh.max(word.saturating_sub(most_before + open_before * longest));
                while fresh <= last {
                    match search.at(pattern, fresh) {
                        Some(end) => {
                            fresh = end;
                            found(index, &search.matched);
                        }
                        None => fresh += 1,
                    }
                }
            }
        }
    }
}

pub fn speaks(langs: &[String], language: &Language) -> bool {
    langs.is_empty()
        || langs.iter().any(|lang| {
            *lang == language.lang
                || language.mix.iter().any(|share| *lang == share.lang && share.share >= SHARE_OF_MIX)
        })
}
