//! What each step of the way of a post costs without a model, in posts a second on one core.
//!
//! `cargo bench --bench tag`: the demo's posts, over and over. `targets`, `rules` and `decide` are the steps alone;
//! `detect` and `normalize` too; `whole` is all of them, and the tagged post.

use std::{collections::BTreeMap, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stancemark::{
    Look, Scratch, Tagger,
    codebook::Codebook,
    language::Detector,
    lexicon::{LexiconBuilder, Words},
    normalize::{Normalized, Normalizer},
    post::Post,
    rules::Matcher,
    targets::Finder,
};

fn posts() -> Vec<Post> {
    include_str!("../examples/iamispr.jsonl")
        .lines()
        .filter_map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(Post::new(record["id"].as_str()?, record["text"].as_str()?))
        })
        .collect()
}

fn bench(criterion: &mut Criterion) {
    let posts = posts();
    let codebook = Codebook::load("iamispr", None).expect("built in");
    let tagger = Tagger::new(codebook.clone(), None).expect("patterns are right");
    let names = (codebook.targets.iter())
        .flat_map(|target| target.names.iter().chain(target.when.iter().flat_map(|when| &when.names)));
    let normalizer = Normalizer::with_words(names.map(|name| (name.trim_end_matches('*'), 4.5)));
    let detector = Detector::new();
    let mut lexicon = LexiconBuilder::default();
    let finder = Finder::new(&codebook, &normalizer, &mut lexicon).expect("names are right");
    let matcher = Matcher::new(&codebook, &normalizer, &mut lexicon).expect("patterns are right");
    let lexicon = lexicon.build();
    let normalized: Vec<Normalized> = posts.iter().map(|post| normalizer.normalize(&post.text)).collect();
    let words: Vec<Words> = (normalized.iter())
        .map(|post| {
            let mut words = Words::default();
            lexicon.read(post, &mut words);
            words
        })
        .collect();
    let mut scratch = Scratch::default();
    let looks: Vec<Look> = posts.iter().map(|post| tagger.look(post, &mut scratch)).collect();

    let mut group = criterion.benchmark_group("tag");
    group.throughput(Throughput::Elements(posts.len() as u64)).sample_size(20);
    group.bench_function("normalize", |bencher| {
        let mut out = Normalized::default();
        bencher.iter(|| {
            for post in &posts {
                normalizer.normalize_into(&post.text, &mut out);
                black_box(&out);
            }
        });
    });
    group.bench_function("detect", |bencher| {
        bencher.iter(|| {
            for (post, normalized) in posts.iter().zip(&normalized) {
                black_box(detector.detect(&post.text, &normalized.entities));
            }
        });
    });
    group.bench_function("targets", |bencher| {
        let mut words = Words::default();
        bencher.iter(|| {
            for ((post, normalized), look) in posts.iter().zip(&normalized).zip(&looks) {
                lexicon.read(normalized, &mut words);
                black_box(finder.find(&words, normalized, &post.text, &look.language));
            }
        });
    });
    group.bench_function("rules", |bencher| {
        bencher.iter(|| {
            for ((look, normalized), words) in looks.iter().zip(&normalized).zip(&words) {
                black_box(matcher.find(&codebook, words, &look.targets, normalized, &look.language));
            }
        });
    });
    group.bench_function("decide", |bencher| {
        let unread = BTreeMap::new();
        bencher.iter(|| {
            for look in &looks {
                black_box(tagger.decide(look, &unread));
            }
        });
    });
    group.bench_function("whole", |bencher| {
        bencher.iter(|| {
            for post in &posts {
                let _ = black_box(tagger.tag_all(vec![post.clone()], &mut scratch));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
