//! What names and rules cost as a codebook grows, beside what one would use instead.
//!
//! `cargo bench --bench codebook`: 20,000 names in the languages of the shared lists, on text in all their scripts, against
//! aho-corasick on the same names; and 1,000 generated rules with gaps, against a `RegexSet` of the first 200 of them (more
//! of them take minutes to compile). Both on one core. The names and the posts are generated here. Time is CPU time of the
//! thread where the system tells it (Linux), so that other work on the machine counts less.

use std::{
    hint::black_box,
    sync::LazyLock,
    time::{Duration, Instant},
};

use aho_corasick::{AhoCorasick, MatchKind};
use criterion::{Bencher, Criterion, Throughput, criterion_group, criterion_main};
use regex::RegexSetBuilder;
use stancemark::{
    codebook::Codebook,
    language::Detector,
    lexicon::{LexiconBuilder, Words},
    normalize::Normalizer,
    post::Language,
    rules::Matcher,
    targets::Finder,
};

const NAMES: usize = 20_000;
const RULES: usize = 1_000;
const REGEXES: usize = 200;
const POSTS: usize = 2_000;

/// CPU time that this thread took so far; since the first call where the system does not tell.
fn spent() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|line| line.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Measures one round of work.
fn measure(bencher: &mut Bencher, mut round: impl FnMut()) {
    bencher.iter_custom(|rounds| {
        let before = spent();
        for _ in 0..rounds {
            round();
        }
        spent() - before
    });
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
}

/// The names of the shared lists, each also with words of its own script behind it, until there are enough.
fn names() -> Vec<String> {
    let codebook = Codebook::load("iamispr", None).expect("built in");
    let plain: Vec<&String> = codebook
        .targets
        .iter()
        .flat_map(|target| &target.names)
        .filter(|name| !name.ends_with('*'))
        .collect();
    let mut names: Vec<String> = plain.iter().map(|name| (*name).clone()).collect();
    for behind in [
        ["ministry", "وزارت", "मंत्रालय", "министерство"],
        ["army", "فوج", "सेना", "армия"],
        ["embassy", "سفارت", "दूतावास", "посольство"],
    ] {
        for name in &plain {
            let script = match name.chars().find(|c| c.is_alphabetic()) {
                Some('\u{600}'..='\u{6FF}') => 1,
                Some('\u{900}'..='\u{97F}') => 2,
                Some('\u{400}'..='\u{4FF}') => 3,
                _ => 0,
            };
            names.push(format!("{name} {}", behind[script]));
        }
    }
    names.sort();
    names.dedup();
    names.truncate(NAMES);
    names
}

/// Words of posts: frequent ones, and now and then a name.
fn posts(names: &[String], dice: &mut Dice) -> Vec<String> {
    let demo: Vec<String> = include_str!("../examples/iamispr.jsonl")
        .lines()
        .filter_map(|line| {
            Some(serde_json::from_str::<serde_json::Value>(line).ok()?["text"].as_str()?.to_owned())
        })
        .collect();
    (0..POSTS).map(|_| format!("{} {} {}", dice.one(&demo), dice.one(names), dice.one(&demo))).collect()
}

fn rule_words(dice: &mut Dice, script: usize) -> String {
    let parts: [&[&str]; 4] = [
        &["ba", "ko", "shi", "ne", "lu", "mar", "tek", "ru", "so", "pin"],
        &["با", "کو", "شی", "نے", "لو", "مر", "تک", "رو", "سو", "پن"],
        &["बा", "को", "शी", "ने", "लु", "मर", "टक", "रु", "सो", "पिन"],
        &["ба", "ко", "ши", "не", "лу", "мар", "тек", "ру", "со", "пин"],
    ];
    (0..3).map(|_| *dice.one(parts[script])).collect()
}

/// Rules `(a|b) .. c {platform}` and the like, and the same as regular expressions.
fn rules(dice: &mut Dice) -> (String, Vec<String>) {
    let mut book =
        "[codebook]\nname = \"b\"\nversion = 1\ninclude = [\"targets/platforms.toml\"]\n".to_owned();
    let mut regexes = Vec::new();
    for rule in 0..RULES {
        let words: Vec<String> = (0..4).map(|_| rule_words(dice, rule % 4)).collect();
        book += &format!(
            "[[rule]]\nid = \"r{rule}\"\ndescription = \"d\"\npattern = [\"({}|{}) ..3 {}* ..2 {{platform}}\", \"{{platform}} .. {}\"]\n\
             votes = \"against\"\nyes = [\"-\"]\nno = [\"-\"]\n",
            words[0], words[1], words[2], words[3]
        );
        regexes.push(format!(
            r"(?i)\b(?:{}|{})\b(?:\W+\w+){{0,3}}?\W+{}\w*(?:\W+\w+){{0,2}}?\W+(?:facebook|twitter|youtube)\b",
            words[0], words[1], words[2]
        ));
    }
    (book, regexes)
}

fn bench(criterion: &mut Criterion) {
    let mut dice = Dice(2019);
    let names = names();
    assert_eq!(names.len(), NAMES);
    let posts = posts(&names, &mut dice);
    let bytes: usize = posts.iter().map(String::len).sum();

    // Not `{:?}`: Rust's escapes are not those of TOML.
    let listed: Vec<String> =
        names.iter().map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    let book = format!(
        "[codebook]\nname = \"b\"\nversion = 1\n[[target]]\nid = \"t\"\nkind = \"platform\"\nname = \"T\"\nnames = {{ en = [{}] }}\n",
        listed.join(", ")
    );
    let codebook = Codebook::from_toml("b", &book, None).expect("a codebook");
    let normalizer = Normalizer::new();
    let mut lexicon = LexiconBuilder::default();
    let finder = Finder::new(&codebook, &normalizer, &mut lexicon).expect("names");
    let lexicon = lexicon.build();
    let normalized: Vec<_> = posts.iter().map(|post| normalizer.normalize(post)).collect();
    let language = Language { lang: "en".into(), confidence: 1.0, mix: Vec::new() };

    let mut group = criterion.benchmark_group("names");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(10);
    group.bench_function("ours", |bencher| {
        let mut words = Words::default();
        measure(bencher, || {
            for (post, normalized) in posts.iter().zip(&normalized) {
                lexicon.read(normalized, &mut words);
                black_box(finder.find(&words, normalized, post, &language));
            }
        });
    });
    group.bench_function("aho-corasick", |bencher| {
        let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let automaton =
            (AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true))
                .build(&lower)
                .expect("an automaton");
        measure(bencher, || {
            for post in &posts {
                black_box(automaton.find_iter(post.as_str()).count());
            }
        });
    });
    group.finish();

    let (book, regexes) = rules(&mut dice);
    let codebook = Codebook::from_toml("b", &book, None).expect("a codebook");
    let mut lexicon = LexiconBuilder::default();
    let finder = Finder::new(&codebook, &normalizer, &mut lexicon).expect("names");
    let matcher = Matcher::new(&codebook, &normalizer, &mut lexicon).expect("patterns");
    let lexicon = lexicon.build();
    let detector = Detector::new();
    let posts: Vec<String> = (posts.iter())
        .map(|post| {
            let script = dice.roll(4);
            let spoken =
                format!("{} x {} Facebook", rule_words(&mut dice, script), rule_words(&mut dice, script));
            format!("{} {spoken}", post.chars().take(140).collect::<String>())
        })
        .collect();
    let normalized: Vec<_> = posts.iter().map(|post| normalizer.normalize(post)).collect();
    let languages: Vec<Language> = posts
        .iter()
        .zip(&normalized)
        .map(|(post, normalized)| detector.detect(post, &normalized.entities))
        .collect();

    let mut group = criterion.benchmark_group("rules");
    group.throughput(Throughput::Elements(posts.len() as u64)).sample_size(10);
    group.bench_function("ours, 1,000", |bencher| {
        let mut words = Words::default();
        measure(bencher, || {
            for ((post, normalized), language) in posts.iter().zip(&normalized).zip(&languages) {
                lexicon.read(normalized, &mut words);
                let targets = finder.find(&words, normalized, post, language);
                black_box(matcher.find(&codebook, &words, &targets, normalized, language));
            }
        });
    });
    let set = RegexSetBuilder::new(&regexes[..REGEXES])
        .size_limit(1 << 30)
        .dfa_size_limit(1 << 28)
        .build()
        .expect("a set");
    group.throughput(Throughput::Elements((POSTS / 20) as u64));
    group.bench_function("RegexSet, 200", |bencher| {
        measure(bencher, || {
            for post in &posts[..POSTS / 20] {
                black_box(set.matches(post).iter().count());
            }
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
