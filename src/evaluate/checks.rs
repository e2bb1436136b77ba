//! What is odd about the gold, in words, before any number.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Gold, GoldPost, Predictions};
use crate::duplicates::{fingerprint, plain};

/// Agreement of two annotators from which it looks copied.
const TOO_GOOD: f64 = 0.995;
/// Units from which agreement that good is suspicious.
const MANY: usize = 50;
/// Most examples that a sentence lists.
const LISTED: usize = 5;

/// Looks at the gold alone. `labels` are the codebook's, `clusters` the posts' clusters of near duplicates.
pub fn check_gold(gold: &Gold, labels: &[String], clusters: &[u32]) -> Vec<String> {
    let mut told = Vec::new();
    let posts = &gold.posts;
    if let Some(first) = gold.unreadable.first() {
        told.push(format!(
            "{} are no posts and are left out; the first: {first}",
            many(gold.unreadable.len(), "record")
        ));
    }
    let unlabelled = posts.iter().filter(|post| post.labels.is_none()).count();
    if unlabelled > 0 {
        told.push(format!("{} without labels are left out", many(unlabelled, "post")));
    }
    let mut ids = HashSet::new();
    let again: Vec<&str> =
        posts.iter().map(|post| post.post.id.as_str()).filter(|id| !ids.insert(*id)).collect();
    if !again.is_empty() {
        told.push(format!("{} occur more than once: {}", many(again.len(), "id"), list(again)));
    }
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    for label in posts.iter().flat_map(|post| post.labels.iter().flatten().chain(&post.contested)) {
        if !labels.contains(label) {
            *unknown.entry(label).or_default() += 1;
        }
    }
    if !unknown.is_empty() {
        let listed: Vec<String> = unknown.iter().map(|(label, posts)| format!("{label} ({posts})")).collect();
        told.push(format!(
            "labels outside the codebook are not scored: {}; it knows {}",
            listed.join(", "),
            labels.join(", ")
        ));
    }
    told.extend(contested(posts, labels));
    told.extend(copies(posts, clusters));
    told.extend(splits(posts, clusters));
    told
}

fn contested(posts: &[GoldPost], labels: &[String]) -> Option<String> {
    let counts: Vec<String> = labels
        .iter()
        .map(|label| (label, posts.iter().filter(|post| post.contested.contains(label)).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(label, count)| format!("{label} {count}"))
        .collect();
    (!counts.is_empty()).then(|| {
        format!("labels that annotators disagreed on are skipped, only on those posts: {}", counts.join(", "))
    })
}

/// Near duplicates, and those that are labelled differently.
fn copies(posts: &[GoldPost], clusters: &[u32]) -> Vec<String> {
    let mut groups: BTreeMap<u32, Vec<&GoldPost>> = BTreeMap::new();
    for (post, &cluster) in posts.iter().zip(clusters) {
        groups.entry(cluster).or_default().push(post);
    }
    let copies: usize = groups.values().map(|group| group.len() - 1).sum();
    let mut told = Vec::new();
    if copies > 0 {
        told.push(format!(
            "{} near duplicates of another; intervals redraw each of the {} clusters as a whole",
            if copies == 1 { "1 post is a".to_owned() } else { format!("{copies} posts are") },
            groups.len()
        ));
    }
    let mut conflicts = Vec::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        let mut by_text: HashMap<(String, String), Vec<&GoldPost>> = HashMap::new();
        for &post in group {
            let home = post.home.as_ref().map(ToString::to_string).unwrap_or_default();
            by_text.entry((plain(&post.post.text), home)).or_default().push(post);
        }
        conflicts.extend(by_text.into_values().filter(|same| {
            let mut labels = same.iter().filter_map(|post| post.labels.as_ref());
            let first = labels.next();
            labels.any(|other| Some(other) != first)
        }));
    }
    conflicts.sort_by(|a, b| a[0].post.id.cmp(&b[0].post.id));
    if !conflicts.is_empty() {
        let ids: Vec<String> = conflicts
            .iter()
            .map(|same| same.iter().take(3).map(|post| post.post.id.as_str()).collect::<Vec<_>>().join("/"))
            .collect();
        told.push(format!(
            "{} with the same text and home are labelled differently: {}; look at them again",
            many(conflicts.len(), "group of posts"),
            list(ids.iter().map(String::as_str))
        ));
    }
    told
}

/// Copies across the splits that a column `split` tells.
fn splits(posts: &[GoldPost], clusters: &[u32]) -> Option<String> {
    let mut of_cluster: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for (post, &cluster) in posts.iter().zip(clusters) {
        if let Some(split) = post.column("split") {
            of_cluster.entry(cluster).or_default().insert(split);
        }
    }
    let across = of_cluster.values().filter(|splits| splits.len() > 1).count();
    (across > 0).then(|| {
        format!(
            "{} of near duplicates lie across splits (column `split`): what was learnt on one is not new on the other",
            many(across, "cluster")
        )
    })
}

/// Looks at gold and tags together.
pub fn check_tags(gold: &Gold, tags: &Predictions) -> Vec<String> {
    let mut told = Vec::new();
    let ids: HashSet<&str> = gold.posts.iter().map(|post| post.post.id.as_str()).collect();
    let untagged: Vec<&str> = (gold.posts.iter())
        .map(|post| post.post.id.as_str())
        .filter(|id| !tags.by_id.contains_key(*id))
        .collect();
    if !untagged.is_empty() {
        told.push(format!(
            "{} of the gold have no tags and are left out: {}",
            many(untagged.len(), "post"),
            list(untagged)
        ));
    }
    let mut extra: Vec<&str> = tags.by_id.keys().map(String::as_str).filter(|id| !ids.contains(id)).collect();
    extra.sort_unstable();
    if !extra.is_empty() {
        told.push(format!(
            "{} have no gold and are left out: {}",
            many(extra.len(), "tagged post"),
            list(extra)
        ));
    }
    if tags.repeated > 0 {
        told.push(format!("{} came again in the tags; the first counts", many(tags.repeated, "id")));
    }
    if let Some(first) = tags.unreadable.first() {
        told.push(format!(
            "{} of the tags cannot be read; the first: {first}",
            many(tags.unreadable.len(), "record")
        ));
    }
    told
}

/// Says when posts were calibrated on: their scores are then too good. `known` are the calibration posts' fingerprints.
pub fn check_overlap(posts: &[&GoldPost], known: &BTreeSet<u32>) -> Option<String> {
    let again = posts.iter().filter(|post| known.contains(&fingerprint(&post.post.text))).count();
    (again > 0).then(|| {
        format!(
            "{again} of {} posts were used to learn the decision file: these figures are too good; what `calibrate` \
             tells is cross-fitted and honest",
            posts.len()
        )
    })
}

/// Says when two annotators agree so well that one may have seen the other's labels. `agreement` is theirs, 0–1.
pub fn suspicious(first: &str, second: &str, agreement: f64, units: usize) -> Option<String> {
    (agreement >= TOO_GOOD && units >= MANY).then(|| {
        format!(
            "{first} and {second} agree on {:.1} % of {units} decisions: were they made independently?",
            agreement * 100.0
        )
    })
}

fn many(count: usize, what: &str) -> String {
    let what = match what.split_once(' ') {
        Some((first, rest)) if count != 1 && what.starts_with("group") => format!("{first}s {rest}"),
        _ if count != 1 => format!("{what}s"),
        _ => what.to_owned(),
    };
    format!("{count} {what}")
}

fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", words[..words.len().min(LISTED)].join(", "))
}
