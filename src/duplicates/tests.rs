//! Copies found, against an exact comparison of every text with every other.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Originality::{Exact, Near, NoText, Original, Repost},
    *,
};
use crate::post::scattered;

/// The demo's texts.
fn demo() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/iamispr.jsonl");
    let text = std::fs::read_to_string(path).expect("the demo");
    text.lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|post| post["text"].as_str().expect("text").to_owned())
        .collect()
}

/// Texts of the demo as people pass them on: words dropped, added, swapped; links, mentions, emoji, case.
fn passed_on(count: u64) -> Vec<String> {
    let demo = demo();
    (0..count)
        .map(|at| {
            let draw = |what: u64, below: usize| (scattered(at * 16 + what) % below as u64) as usize;
            let text = &demo[draw(1, demo.len())];
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            for edit in 0..draw(2, 4) as u64 {
                let place = draw(4 + edit, words.len().max(1));
                match draw(8 + edit, 5) {
                    0 if words.len() > 1 => drop(words.remove(place)),
                    1 => words.insert(place, format!("w{}", draw(12, 50))),
                    2 if words.len() > 1 => words.swap(place, 0),
                    3 => words.push("https://t.co/abc @someone".to_owned()),
                    _ => words = words.iter().map(|word| word.to_uppercase()).collect(),
                }
            }
            words.join(" ")
        })
        .collect()
}

/// Recall and precision at a similarity: of pairs of texts in one cluster, against exact Jaccard; and how many pairs of
/// the clusters that the exact comparison gives are found.
fn measured(texts: &[String], similarity: f64) -> [f64; 3] {
    let found = clusters(texts, similarity);
    let sets: Vec<Vec<u32>> = texts.iter().map(|text| shingles(&plain(text))).collect();
    let mut root: Vec<usize> = (0..texts.len()).collect();
    let (mut alike, mut alike_found, mut together) = (0.0, 0.0, 0.0);
    for a in 0..texts.len() {
        for b in 0..a {
            let same = jaccard(&sets[a], &sets[b]) >= similarity;
            if same {
                let (x, y) = (root_of(&root, a), root_of(&root, b));
                root[x.max(y)] = x.min(y);
            }
            alike += f64::from(same);
            alike_found += f64::from(same && found[a] == found[b]);
            together += f64::from(found[a] == found[b]);
        }
    }
    let (mut exact, mut exact_found) = (0.0, 0.0);
    for a in 0..texts.len() {
        for b in 0..a {
            if root_of(&root, a) == root_of(&root, b) {
                exact += 1.0;
                exact_found += f64::from(found[a] == found[b]);
            } else {
                assert_ne!(found[a], found[b], "{:?} and {:?} have no chain of copies", texts[a], texts[b]);
            }
        }
    }
    [alike_found / alike, alike_found / together, exact_found / exact]
}

fn root_of(root: &[usize], mut at: usize) -> usize {
    while root[at] != at {
        at = root[at];
    }
    at
}

/// `benches/duplicates.rs` measures the same on 20,000.
#[test]
fn copies_are_found_as_an_exact_comparison_finds_them() {
    let texts = passed_on(900);
    for similarity in [0.5, 0.7, 0.85] {
        let [recall, precision, of_clusters] = measured(&texts, similarity);
        println!("{similarity}: recall {recall:.4}, precision {precision:.4}, clusters {of_clusters:.4}");
        assert!(recall >= 0.995, "{similarity}: recall {recall}");
        assert!(precision >= 0.8, "{similarity}: precision {precision}");
        assert!(of_clusters >= 0.99, "{similarity}: clusters {of_clusters}");
    }
}

fn item(text: &str) -> Item<'_> {
    Item { text, ..Item::default() }
}

fn found(settings: Settings, posts: &[Item<'_>]) -> (Vec<Originality>, Copies) {
    let mut duplicates = Duplicates::new(settings);
    let fingerprinter = duplicates.fingerprinter().clone();
    let told = posts.iter().map(|post| duplicates.add(fingerprinter.read(post))).collect();
    assert!(duplicates.remembered() <= settings.remember);
    (told, duplicates.finish())
}

#[test]
fn the_stream_finds_what_is_found_in_memory() {
    let texts = passed_on(2_000);
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    for cluster in clusters(&texts, 0.7) {
        *sizes.entry(cluster).or_default() += 1;
    }
    let mut expected: Vec<u64> = sizes.into_values().filter(|&posts| posts > 1).collect();
    expected.sort_unstable_by_key(|&posts| std::cmp::Reverse(posts));
    let posts: Vec<Item<'_>> = texts.iter().map(|text| item(text)).collect();
    let (told, copies) = found(Settings::default(), &posts);
    assert_eq!(copies.clusters.iter().map(|cluster| cluster.posts).collect::<Vec<_>>(), expected);
    let count = |what: Originality| told.iter().filter(|&&told| told == what).count() as u64;
    assert_eq!(copies.originals, count(Originality::Original));
    assert_eq!((copies.exact, copies.near), (count(Originality::Exact), count(Originality::Near)));
    let sum = copies.originals + copies.reposts + copies.exact + copies.near + copies.no_text;
    assert_eq!((sum, copies.posts), (2_000, 2_000));
    assert_eq!(copies.forgotten, Forgotten::default());
}

#[test]
fn every_post_is_told_what_it_is() {
    let text = "Nobody told us why they took our pages down, and nobody will";
    let retweet = format!("RT @friend: {text}");
    let near = "Nobody told us why they took our pages down, and nobody will ever";
    let link = "https://t.co/x @someone";
    let posts = [
        Item { id: "1", author: Some("a"), is_repost: true, ..item(text) },
        Item { id: "2", author: Some("b"), time: "2019-04-02T00:00:05Z".parse().ok(), ..item(text) },
        Item { id: "3", author: Some("b"), time: "2019-04-02T00:00:01Z".parse().ok(), ..item(&retweet) },
        Item { id: "4", ..item(near) },
        Item { id: "5", ..item(text) },
        item(link),
        item(link),
        item("Something else altogether"),
    ];
    let (told, copies) = found(Settings::default(), &posts);
    assert_eq!(told, [Repost, Original, Repost, Near, Exact, NoText, NoText, Original]);
    assert_eq!((copies.reposts, copies.copies(), copies.no_text), (2, 2, 2));
    let [cluster] = copies.clusters.as_slice() else { panic!("one cluster: {:?}", copies.clusters) };
    assert_eq!((cluster.posts, cluster.reposts, cluster.texts, cluster.accounts.count()), (5, 2, 2, 2));
    let example = (cluster.example.id.as_deref(), cluster.example.text.as_deref());
    assert_eq!(example, (Some("2"), Some(text)), "the first that is no repost");
    assert_eq!(cluster.span_seconds(), Some(4));
}

#[test]
fn groups_that_a_later_text_joins_are_one_cluster() {
    // The first two share too little; the third shares enough with both.
    let words = |from: u64, to: u64| {
        (from..to).map(|n| format!("{:05x}", scattered(n) & 0xf_ffff)).collect::<Vec<_>>().join(" ")
    };
    let texts = [words(0, 40), words(12, 52), words(6, 46)];
    let sets: Vec<_> = texts.iter().map(|text| shingles(&plain(text))).collect();
    assert!(jaccard(&sets[0], &sets[1]) < 0.7 && jaccard(&sets[0], &sets[2]) > 0.7);
    let posts =
        texts.iter().zip(["a", "b", "c"]).map(|(text, author)| Item { author: Some(author), ..item(text) });
    let posts: Vec<_> = posts.collect();
    let (told, copies) = found(Settings::default(), &posts);
    assert_eq!(told, [Original, Original, Near]);
    let [cluster] = copies.clusters.as_slice() else { panic!("one cluster: {:?}", copies.clusters) };
    assert_eq!((cluster.posts, cluster.texts, cluster.accounts.count()), (3, 3, 3));
}

/// However many texts there are, no more are held than allowed, and what is repeated stays known.
#[test]
fn memory_is_bounded_and_what_is_repeated_is_not_forgotten() {
    let settings = Settings { remember: 100, ..Settings::default() };
    let slogan = "We are ordinary citizens and nobody pays us for what we say here";
    let texts: Vec<String> = (0..3_000u64)
        .map(|at| match at % 10 {
            0 => slogan.to_owned(),
            1 => format!("{slogan} {}", at % 7),
            _ => format!("{:x} {:x} {:x}", scattered(at), scattered(at + 10_000), scattered(at + 20_000)),
        })
        .collect();
    let posts: Vec<_> = texts.iter().map(|text| item(text)).collect();
    let (_, copies) = found(settings, &posts);
    assert_eq!(copies.posts, 3_000);
    assert_eq!(copies.clusters[0].posts, 600);
    assert_eq!(copies.originals, 2_401);
    assert!(copies.forgotten.texts > 2_000, "{:?}", copies.forgotten);
    assert_eq!((copies.forgotten.clusters, copies.forgotten.posts), (0, 0));
}

#[test]
fn what_is_forgotten_is_counted() {
    let settings = Settings { remember: 20, ..Settings::default() };
    let texts: Vec<String> =
        (0..400u64).map(|at| format!("{:x} {:x}", scattered(at / 2), scattered(at / 2 + 1_000))).collect();
    let posts: Vec<_> = texts.iter().map(|text| item(text)).collect();
    let (_, copies) = found(settings, &posts);
    let held: u64 = copies.clusters.iter().map(|cluster| cluster.posts).sum();
    assert_eq!(held + copies.forgotten.posts, 400);
    assert_eq!(copies.clusters.len() as u64 + copies.forgotten.clusters, 200);
}

#[test]
fn clusters_of_few_accounts_can_be_left_out() {
    let (one, many) = ("The first of the two texts of this test", "Now for something completely different");
    let posts = [
        Item { author: Some("a"), ..item(one) },
        Item { author: Some("a"), ..item(one) },
        Item { author: Some("a"), ..item(many) },
        Item { author: Some("b"), ..item(many) },
    ];
    let (_, mut copies) = found(Settings::default(), &posts);
    copies.suppress(2);
    assert_eq!((copies.suppressed, copies.clusters.len()), (Some((2, 1)), 1));
    assert_eq!((copies.clusters[0].accounts.count(), copies.clusters[0].example.id.as_deref()), (2, None));
    let unknown: Vec<_> = posts.iter().map(|post| Item { author: None, ..*post }).collect();
    let (_, mut copies) = found(Settings::default(), &unknown);
    copies.suppress(2);
    assert_eq!(copies.suppressed, Some((2, 0)));
    copies.suppress(3);
    assert_eq!(copies.suppressed, Some((3, 2)), "posts stand in for accounts that nobody told");
}

#[test]
fn copies_share_a_cluster_and_others_do_not() {
    let texts = [
        "The minister said that the bridge will be opened on Monday morning",
        "The weather in the north is cold and it will snow tomorrow",
        "the minister said the bridge will be opened on monday morning!! http://x.y",
        "",
        "",
        "The minister said that the bridge will be opened on Monday evening",
    ];
    assert_eq!(clusters(&texts, 0.5), [0, 1, 0, 2, 3, 0]);
}

#[test]
fn close_pairs_are_found_among_many() {
    // 300 different texts, each with a copy that lacks its last words.
    let word = |n: u64| format!("{:x}", scattered(n) % 100_000);
    let text = |n: u64, words: u64| (0..words).map(|w| word(n * 100 + w)).collect::<Vec<_>>().join(" ");
    let texts: Vec<String> = (0..300).flat_map(|n| [text(n, 20), text(n, 16)]).collect();
    let found = clusters(&texts, 0.5);
    let split = found.chunks(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(split, 0, "copies told apart");
    assert_eq!(found.iter().max(), Some(&299));
}

/// The order of the posts does not show in the clusters, but for the example.
#[test]
fn the_order_of_the_posts_does_not_show() {
    let texts = passed_on(600);
    let posts: Vec<_> = texts.iter().map(|text| item(text)).collect();
    let backwards: Vec<_> = posts.iter().rev().copied().collect();
    let sizes = |posts: &[Item<'_>]| {
        let (_, copies) = found(Settings::default(), posts);
        copies.clusters.iter().map(|cluster| (cluster.posts, cluster.texts)).collect::<BTreeSet<_>>()
    };
    assert_eq!(sizes(&posts), sizes(&backwards));
}
