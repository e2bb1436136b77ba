//! Token patterns with consequences. Takes the words and the targets of a post, gives rule hits: a
//! vote, a veto or a settlement for a stance toward a target, with its evidence.
//!
//! A rare word of each pattern finds the candidates; only those are matched. Negation, quotation, reported
//! speech, questions, contrast and signs of sarcasm are read around each hit (`scope.rs`).

mod claims;
mod inflect;
mod matcher;
mod pattern;
mod plan;
mod scope;
mod search;
mod slot;
mod syntax;
#[cfg(test)]
mod tests;
mod votes;

use std::ops::Range;

pub use matcher::Matcher;

use crate::{codebook::Effect, post::Stance};

/// A rule's consequence for one target.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleHit {
    /// Index in the codebook's rules.
    pub rule: usize,
    /// Index in the codebook's targets.
    pub target: usize,
    /// The stance it speaks for.
    pub stance: Stance,
    /// What it does.
    pub effect: Effect,
    /// Log-odds added, after questions were read.
    pub weight: f32,
    /// Code points of the original text.
    pub range: Range<u32>,
}

/// A claim found in a post.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimMatch {
    /// Index in the codebook's claims.
    pub claim: usize,
    /// Code points of the original text.
    pub range: Range<u32>,
    /// How much of it was found, 0–1: 1 for a pattern, the share of its words for a paraphrase.
    pub score: f32,
}

/// What the patterns found in a post.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// Consequences, one for each rule, target and stance.
    pub rules: Vec<RuleHit>,
    /// Claims.
    pub claims: Vec<ClaimMatch>,
}
