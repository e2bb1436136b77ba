//! What one typical post costs to write and to count: two tags with three pieces of evidence, one
//! hashtag, a time. `cargo bench --bench write`; throughput is posts per second of one thread.

use std::{borrow::Cow, hint::black_box, num::NonZeroUsize, path::PathBuf, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stancemark::{
    aggregate::{Counter, Plan, TagRecord, count_files},
    post::{Evidence, Language, Share, Stance, Status, Tag, TaggedPost},
    write::{Compression, Destination, Encoder, Format, OutputKind, Sink, Totals},
};

/// Posts in one batch, as a run hands them to a worker.
const BATCH: usize = 1_000;

fn posts() -> Vec<TaggedPost> {
    let shared: Vec<Arc<str>> = [
        "support",
        "ispr",
        "platform_attack",
        "facebook",
        "target:ispr",
        "rule:proud",
        "target:facebook",
        "model:stance",
    ]
    .map(Arc::from)
    .to_vec();
    let name = |at: usize| Arc::clone(&shared[at]);
    (0..BATCH)
        .map(|at| {
            let evidence = |start, end, by| Evidence { start, end, by: name(by) };
            let tag = |label, target, stance, score, evidence| Tag {
                label: name(label),
                target: name(target),
                stance,
                score,
                evidence,
                by: vec![name(7), name(5)],
            };
            TaggedPost {
                id: format!("{}", 1_112_345_678_901_234_567 + at as u64 * 7_919),
                time: jiff::Timestamp::from_second(1_554_120_000 + i64::from(at as u32) * 3).ok(),
                language: Language {
                    lang: Cow::Borrowed(["ur", "en", "hi-Latn"][at % 3]),
                    confidence: 0.9731,
                    mix: vec![
                        Share { lang: Cow::Borrowed("ur"), share: 0.8125 },
                        Share { lang: Cow::Borrowed("en"), share: 0.1875 },
                    ],
                },
                hashtags: vec!["iamispr".to_owned()],
                tags: vec![
                    tag(0, 1, Stance::Favor, 0.9412, vec![evidence(12, 16, 4), evidence(20, 31, 5)]),
                    tag(2, 3, Stance::Against, 0.6127, vec![evidence(54, 62, 6)]),
                ],
                claims: Vec::new(),
                status: Status::Labelled,
                abstained: Vec::new(),
                scores: vec![(name(0), 0.9412), (name(2), 0.6127), (name(4), 0.0312)],
                text: None,
                input: None,
            }
        })
        .collect()
}

fn kind(format: Format, compression: Compression) -> OutputKind {
    OutputKind { format, compression }
}

fn writing(c: &mut Criterion) {
    let posts = posts();
    let mut group = c.benchmark_group("encode");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (name, kind) in [
        ("jsonl", kind(Format::Jsonl, Compression::Plain)),
        ("jsonl.gz", kind(Format::Jsonl, Compression::Gzip)),
        ("csv", kind(Format::Csv, Compression::Plain)),
        ("parquet", kind(Format::Parquet, Compression::Plain)),
    ] {
        let encoder = Encoder::new(kind);
        group.bench_function(name, |b| b.iter(|| encoder.encode(black_box(&posts)).expect("encode")));
    }
    group.bench_function("totals", |b| {
        let mut totals = Totals::new();
        b.iter(|| posts.iter().for_each(|post| totals.add(black_box(post))));
    });
    group.finish();

    let folder = tempfile::tempdir().expect("folder");
    let mut group = c.benchmark_group("sink");
    group.throughput(Throughput::Elements(100 * BATCH as u64)).sample_size(10);
    for name in ["a.jsonl", "a.jsonl.zst", "a.parquet"] {
        group.bench_function(name, |b| b.iter(|| file(folder.path().join(name), &posts, 100)));
    }
    group.finish();
}

/// Writes `times` batches to a file, encoding included.
fn file(path: PathBuf, posts: &[TaggedPost], times: usize) -> PathBuf {
    let destination = Destination::File(path.clone());
    let kind = OutputKind::of(&destination, None).expect("kind");
    let mut sink = Sink::create(&destination, kind).expect("create");
    for _ in 0..times {
        sink.write(Encoder::new(kind).encode(posts).expect("encode")).expect("write");
    }
    sink.finish().expect("finish");
    path
}

fn counting(c: &mut Criterion) {
    let posts = posts();
    let folder = tempfile::tempdir().expect("folder");
    let one = NonZeroUsize::MIN;
    let mut group = c.benchmark_group("aggregate");
    group.throughput(Throughput::Elements(100 * BATCH as u64)).sample_size(10);
    for name in ["a.jsonl", "a.csv", "a.parquet"] {
        let path = file(folder.path().join(name), &posts, 100);
        for by in ["label", "label,target,lang,hashtag,time:15min"] {
            let plan = Plan::parse(by, &[], None).expect("plan");
            group.bench_function(format!("{name} by {by}"), |b| {
                b.iter(|| {
                    count_files(std::slice::from_ref(&path), &plan, one).expect("counts").counter.posts()
                });
            });
        }
    }
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("counter only, by label,target,lang,hashtag,time:15min", |b| {
        let plan = Plan::parse("label,target,lang,hashtag,time:15min", &[], None).expect("plan");
        let records: Vec<_> = posts.iter().map(TagRecord::from).collect();
        let mut counter = Counter::new(plan);
        b.iter(|| records.iter().try_for_each(|record| counter.add(black_box(record))).expect("few cells"));
    });
    group.finish();
}

criterion_group!(benches, writing, counting);
criterion_main!(benches);
