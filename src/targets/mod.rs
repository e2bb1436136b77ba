//! Finds whom a post speaks about. Takes the words of a normalised post, gives hits: which target,
//! on which words, and where in the original text.
//!
//! The longest name wins, from left to right; a phrase listed under `not` wins like a name and gives
//! nothing. Handles, whole hashtags and flags are names too. A name that is mostly something else has a
//! condition (`condition.rs`): how it is written, what stands near, in which language.

mod condition;
mod finder;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use finder::Finder;

/// A target found in a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetHit {
    /// Index in the codebook's targets.
    pub target: usize,
    /// The words of its name.
    pub words: Range<usize>,
    /// Code points of the original text.
    pub range: Range<u32>,
}
