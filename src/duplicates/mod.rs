//! *duplicates* takes posts and gives the texts that were posted again and again.
//!
//! Two texts are **the same text** when their sets of five-letter shingles share at least a stated part of their union
//! (Jaccard); links, mentions, `rt`, case, punctuation and spaces do not count, in any language ([`plain`]). Candidates
//! are found by min-hashing in bands (Broder 1997; [`Fingerprinter`] says how many), so that a pair at the limit is
//! seen in 995 of 1,000 cases and a closer one more often; every candidate is then compared in full. Clusters are the
//! connected groups: a chain of copies, each like the next one.
//!
//! It says *same text*, never *same actor*: people repeat what they agree with, and slogans are short.
//!
//! [`Fingerprinter::read`] is the work of many threads; [`Duplicates`] takes what it gives in the order of the posts,
//! holds a bounded number of texts ([`Settings::remember`]), and ends as [`Copies`]: shares of originals, reposts and
//! copies, and the clusters. [`find`] does all of it for files of posts or tags, [`clusters`] does the same for texts that are all in memory.

mod clusters;
mod copies;
mod files;
mod groups;
mod index;
mod minhash;
mod plain;
mod render;
mod shingles;
mod stream;
#[cfg(test)]
mod tests;

pub use clusters::clusters;
pub use copies::{Cluster, Copies, Example, Forgotten, Originality};
pub use files::{Found, find};
pub use minhash::{Fingerprinted, Fingerprinter, HIGHEST, Item, LOWEST};
pub use plain::{fingerprint, plain};
pub use shingles::{jaccard, shingles};
pub use stream::{Duplicates, Settings};
