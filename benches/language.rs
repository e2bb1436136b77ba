//! Languages of many posts on one thread, by this program or a peer.
//!
//! `cargo bench --bench language -- TOOL FILE`: FILE holds a JSON string a line. Prints a JSON array a line,
//! `[lang, confidence, mix]`; on stderr the best of three rounds in seconds, and the peak memory.
//! `benches/language/compare.py` runs it. Without arguments it times all tools on the demo's posts.

use std::{collections::BTreeMap, hint::black_box, io::Write, time::Instant};

use stancemark::{
    language::Detector,
    normalize::{Normalized, Normalizer},
};
use whatlang::Lang;

const TOOLS: [&str; 5] =
    ["stancemark", "stancemark and normalize", "whatlang", "whatlang, 29 allowed", "whichlang"];
const ROUNDS: usize = 3;

type Answer = (String, f64, BTreeMap<String, f32>);
type Tell = Box<dyn FnMut(&str, &Normalized) -> Answer>;

fn allowed() -> Vec<Lang> {
    use Lang::{
        Afr, Ara, Aze, Ben, Cat, Ces, Cmn, Dan, Deu, Eng, Fin, Fra, Hin, Hun, Ind, Ita, Jpn, Kor, Mar, Nld,
        Pes, Pol, Por, Ron, Rus, Spa, Swe, Tur, Urd,
    };
    vec![
        Afr, Ara, Aze, Ben, Cat, Ces, Cmn, Dan, Deu, Eng, Fin, Fra, Hin, Hun, Ind, Ita, Jpn, Kor, Mar, Nld,
        Pes, Pol, Por, Ron, Rus, Spa, Swe, Tur, Urd,
    ]
}

fn tool(name: &str) -> Option<Tell> {
    let whatlang = |detector: whatlang::Detector| -> Tell {
        Box::new(move |text, _| {
            let info = detector.detect(text);
            let code = info.as_ref().map_or("und", |info| info.lang().code());
            (code.to_owned(), info.map_or(0.0, |info| info.confidence()), BTreeMap::new())
        })
    };
    let normalizer = Normalizer::new();
    let detector = Detector::new();
    let own = move |text: &str, normalized: &Normalized| {
        let found = detector.detect(text, &normalized.entities);
        let mix = found.mix.into_iter().map(|share| (share.lang.into_owned(), share.share)).collect();
        (found.lang.into_owned(), f64::from(found.confidence), mix)
    };
    Some(match name {
        "stancemark" => Box::new(own),
        "stancemark and normalize" => {
            let mut normalized = Normalized::default();
            Box::new(move |text, _| {
                normalizer.normalize_into(text, &mut normalized);
                own(text, &normalized)
            })
        }
        "whatlang" => whatlang(whatlang::Detector::new()),
        "whatlang, 29 allowed" => whatlang(whatlang::Detector::with_allowlist(allowed())),
        "whichlang" => Box::new(|text, _| {
            let lang = whichlang::detect_language(text);
            (lang.three_letter_code().to_owned(), 1.0, BTreeMap::new())
        }),
        _ => return None,
    })
}

fn demo() -> Vec<String> {
    let records = include_str!("../examples/iamispr.jsonl").lines();
    let text =
        |line| serde_json::from_str::<serde_json::Value>(line).ok()?["text"].as_str().map(str::to_owned);
    records.filter_map(text).collect()
}

/// The best round, in seconds.
fn time(tell: &mut Tell, posts: &[(String, Normalized)]) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        for (text, normalized) in posts {
            black_box(tell(text, normalized));
        }
        begun.elapsed().as_secs_f64()
    });
    rounds.fold(f64::MAX, f64::min)
}

/// Peak memory of this process in MiB, where the system tells.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let normalizer = Normalizer::new();
    let prepared = |texts: Vec<String>| -> Vec<(String, Normalized)> {
        texts.into_iter().map(|text| (text.clone(), normalizer.normalize(&text))).collect()
    };
    let [name, file] = arguments.as_slice() else {
        let posts = prepared(demo());
        for name in TOOLS {
            let mut tell = tool(name).expect("a tool");
            time(&mut tell, &posts);
            println!("{name}: {:.0} posts/s", posts.len() as f64 / time(&mut tell, &posts));
        }
        return;
    };
    let texts = std::fs::read_to_string(file).expect("a file of JSON strings");
    let posts =
        prepared(texts.lines().map(|line| serde_json::from_str(line).expect("a JSON string")).collect());
    let mut tell = tool(name).expect("a tool's name");
    let begun = Instant::now();
    let answers: Vec<Answer> = posts.iter().map(|(text, normalized)| tell(text, normalized)).collect();
    let first = begun.elapsed().as_secs_f64();
    eprintln!("{{\"seconds\":{},\"peak\":{:.1}}}", time(&mut tell, &posts).min(first), peak());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for answer in answers {
        writeln!(out, "{}", serde_json::json!(answer)).expect("stdout");
    }
}
