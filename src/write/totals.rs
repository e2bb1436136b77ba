//! What a run counted, for the table at its end and for its manifest.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::post::{Status, TaggedPost};

/// Posts with one label.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelTotal {
    /// Posts with the label; a post with two targets of the label counts once.
    pub posts: u64,
    /// Posts by target; a post counts once for each of its targets, so these can add up to more.
    pub targets: BTreeMap<Arc<str>, u64>,
}

/// Counts of a run. Each worker keeps its own and they are merged: the order makes no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Posts with status `labelled`.
    pub labelled: u64,
    /// Posts with status `abstained`.
    pub abstained: u64,
    /// Posts without any tag, labelled or abstained.
    pub without_tags: u64,
    /// Posts by label.
    pub labels: BTreeMap<Arc<str>, LabelTotal>,
    /// Posts by the label abstained on.
    pub abstained_on: BTreeMap<Arc<str>, u64>,
    /// Posts by claim.
    pub claims: BTreeMap<Arc<str>, u64>,
    /// Posts by language.
    pub languages: BTreeMap<Cow<'static, str>, u64>,
    /// Dead letters by the step that gave up.
    pub dead_letters: BTreeMap<Cow<'static, str>, u64>,
}

impl Totals {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a tagged post.
    pub fn add(&mut self, post: &TaggedPost) {
        match post.status {
            Status::Labelled => self.labelled += 1,
            Status::Abstained => self.abstained += 1,
        }
        if post.tags.is_empty() {
            self.without_tags += 1;
        }
        count(&mut self.languages, &post.language.lang, Cow::clone);
        for (at, tag) in post.tags.iter().enumerate() {
            let earlier = post.tags.get(..at).unwrap_or_default();
            if earlier.iter().any(|other| other.label == tag.label && other.target == tag.target) {
                continue;
            }
            // Looked up first: a clone of the name is needed only for a new one.
            let label = match self.labels.get_mut(&tag.label) {
                Some(label) => label,
                None => self.labels.entry(Arc::clone(&tag.label)).or_default(),
            };
            count(&mut label.targets, &tag.target, Arc::clone);
            if !earlier.iter().any(|other| other.label == tag.label) {
                label.posts += 1;
            }
        }
        for (at, label) in post.abstained.iter().enumerate() {
            if !post.abstained.iter().take(at).any(|other| other == label) {
                count(&mut self.abstained_on, label, Arc::clone);
            }
        }
        for (at, hit) in post.claims.iter().enumerate() {
            if !post.claims.iter().take(at).any(|other| other.claim == hit.claim) {
                count(&mut self.claims, &hit.claim, Arc::clone);
            }
        }
    }

    /// Counts a dead letter of a step.
    pub fn add_dead_letter(&mut self, step: &'static str) {
        *self.dead_letters.entry(Cow::Borrowed(step)).or_default() += 1;
    }

    /// Adds another worker's counts.
    pub fn merge(&mut self, other: Totals) {
        self.labelled += other.labelled;
        self.abstained += other.abstained;
        self.without_tags += other.without_tags;
        for (name, theirs) in other.labels {
            let label = self.labels.entry(name).or_default();
            label.posts += theirs.posts;
            add_all(&mut label.targets, theirs.targets);
        }
        add_all(&mut self.abstained_on, other.abstained_on);
        add_all(&mut self.claims, other.claims);
        add_all(&mut self.languages, other.languages);
        add_all(&mut self.dead_letters, other.dead_letters);
    }

    /// Tagged posts: labelled + abstained.
    pub fn posts(&self) -> u64 {
        self.labelled + self.abstained
    }

    /// Records that could not be tagged.
    pub fn dead_lettered(&self) -> u64 {
        self.dead_letters.values().sum()
    }

    /// Everything that came in: labelled + abstained + dead-lettered.
    pub fn records(&self) -> u64 {
        self.posts() + self.dead_lettered()
    }

    /// The counts as one JSON object, in a stable order.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "records": self.records(),
            "posts": self.posts(),
            "dead_lettered": self.dead_lettered(),
            "labelled": self.labelled,
            "abstained": self.abstained,
            "without_tags": self.without_tags,
            "labels": self.labels,
            "abstained_on": self.abstained_on,
            "claims": self.claims,
            "languages": self.languages,
            "dead_letters": self.dead_letters,
        })
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: &K, clone: impl FnOnce(&K) -> K) {
    match counts.get_mut(key) {
        Some(posts) => *posts += 1,
        None => {
            counts.insert(clone(key), 1);
        }
    }
}

fn add_all<K: Ord>(counts: &mut BTreeMap<K, u64>, other: BTreeMap<K, u64>) {
    for (key, posts) in other {
        *counts.entry(key).or_default() += posts;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::write::samples;

    #[test]
    fn two_targets_of_one_label_are_one_post_of_the_label() {
        let mut post = samples::platform_attack();
        let mut second = post.tags[0].clone();
        second.target = Arc::from("youtube");
        post.tags.push(second);
        post.tags.push(post.tags[0].clone());
        let mut totals = Totals::new();
        totals.add(&post);
        totals.add(&samples::bare("7"));
        totals.add_dead_letter("read");
        let label = &totals.labels["platform_attack"];
        assert_eq!(label.posts, 1);
        assert_eq!(label.targets.values().sum::<u64>(), 2);
        assert_eq!((totals.posts(), totals.without_tags, totals.records()), (2, 1, 3));
        assert_eq!(totals.to_json()["labels"]["platform_attack"]["targets"]["youtube"], 1);
    }

    proptest! {
        #[test]
        fn workers_merged_are_one_worker(
            posts in prop::collection::vec(samples::any_post(), 0..12),
            cut in 0usize..12,
        ) {
            let whole = counted(&posts);
            let (left, right) = posts.split_at(cut.min(posts.len()));
            let mut merged = counted(right);
            merged.merge(counted(left));
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(whole.posts(), posts.len() as u64);
            prop_assert_eq!(whole.languages.values().sum::<u64>(), posts.len() as u64);
        }
    }

    fn counted(posts: &[TaggedPost]) -> Totals {
        let mut totals = Totals::new();
        for post in posts {
            totals.add(post);
        }
        totals
    }
}
