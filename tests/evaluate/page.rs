//! The report: one file, nothing in it runs or leaves, and a browser shows it in light and dark, narrow and wide.

use serde_json::json;

use crate::program::{Browser, Folder, assert_says, stancemark};

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

#[test]
fn a_browser_shows_it_light_and_dark_narrow_and_wide() {
    let folder = Folder::new();
    let Some(browser) = Browser::find(&folder) else { return };
    let page = report(&folder);
    let dom = browser.dom(&page);
    assert!(dom.contains("<title>Evaluation: ") && !dom.contains("<h1>broken"), "{dom:.400}");
    assert_eq!(dom.matches("<article").count(), 6, "one for each wrong decision");
    for dark in [false, true] {
        for width in [400, 1280] {
            let shot = browser.shot(&page, width, dark);
            assert!(shot.wide >= 400, "{shot:?}");
            assert!(if dark { shot.bright < 0.35 } else { shot.bright > 0.75 }, "dark {dark}, {shot:?}");
        }
    }
}
