//! Copies among texts that are all in memory.

use std::collections::HashMap;

use super::{
    groups::Groups,
    index::Index,
    minhash::{Fingerprinter, Item},
};

/// The cluster of each text: clusters are numbered from 0 in the order of their first text. Texts that share at least
/// `similarity` of their shingles are joined ([`Fingerprinter::new`]); a text of which nothing is left when it is made
/// plain is like no other.
pub fn clusters<T: AsRef<str>>(texts: &[T], similarity: f64) -> Vec<u32> {
    let fingerprinter = Fingerprinter::new(similarity);
    let mut index = Index::new(fingerprinter.similarity(), fingerprinter.bands().0);
    let mut groups = Groups::default();
    let mut first: HashMap<u64, u32> = HashMap::with_capacity(texts.len());
    let of_text: Vec<u32> = texts
        .iter()
        .map(|text| {
            let post = fingerprinter.read(&Item { text: text.as_ref(), ..Item::default() });
            if let Some(known) = post.plain.and_then(|plain| first.get(&plain)) {
                return *known;
            }
            let text = index.add(&post, &mut groups, &mut |_, _| ());
            first.extend(post.plain.map(|plain| (plain, text)));
            text
        })
        .collect();
    let mut number: HashMap<u32, u32> = HashMap::new();
    of_text
        .into_iter()
        .map(|text| {
            let next = number.len() as u32;
            *number.entry(groups.root(text)).or_insert(next)
        })
        .collect()
}
