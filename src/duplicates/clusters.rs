//! Copies among texts that are all in memory.

use std::collections::HashMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{
    groups::Groups,
    index::Index,
    minhash::{Fingerprinter, Item},
};

/// Texts read ahead of the one whose like is looked for.
const AHEAD: usize = 4_096;

/// The cluster of each text: clusters are numbered from 0 in the order of their first text. Texts that share at least
/// `similarity` of their shingles are joined ([`Fingerprinter::new`]); a text of which nothing is left when it is made
/// plain is like no other.
pub fn clusters<T: AsRef<str> + Sync>(texts: &[T], similarity: f64) -> Vec<u32> {
    let fingerprinter = Fingerprinter::new(similarity);
    let mut index = Index::new(fingerprinter.similarity(), fingerprinter.bands().0);
    let mut groups = Groups::default();
    let mut first: HashMap<u64, u32> = HashMap::with_capacity(texts.len());
    let mut of_text: Vec<u32> = Vec::with_capacity(texts.len());
    // Reading a text is most of the work, and any thread's; finding its like is one thread's.
    for texts in texts.chunks(AHEAD) {
        let read = |text: &T| fingerprinter.read(&Item { text: text.as_ref(), ..Item::default() });
        let posts: Vec<_> = texts.par_iter().map(read).collect();
        of_text.extend(posts.iter().map(|post| {
            if let Some(known) = post.plain.and_then(|plain| first.get(&plain)) {
                return *known;
            }
            let text = index.add(post, &mut groups, &mut |_, _| ());
            first.extend(post.plain.map(|plain| (plain, text)));
            text
        }));
    }
    let mut number: HashMap<u32, u32> = HashMap::new();
    of_text
        .into_iter()
        .map(|text| {
            let next = number.len() as u32;
            *number.entry(groups.root(text)).or_insert(next)
        })
        .collect()
}
