//! Remembers the scores of texts already read, in bounded memory.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hasher},
    sync::Mutex,
};

use crate::post::StanceProbabilities;

/// A pair's key: 128 bits of hash of the text and the target.
pub type Key = u128;

/// Keys are hashes already.
#[derive(Default)]
struct Through(u64);

impl Hasher for Through {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

type Generation = HashMap<Key, StanceProbabilities, BuildHasherDefault<Through>>;

/// Two generations: what is asked for again moves to the young one; the old one is dropped when the
/// young one is full.
pub struct Cache {
    generations: Mutex<(Generation, Generation)>,
    capacity: usize,
    seeds: [std::hash::RandomState; 2],
}

impl Cache {
    /// A cache of at most `2 * capacity` pairs, 32 bytes each and the map's slack.
    pub fn new(capacity: usize) -> Self {
        Self {
            generations: Mutex::default(),
            capacity,
            seeds: [std::hash::RandomState::new(), std::hash::RandomState::new()],
        }
    }

    /// The key of a pair.
    pub fn key(&self, text: &str, target: &str) -> Key {
        let [high, low] =
            [&self.seeds[0], &self.seeds[1]].map(|seed| u128::from(seed.hash_one((text, target))));
        high << 64 | low
    }

    /// What is known of these keys.
    pub fn get(&self, keys: &[Key]) -> Vec<Option<StanceProbabilities>> {
        let mut guard = self.lock();
        let (young, old) = &mut *guard;
        keys.iter()
            .map(|key| {
                if let Some(known) = young.get(key) {
                    return Some(*known);
                }
                let known = old.get(key).copied()?;
                self.insert(young, old, *key, known);
                Some(known)
            })
            .collect()
    }

    fn insert(
        &self,
        young: &mut Generation,
        old: &mut Generation,
        key: Key,
        probabilities: StanceProbabilities,
    ) {
        if young.len() >= self.capacity {
            *old = std::mem::take(young);
        }
        young.insert(key, probabilities);
    }

    /// Remembers.
    pub fn put(&self, entries: impl IntoIterator<Item = (Key, StanceProbabilities)>) {
        let mut guard = self.lock();
        let (young, old) = &mut *guard;
        for (key, probabilities) in entries {
            self.insert(young, old, key, probabilities);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Generation, Generation)> {
        self.generations.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_bounded_and_keeps_what_is_used() {
        let cache = Cache::new(100);
        let some = StanceProbabilities::from_logits([1.0, 0.0, 0.0]);
        let often = cache.key("often", "x");
        cache.put([(often, some)]);
        for n in 0..1000 {
            cache.put([(cache.key(&format!("{n}"), "x"), some)]);
            assert_eq!(cache.get(&[often])[0], Some(some), "after {n}");
        }
        let guard = cache.lock();
        assert!(guard.0.len() <= 100 && guard.1.len() <= 100, "{} {}", guard.0.len(), guard.1.len());
    }

    #[test]
    fn the_target_is_part_of_the_key() {
        let cache = Cache::new(4);
        assert_ne!(cache.key("a", "bc"), cache.key("ab", "c"));
        assert_eq!(cache.key("a", "b"), cache.key("a", "b"));
    }
}
