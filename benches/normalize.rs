//! Time per post of *normalize* and *detect*: `cargo bench --bench normalize`. The posts are made up.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stancemark::{
    language::Detector,
    normalize::{Normalized, Normalizer, model_text},
};

/// Name and post; about 200 bytes each.
const POSTS: [(&str, &str); 6] = [
    (
        "english",
        "So the platform took down another hundred pages today and calls it coordinated behaviour. \
         These are ordinary citizens who love their country, and nobody there asked them anything. Shame on you!",
    ),
    (
        "english_entities",
        "Shame on you @facebook! Stop banning our pages, we all stand with our forces 😂 🇵🇰 \
         #IamISPR #BoycottFacebook #pakistanzindabad https://example.org/status/112233445566 RT if you agree",
    ),
    (
        "urdu",
        "فیس بک نے ہمارے صفحات بند کر دیے ہیں لیکن ہم سچ لکھتے رہیں گے اور اپنی فوج کے ساتھ کھڑے ہیں #پاک_فوج_زندہ_باد",
    ),
    ("hindi", "फ़ेसबुक ने आज फिर सौ पेज हटा दिए हैं और कहा है कि ये सब एक ही जगह से चलते थे, यह बात सच नहीं है।"),
    (
        "roman_urdu",
        "facebook ne hamare pages band kar diye hain lekin hum sach likhte rahenge aur apni fauj ke sath khare hain, \
         yeh mulk hamara hai aur hum kisi se darte nahi hain bhai",
    ),
    (
        "spanish",
        "La plataforma cerró otras cien páginas esta semana y dice que todas eran de la misma oficina, \
         pero nadie ha visto las pruebas y los usuarios preguntan por qué",
    ),
];

fn steps(c: &mut Criterion) {
    let normalizer = Normalizer::new();
    let detector = Detector::new();
    let mut out = Normalized::default();

    let mut group = c.benchmark_group("normalize");
    for (name, post) in POSTS {
        group.throughput(Throughput::Bytes(post.len() as u64));
        group.bench_function(name, |b| b.iter(|| normalizer.normalize_into(black_box(post), &mut out)));
    }
    group.finish();

    let mut group = c.benchmark_group("detect");
    for (name, post) in POSTS {
        let entities = normalizer.normalize(post).entities;
        group.throughput(Throughput::Bytes(post.len() as u64));
        group.bench_function(name, |b| b.iter(|| detector.detect(black_box(post), &entities)));
    }
    group.finish();

    let mut group = c.benchmark_group("model_text");
    for (name, post) in POSTS {
        group.throughput(Throughput::Bytes(post.len() as u64));
        group.bench_function(name, |b| b.iter(|| model_text(black_box(post))));
    }
    group.finish();

    let long = POSTS.map(|(_, post)| post).join("\n").repeat(10_000_000 / 1_300);
    let mut group = c.benchmark_group("long");
    group.sample_size(10).throughput(Throughput::Bytes(long.len() as u64));
    group.bench_function("normalize_10_mb", |b| {
        b.iter(|| normalizer.normalize_into(black_box(&long), &mut out));
    });
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
