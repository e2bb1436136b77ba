//! The codebook's words, looked up in a post. Takes a normalised post, gives its words: each with
//! the symbols of the names and patterns it can be part of, its sentence, and whether it is quoted.
//!
//! Targets and rules match on symbols (numbers), never on letters: one walk through a trie per word
//! serves all names and all rules.

#[cfg(test)]
mod tests;
mod trie;
mod words;

pub use trie::{Lexicon, LexiconBuilder, Symbol};
pub use words::{Sentence, Word, WordClass, Words};
