//! Parts of the gold that are also looked at on their own.

use std::collections::BTreeMap;

use super::{GoldPost, Predicted};

/// Most values of one dimension; the rarer ones fall into `(other)`.
const MOST_VALUES: usize = 12;

/// Which posts belong to which part. A post can belong to several parts of one dimension (targets).
#[derive(Debug, Clone, Default)]
pub struct Slices {
    /// Dimension and value of each part.
    pub names: Vec<(String, String)>,
    /// Per post, the indices of its parts.
    pub of_post: Vec<Vec<u16>>,
}

impl Slices {
    /// Parts by language, script, length, home, target, source and month, where the posts differ in them, and by the
    /// columns named.
    pub fn new(posts: &[&GoldPost], predicted: &[&Predicted], columns: &[String]) -> Self {
        let mut slices = Self { names: Vec::new(), of_post: vec![Vec::new(); posts.len()] };
        let one = |value: Option<String>| value.into_iter().collect::<Vec<_>>();
        slices.add(
            "language",
            posts
                .iter()
                .zip(predicted)
                .map(|(post, tags)| one(post.column("lang").or_else(|| Some(tags.lang.clone())))),
        );
        slices.add("script", posts.iter().map(|post| vec![script(&post.post.text).to_owned()]));
        slices.add("length", posts.iter().map(|post| vec![length(&post.post.text).to_owned()]));
        slices.add("home", posts.iter().map(|post| one(post.home.as_ref().map(ToString::to_string))));
        slices.add(
            "target",
            posts.iter().zip(predicted).map(|(post, tags)| {
                let mut targets: Vec<String> = if post.stances.is_empty() {
                    tags.tags.iter().map(|tag| tag.target.clone()).collect()
                } else {
                    post.stances.iter().map(|(target, _)| target.clone()).collect()
                };
                targets.sort();
                targets.dedup();
                targets
            }),
        );
        slices.add(
            "time",
            posts.iter().map(|post| one(post.post.time.map(|time| time.strftime("%Y-%m").to_string()))),
        );
        let source = "source".to_owned();
        for column in std::iter::once(&source).filter(|source| !columns.contains(source)).chain(columns) {
            slices.add(column, posts.iter().map(|post| one(post.column(column))));
        }
        slices
    }

    fn add(&mut self, dimension: &str, values: impl Iterator<Item = Vec<String>>) {
        let values: Vec<Vec<String>> = values.collect();
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for value in values.iter().flatten() {
            *counts.entry(value).or_default() += 1;
        }
        if counts.len() < 2 {
            return;
        }
        let mut kept: Vec<(&String, usize)> = counts.into_iter().collect();
        kept.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let more = kept.len() > MOST_VALUES;
        kept.truncate(MOST_VALUES);
        let first = self.names.len();
        let index: BTreeMap<&String, u16> =
            kept.iter().enumerate().map(|(at, (value, _))| (*value, (first + at) as u16)).collect();
        let other = (first + kept.len()) as u16;
        for (own, values) in self.of_post.iter_mut().zip(&values) {
            let mut parts: Vec<u16> = values
                .iter()
                .filter_map(|value| index.get(value).copied().or(more.then_some(other)))
                .collect();
            parts.dedup();
            own.extend(parts);
        }
        self.names.extend(kept.iter().map(|(value, _)| (dimension.to_owned(), (*value).clone())));
        if more {
            self.names.push((dimension.to_owned(), "(other)".to_owned()));
        }
    }
}

/// The script that most of a text's letters are in.
fn script(text: &str) -> &'static str {
    let mut counts = [0usize; 5];
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        let at = match u32::from(c) {
            0..=0x024f | 0x1e00..=0x1eff => 0,
            0x0600..=0x06ff | 0x0750..=0x077f | 0xfb50..=0xfdff | 0xfe70..=0xfeff => 1,
            0x0900..=0x097f => 2,
            0x0400..=0x052f => 3,
            _ => 4,
        };
        counts[at] += 1;
    }
    let most = (0..5).max_by_key(|&at| (counts[at], 5 - at)).unwrap_or(0);
    if counts[most] == 0 { "none" } else { ["Latin", "Arabic", "Devanagari", "Cyrillic", "other"][most] }
}

/// The length in code points, in three steps.
fn length(text: &str) -> &'static str {
    match text.chars().count() {
        0..60 => "under 60",
        60..140 => "60–139",
        _ => "140 and more",
    }
}
