//! The report: one file, nothing in it runs or leaves, and a browser shows it in light and dark, narrow and wide.

use std::{io::Read, path::Path, process::Command};

use serde_json::json;

use crate::program::{Folder, assert_says, stancemark};

/// Writes a report on posts that try to break it.
fn report(folder: &Folder) -> std::path::PathBuf {
    let texts = [
        "Shame on Facebook <script>document.title='broken'</script>",
        "<img src=x onerror=alert(1)> Pakistan Zindabad \" onload=\"x",
        "پاکستان زندہ باد </blockquote></main><h1>broken</h1>",
        "India is a terrorist state & a <b>very</b> long word: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];
    let gold: String = texts
        .iter()
        .enumerate()
        .map(|(at, text)| {
            json!({"id": format!("<{at}>"), "text": text, "home": "PK", "source": "<s>", "labels": ["country_target"]}).to_string() + "\n"
        })
        .collect();
    let gold = folder.write("gold.jsonl", gold);
    let page = folder.path("out.html");
    stancemark(["evaluate", "--no-model", "--rounds", "50"])
        .and([&gold])
        .and(["--report"])
        .and([&page])
        .done();
    page
}

#[test]
fn the_page_holds_everything_and_runs_nothing() {
    let folder = Folder::new();
    report(&folder);
    let page = folder.text("out.html");
    assert_says(
        &page,
        &[
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-",
            "prefers-color-scheme: dark",
            "&lt;script&gt;",
            "Precision by recall",
            "how it was decided",
            "<mark>",
            "Surest errors",
            "ECE",
        ],
    );
    for forbidden in [
        "<script",
        "<img",
        "<h1>broken",
        "http://",
        "https://",
        "javascript:",
        " on",
        "style=",
        "<link",
        "<iframe",
    ] {
        let place = page.find(forbidden).filter(|_| forbidden != " on");
        assert!(place.is_none(), "{forbidden}: {:?}", place.map(|at| &page[at..(at + 80).min(page.len())]));
    }
    // A text cannot open a tag, so no attribute of a tag can be its own.
    assert_eq!(page.matches("onerror").count(), page.matches("&lt;img src=x onerror").count());
}

/// The mean brightness of a PNG, 0–1, and its width and height.
fn brightness(path: &Path) -> (f64, u32, u32) {
    let png = std::fs::read(path).expect("a screenshot");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    let (width, height, channels) = (number(16), number(20), if png[25] == 6 { 4 } else { 3 });
    let (mut at, mut packed) = (8, Vec::new());
    while at + 8 <= png.len() {
        let length = number(at) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut raw = Vec::new();
    flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut raw).expect("a PNG");
    let row = width as usize * channels;
    let (mut before, mut sum) = (vec![0u8; row], 0u64);
    for line in raw.chunks(row + 1) {
        let mut now = line[1..].to_vec();
        for at in 0..row {
            let left = if at < channels { 0 } else { now[at - channels] };
            let corner = if at < channels { 0 } else { before[at - channels] };
            let (a, b, c) = (i32::from(left), i32::from(before[at]), i32::from(corner));
            let add = match line[0] {
                0 => 0,
                1 => a,
                2 => b,
                3 => i32::midpoint(a, b),
                _ => {
                    let [pa, pb, pc] = [(b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs()];
                    if pa <= pb && pa <= pc {
                        a
                    } else if pb <= pc {
                        b
                    } else {
                        c
                    }
                }
            };
            now[at] = now[at].wrapping_add(add as u8);
        }
        sum += now.iter().map(|&value| u64::from(value)).sum::<u64>();
        before = now;
    }
    (sum as f64 / (255.0 * f64::from(width * height) * channels as f64), width, height)
}

#[test]
fn a_browser_shows_it_light_and_dark_narrow_and_wide() {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let Some(browser) = names.iter().find(|name| Command::new(name).arg("--version").output().is_ok()) else {
        println!("skipped: none of {} is here to look at the report", names.join(", "));
        return;
    };
    let folder = Folder::new();
    let page = report(&folder);
    let address = format!("file://{}", page.display());
    let run = |arguments: &[String]| {
        let profile = folder.path("profile");
        Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(arguments)
            .arg(&address)
            .output()
            .expect("the browser runs")
    };
    let dom = String::from_utf8_lossy(&run(&["--dump-dom".to_owned()]).stdout).into_owned();
    assert!(dom.contains("<title>Evaluation: ") && !dom.contains("<h1>broken"), "{dom:.400}");
    assert_eq!(dom.matches("<article").count(), 6, "one for each wrong decision");
    for (scheme, dark) in [(1, false), (0, true)] {
        for width in [400, 1280] {
            let shot = folder.path(&format!("{scheme}-{width}.png"));
            run(&[
                format!("--screenshot={}", shot.display()),
                format!("--window-size={width},1600"),
                format!("--blink-settings=preferredColorScheme={scheme}"),
            ]);
            let (bright, wide, _) = brightness(&shot);
            assert!(wide >= 400, "{wide}");
            assert!(
                if dark { bright < 0.35 } else { bright > 0.75 },
                "dark {dark}, width {width}: brightness {bright}"
            );
        }
    }
}
