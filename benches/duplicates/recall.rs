//! Copies found, against an exact comparison of every text with every other.
//!
//! ```sh
//! python benches/duplicates/posts.py --posts 20000 --keep posts.jsonl
//! cargo bench --bench duplicates -- posts.jsonl
//! ```
//!
//! For each similarity: pairs of posts that are so similar (exact Jaccard of five-letter shingles), how many of them are
//! in one cluster (recall), how many pairs in one cluster are so similar (precision: a chain of copies joins others too),
//! and how many pairs of the clusters that the exact comparison gives are found, and found wrongly.

use std::{collections::HashMap, fs};

use stancemark::duplicates::{clusters, plain, shingles};

fn main() {
    let Some(path) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else {
        println!("skipped: name a file of posts, as benches/duplicates/posts.py --keep writes");
        return;
    };
    let lines = fs::read_to_string(&path).expect("a file of posts");
    let texts: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|post| post["text"].as_str().expect("text").to_owned())
        .collect();
    let sets: Vec<Vec<u32>> = texts.iter().map(|text| shingles(&plain(text))).collect();
    let similarities = [0.5, 0.6, 0.7, 0.8, 0.9];
    let alike = alike(&sets, similarities[0]);
    println!("{} posts", texts.len());
    println!("| similarity | pairs | recall | precision | of exact clusters' pairs | wrong pairs |");
    println!("|---|---|---|---|---|---|");
    for similarity in similarities {
        let found = clusters(&texts, similarity);
        let near: Vec<_> = alike.iter().filter(|pair| pair.2 >= similarity).collect();
        let recalled = near.iter().filter(|(a, b, _)| found[*a] == found[*b]).count();
        let mut root: Vec<usize> = (0..texts.len()).collect();
        for (a, b, _) in &near {
            let (a, b) = (root_of(&mut root, *a), root_of(&mut root, *b));
            root[a.max(b)] = a.min(b);
        }
        let exact: Vec<u32> = (0..texts.len()).map(|at| root_of(&mut root, at) as u32).collect();
        let both: Vec<u64> = exact
            .iter()
            .zip(&found)
            .map(|(&exact, &found)| u64::from(exact) << 32 | u64::from(found))
            .collect();
        let (in_exact, in_found, in_both) = (pairs(&exact), pairs(&found), pairs(&both));
        println!(
            "| {similarity} | {} | {:.4} | {:.4} | {:.4} | {} |",
            near.len(),
            recalled as f64 / near.len() as f64,
            recalled as f64 / in_found as f64,
            in_both as f64 / in_exact as f64,
            in_found - in_both
        );
    }
}

/// All pairs of at least that similarity: every text with all that share a shingle with it.
fn alike(sets: &[Vec<u32>], least: f64) -> Vec<(usize, usize, f64)> {
    let mut having: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut shared = vec![0u32; sets.len()];
    let (mut alike, mut touched) = (Vec::new(), Vec::new());
    for (at, set) in sets.iter().enumerate() {
        for shingle in set {
            let others = having.entry(*shingle).or_default();
            for &other in others.iter() {
                if shared[other] == 0 {
                    touched.push(other);
                }
                shared[other] += 1;
            }
            others.push(at);
        }
        for other in touched.drain(..) {
            let both = std::mem::take(&mut shared[other]) as usize;
            let similarity = both as f64 / (set.len() + sets[other].len() - both) as f64;
            if similarity >= least {
                alike.push((at, other, similarity));
            }
        }
    }
    alike
}

fn root_of(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

/// Pairs of posts with the same number.
fn pairs<T: std::hash::Hash + Eq>(of_posts: &[T]) -> u64 {
    let mut sizes: HashMap<&T, u64> = HashMap::new();
    for number in of_posts {
        *sizes.entry(number).or_default() += 1;
    }
    sizes.values().map(|size| size * (size - 1) / 2).sum()
}
