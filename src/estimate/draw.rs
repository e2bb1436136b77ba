//! Drawing an audit: posts at random, more from where the tags are unsure, each with its weight.

use std::{
    collections::{BTreeMap, BinaryHeap, HashMap},
    path::PathBuf,
    str::FromStr,
};

use serde_json::{Value, json};

use super::{EstimateError, Row, RowsRead, Stratum, each_row, random::rank, stratum::doubt};
use crate::read;

/// How many posts come from which stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// Neyman's (1934): as many as its posts times the deviation that their scores let expect, √mean(p·(1 − p)). The best
    /// for the shares of all posts.
    Neyman,
    /// As many as its posts.
    Proportional,
    /// The same from each: for comparing strata.
    Equal,
    /// No strata: every post has the same chance. Then PPI++ estimates.
    Simple,
}

impl Allocation {
    /// The word of `--allocation`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Neyman => "neyman",
            Self::Proportional => "proportional",
            Self::Equal => "equal",
            Self::Simple => "simple",
        }
    }
}

impl FromStr for Allocation {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        [Self::Neyman, Self::Proportional, Self::Equal, Self::Simple]
            .into_iter()
            .find(|allocation| allocation.as_str() == word)
            .ok_or_else(|| format!("`{word}` is no allocation; use neyman, proportional, equal or simple"))
    }
}

/// What to draw.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Posts wanted.
    pub size: usize,
    /// The same seed draws the same posts from the same tags, in whatever order and format they come.
    pub seed: u64,
    /// How many from where.
    pub allocation: Allocation,
    /// At least so many from every stratum that has them.
    pub floor: usize,
}

impl Sample {
    /// So many posts, by Neyman's allocation, at least five from every stratum.
    pub fn new(size: usize, seed: u64) -> Self {
        Self { size, seed, allocation: Allocation::Neyman, floor: 5 }
    }
}

/// A post that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The post with its tags, and its text once it is known.
    pub row: Row,
    /// How many posts it stands for: the stratum's by those drawn from it.
    pub weight: f64,
    /// The stratum's name.
    pub stratum: String,
    /// Posts of the stratum.
    pub stratum_posts: u64,
}

impl Drawn {
    /// A line for annotators: a tagged post with its text, the weight, and `labels` to fill in.
    ///
    /// It is a line of a tag file as well, so that *export* takes it. `blind` leaves out what the tagger said, so that nobody
    /// is led by it: the tags are empty, and the stratum's name is a hash.
    pub fn to_json(&self, blind: bool) -> Value {
        let row = &self.row;
        let evidence = |(start, end, by): &(u32, u32, String)| json!({"start": start, "end": end, "by": by});
        let tags = row.tags.iter().map(|tag| {
            json!({
                "label": tag.label, "target": tag.target, "stance": tag.stance, "score": tag.score,
                "evidence": tag.evidence.iter().map(evidence).collect::<Vec<_>>(), "by": tag.by,
            })
        });
        let mut line = json!({
            "id": row.id, "text": row.text, "labels": null, "stances": null,
            "weight": self.weight, "stratum": self.stratum, "stratum_posts": self.stratum_posts,
            "lang": row.lang, "hashtags": row.hashtags,
        });
        if let Some(time) = row.time {
            line["time"] = json!(time.to_string());
        }
        if blind {
            line["stratum"] = json!(hidden(&self.stratum));
            line["tags"] = json!([]);
            line["status"] = json!("labelled");
        } else {
            line["tags"] = tags.collect();
            line["status"] = json!(row.status);
            line["abstained"] = json!(row.abstained);
        }
        line
    }
}

/// A stratum's name that tells nothing: eight hexadecimal digits of its hash.
pub(super) fn hidden(stratum: &str) -> String {
    format!("{:08x}", rank(0, stratum) >> 32)
}

/// What was drawn from a stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct StratumDrawn {
    /// Its name.
    pub name: String,
    /// Its posts.
    pub posts: u64,
    /// Those drawn.
    pub drawn: u64,
}

/// A sample.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnSample {
    /// The posts, in an order by chance that tells nothing of their strata.
    pub posts: Vec<Drawn>,
    /// Each stratum.
    pub strata: Vec<StratumDrawn>,
    /// What was read.
    pub read: RowsRead,
    /// Ids met again among those that could be drawn: their weights are too small.
    pub repeated: u64,
}

/// A stratum while posts come in: those with the lowest ranks so far are a random sample of it.
#[derive(Debug)]
struct Reservoir<T> {
    posts: u64,
    doubt: f64,
    kept: BinaryHeap<Ranked<T>>,
}

impl<T> Default for Reservoir<T> {
    fn default() -> Self {
        Self { posts: 0, doubt: 0.0, kept: BinaryHeap::new() }
    }
}

#[derive(Debug)]
struct Ranked<T> {
    rank: u64,
    id: String,
    item: T,
}

impl<T> PartialEq for Ranked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Ranked<T> {}

impl<T> PartialOrd for Ranked<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Ranked<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.rank, &self.id).cmp(&(other.rank, &other.id))
    }
}

/// A sample being drawn from posts as they come, in memory for the sample times the strata.
#[derive(Debug)]
pub struct Drawing<T> {
    sample: Sample,
    reservoirs: BTreeMap<String, Reservoir<T>>,
    repeated: u64,
}

/// An item that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Picked<T> {
    /// The item.
    pub item: T,
    /// How many posts it stands for: the stratum's by those drawn from it.
    pub weight: f64,
    /// The stratum's name.
    pub stratum: String,
    /// Posts of the stratum.
    pub stratum_posts: u64,
}

impl From<Picked<Row>> for Drawn {
    fn from(picked: Picked<Row>) -> Self {
        let Picked { item: row, weight, stratum, stratum_posts } = picked;
        Self { row, weight, stratum, stratum_posts }
    }
}

impl<T> Drawing<T> {
    /// Nothing drawn yet.
    pub fn new(sample: Sample) -> Self {
        Self { sample, reservoirs: BTreeMap::new(), repeated: 0 }
    }

    /// The next post: its stratum and how unsure its tags are come from `row`; `item` is what is kept of it.
    pub fn add(&mut self, row: &Row, item: impl FnOnce() -> T) {
        let name = match self.sample.allocation {
            Allocation::Simple => "(all)".to_owned(),
            _ => Stratum::of(row).name(),
        };
        let reservoir = self.reservoirs.entry(name).or_default();
        reservoir.posts += 1;
        reservoir.doubt += doubt(row);
        let rank = rank(self.sample.seed, &row.id);
        let full = reservoir.kept.len() >= self.sample.size;
        if full && reservoir.kept.peek().is_none_or(|last| last.rank < rank) {
            return;
        }
        if reservoir.kept.iter().any(|kept| kept.rank == rank && kept.id == row.id) {
            self.repeated += 1;
            return;
        }
        if full {
            reservoir.kept.pop();
        }
        reservoir.kept.push(Ranked { rank, id: row.id.clone(), item: item() });
    }

    /// The sample, in an order by chance that tells nothing of the strata; each stratum; and how many ids were met again.
    pub fn finish(self) -> (Vec<Picked<T>>, Vec<StratumDrawn>, u64) {
        let Self { sample, reservoirs, repeated } = self;
        let wants: Vec<f64> = reservoirs
            .values()
            .map(|reservoir| {
                let posts = reservoir.posts as f64;
                match sample.allocation {
                    Allocation::Neyman => posts * (reservoir.doubt / posts).sqrt(),
                    Allocation::Proportional | Allocation::Simple => posts,
                    Allocation::Equal => 1.0,
                }
            })
            .collect();
        let caps: Vec<usize> = reservoirs.values().map(|reservoir| reservoir.kept.len()).collect();
        let sizes = allocate(sample.size, sample.floor, &wants, &caps);
        let (mut picked, mut strata) = (Vec::new(), Vec::new());
        for ((name, reservoir), size) in reservoirs.into_iter().zip(sizes) {
            strata.push(StratumDrawn { name: name.clone(), posts: reservoir.posts, drawn: size as u64 });
            let kept = reservoir.kept.into_sorted_vec();
            picked.extend(kept.into_iter().take(size).map(|Ranked { id, item, .. }| {
                let weight = reservoir.posts as f64 / size as f64;
                // Another order than that of the ranks, which go with the strata.
                let order = rank(sample.seed.wrapping_add(1), &id);
                (order, Picked { item, weight, stratum: name.clone(), stratum_posts: reservoir.posts })
            }));
        }
        picked.sort_by_key(|(order, _)| *order);
        (picked.into_iter().map(|(_, picked)| picked).collect(), strata, repeated)
    }
}

/// Draws a sample from tag files, in one pass and with memory for the sample times the strata.
///
/// Near-copies are drawn as the posts that they are: a text that was posted a thousand times counts a thousand times, and
/// taking it once would need weights for copies.
///
/// # Errors
/// Where a file cannot be read or is no tag file, or holds no post.
pub fn draw(tags: &[PathBuf], sample: &Sample) -> Result<DrawnSample, EstimateError> {
    let mut drawing = Drawing::new(sample.clone());
    let read = each_row(tags, |row| {
        drawing.add(&row, || row.clone());
        Ok(())
    })?;
    if read.posts == 0 {
        return Err(EstimateError::Audit("there are no posts to draw from".to_owned()));
    }
    let (picked, strata, repeated) = drawing.finish();
    Ok(DrawnSample { posts: picked.into_iter().map(Drawn::from).collect(), strata, read, repeated })
}

/// Parts `size` by what each wants: never above its cap, and at least `floor` where the cap allows and `size` is enough.
fn allocate(size: usize, floor: usize, wants: &[f64], caps: &[usize]) -> Vec<usize> {
    let size = size.min(caps.iter().sum());
    let floor = floor.min(size / wants.len().max(1));
    let mut sizes: Vec<usize> = caps.iter().map(|&cap| cap.min(floor)).collect();
    // One at a time to whom it helps most: the greatest want for each that it would then have (Sainte-Laguë).
    for _ in sizes.iter().sum::<usize>()..size {
        let open = (0..sizes.len()).filter(|&at| sizes[at] < caps[at]);
        let next = open.max_by(|&a, &b| {
            let need = |at: usize| wants[at] / (sizes[at] as f64 + 0.5);
            need(a).total_cmp(&need(b))
        });
        let Some(next) = next else { break };
        sizes[next] += 1;
    }
    sizes
}

/// Gives drawn posts their texts from the posts that were tagged, by id. Those still without one are counted.
///
/// # Errors
/// Where the posts cannot be read.
pub fn join_texts(
    drawn: &mut [Drawn],
    posts: &[PathBuf],
    options: &read::Options,
) -> Result<usize, EstimateError> {
    let mut wanted: HashMap<String, usize> = HashMap::new();
    for (at, drawn) in drawn.iter().enumerate().filter(|(_, drawn)| drawn.row.text.is_none()) {
        wanted.insert(drawn.row.id.clone(), at);
    }
    if !posts.is_empty() && !wanted.is_empty() {
        let mut reader = read::open(posts, options)?;
        while let Some(chunk) = reader.next_chunk()? {
            for post in chunk.posts().flatten() {
                if let Some(at) = wanted.remove(&post.id) {
                    drawn[at].row.text = Some(post.text);
                }
            }
            if wanted.is_empty() {
                break;
            }
        }
    }
    Ok(wanted.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_parted_by_what_is_wanted() {
        assert_eq!(allocate(10, 0, &[3.0, 1.0, 1.0], &[100, 100, 100]), [6, 2, 2]);
        assert_eq!(allocate(10, 2, &[8.0, 0.0, 0.0], &[100, 100, 1]), [7, 2, 1]);
        assert_eq!(allocate(10, 2, &[8.0, 1.0], &[3, 100]), [3, 7]);
        assert_eq!(allocate(10, 5, &[1.0, 1.0], &[2, 3]), [2, 3]);
        assert_eq!(allocate(2, 5, &[1.0, 1.0, 9.0], &[9, 9, 9]).iter().sum::<usize>(), 2);
    }

    fn file(folder: &std::path::Path, name: &str, ids: impl Iterator<Item = usize>) -> PathBuf {
        let line = |id: usize| {
            let tags = match id % 10 {
                0 => r#"[{"label":"a","target":"t","stance":"favor","score":0.6}]"#,
                1 | 2 => r#"[{"label":"a","target":"t","stance":"favor","score":0.95}]"#,
                _ => "[]",
            };
            format!(
                "{{\"id\":\"{id}\",\"lang\":\"en\",\"tags\":{tags},\"status\":\"labelled\",\"text\":\"x\"}}\n"
            )
        };
        let path = folder.join(name);
        std::fs::write(&path, ids.map(line).collect::<String>()).expect("written");
        path
    }

    #[test]
    fn the_same_posts_come_in_any_order_and_weights_add_up() {
        let folder = tempfile::tempdir().expect("folder");
        let one = file(folder.path(), "a.jsonl", 0..3000);
        let two =
            [file(folder.path(), "b.jsonl", (1000..3000).rev()), file(folder.path(), "c.jsonl", 0..1000)];
        let found = draw(&[one], &Sample::new(60, 1)).expect("drawn");
        assert_eq!(found.posts, draw(&two, &Sample::new(60, 1)).expect("drawn").posts);
        assert_eq!(found.posts.len(), 60);
        let sum: f64 = found.posts.iter().map(|drawn| drawn.weight).sum();
        assert!((sum - 3000.0).abs() < 1e-6, "{sum}");
        let names: Vec<_> =
            found.strata.iter().map(|stratum| (stratum.name.as_str(), stratum.posts)).collect();
        assert_eq!(names, [("(none)", 2100), ("a 0-0.7", 300), ("a 0.9-1", 600)]);
        // The unsure ones are drawn more often than the others.
        let rate = |at: usize| found.strata[at].drawn as f64 / found.strata[at].posts as f64;
        assert!(rate(1) > rate(0) && rate(1) > rate(2), "{:?}", found.strata);
        let other = draw(&two, &Sample::new(60, 2)).expect("drawn");
        assert_ne!(found.posts, other.posts);
        let simple = Sample { allocation: Allocation::Simple, ..Sample::new(60, 1) };
        assert!(
            draw(&two, &simple).expect("drawn").posts.iter().all(|drawn| (drawn.weight - 50.0).abs() < 1e-9)
        );
    }

    #[test]
    fn every_post_has_the_chance_that_its_weight_says() {
        let folder = tempfile::tempdir().expect("folder");
        let path = [file(folder.path(), "a.jsonl", 0..100)];
        let mut times = [0; 100];
        for seed in 0..400 {
            for drawn in draw(&path, &Sample::new(20, seed)).expect("drawn").posts {
                times[drawn.row.id.parse::<usize>().expect("a number")] += 1;
            }
        }
        let strata = draw(&path, &Sample::new(20, 0)).expect("drawn").strata;
        for (id, times) in times.into_iter().enumerate() {
            let stratum = &strata[match id % 10 {
                0 => 1,
                1 | 2 => 2,
                _ => 0,
            }];
            let chance = stratum.drawn as f64 / stratum.posts as f64;
            let deviation = (400.0 * chance * (1.0 - chance)).sqrt();
            assert!(
                (f64::from(times) - 400.0 * chance).abs() < 4.5 * deviation + 1e-9,
                "{id}: {times} of 400 at {chance}"
            );
        }
    }
}
