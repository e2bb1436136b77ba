//! The page itself: one file, nothing leaves, nothing of a post runs, and a browser shows it in every way.

use std::{fs, path::Path};

use super::{report, says, tagged, written};
use crate::program::{Browser, DEMO, Folder, tag};

/// The demo corpus, tagged without the model.
fn demo(folder: &Folder) -> std::path::PathBuf {
    let tags = folder.path("demo.jsonl");
    tag(["-q", "--keep", DEMO, "-o"]).and([&tags]).done();
    tags
}

/// What leads out of a page, or runs in it, but for its own three script elements.
fn check_closed(page: &str) {
    let policy =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-";
    says(page, &[policy, "; script-src 'sha256-", "base-uri 'none'; form-action 'none'"]);
    assert_eq!(page.matches("<script").count(), 3, "data, uPlot and ours");
    assert!(!page.contains("unsafe-"));
    // Attributes of elements alone: a text may speak of them. Scripts are allowed by their hashes, and load nothing.
    let markup = without_scripts(page);
    for tag in markup.split('<').skip(1).map(|rest| rest.split_once('>').expect("an end").0) {
        // What stands between quotes is a value; a text in it cannot end it, as its quotes are escaped.
        let parts: Vec<&str> = tag.split('"').collect();
        for (at, outside) in parts.iter().enumerate().step_by(2) {
            for attribute in [" src=", " action=", " srcset=", " poster=", " style=", " on"] {
                assert!(!outside.contains(attribute), "<{tag}>");
            }
            assert!(
                !outside.contains(" href=") || parts.get(at + 1).is_some_and(|to| to.starts_with('#')),
                "<{tag}>"
            );
        }
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        assert!(!["img", "link", "iframe", "object", "embed", "base"].contains(&name), "<{tag}>");
    }
    assert!(!markup.contains("@import") && !markup.contains("url("));
}

/// The page as it is where no script runs: a headless browser that is to run none cannot tell what it sees.
fn without_scripts(page: &str) -> String {
    let mut parts = page.split("<script");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |markup, part| markup + part.split_once("</script>").expect("its end").1)
}

#[test]
fn the_page_holds_everything_and_texts_never_become_markup() {
    let folder = Folder::new();
    let (_, page) = report(&folder, &demo(&folder), &["--time-zone", "Asia/Karachi"]);
    check_closed(&page);
    says(
        &page,
        &[
            "prefers-color-scheme: dark",
            "<details><summary>The numbers",
            "uPlot",
            "iamispr",
            "Method and limits",
        ],
    );
    assert!(page.len() < 600_000, "{}", page.len());

    let evil =
        "</script><script>document.title='broken'</script><h1>broken</h1>\"><img src=x onerror=alert(1)>'";
    let posts: Vec<_> = (0..30)
        .map(|at| {
            let mut post = tagged(at, "2019-04-02T07:10:00Z", evil, &[(evil, evil)], evil, evil);
            post["hashtags"] = serde_json::json!([evil]);
            post["claims"] = serde_json::json!([{"claim": evil, "score": 0.9, "evidence": [], "by": []}]);
            post
        })
        .collect();
    let tags = written(&folder, "evil.jsonl", &posts);
    folder.write(
        "evil.jsonl.manifest.json",
        serde_json::json!({"stancemark": evil, "codebook": {"name": evil}}).to_string(),
    );
    let (path, page) = report(&folder, &tags, &["--title", evil]);
    check_closed(&page);
    assert!(!page.contains("<h1>broken"));
    if let Some(browser) = Browser::find(&folder) {
        let dom = browser.dom(&path);
        assert!(
            dom.contains("class=\"js\"") && dom.contains("<canvas"),
            "the page's own scripts run: {dom:.300}"
        );
        assert!(!dom.contains("<title>broken") && !dom.contains("<h1>broken") && !dom.contains("<img"));
    }
}

#[test]
fn a_large_file_of_tags_gives_a_small_page() {
    let folder = Folder::new();
    // Two months, more hashtags, targets, languages and texts than any table shows.
    let posts: Vec<_> = (0..30_000usize)
        .map(|at| {
            let minute = at * 86_400 * 61 / 30_000 / 60;
            let (day, hour) = (minute / 1440, minute % 1440 / 60);
            let time =
                format!("2019-{:02}-{:02}T{hour:02}:{:02}:00Z", 4 + day / 30, 1 + day % 30, minute % 60);
            let target = format!("target{}", at * 7 % 997);
            let label = format!("label{}", at % 14);
            let lang = format!("l{}", at % 60);
            let text = format!(
                "a long text that is posted again and again, number {} of them all, {}",
                at % 300,
                "word ".repeat(40)
            );
            let mut post = tagged(at, &time, &lang, &[(&label, &target)], &text, &format!("u{at}"));
            post["hashtags"] = serde_json::json!([format!("tag{at}"), format!("more{}", at % 911)]);
            post
        })
        .collect();
    let tags = written(&folder, "large.jsonl", &posts);
    let (_, page) = report(&folder, &tags, &[]);
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    says(&page, &["30,000 posts", "The 25 most frequent of 30,911 hashtags", "of 997 targets"]);
}

#[test]
fn a_browser_shows_it_light_and_dark_narrow_and_wide_with_and_without_scripts() {
    let folder = Folder::new();
    let Some(browser) = Browser::find(&folder) else { return };
    let (page, html) = report(&folder, &demo(&folder), &["--time-zone", "Asia/Karachi"]);
    for dark in [false, true] {
        for width in [400, 1280] {
            let shot = browser.shot(&page, width, dark);
            assert!(
                shot.wide >= 400 && if dark { shot.bright < 0.4 } else { shot.bright > 0.75 },
                "dark {dark}, {shot:?}"
            );
        }
    }
    let silent = folder.write("silent.html", without_scripts(&html));
    let (with, without) = (browser.dom(&page), browser.dom(&silent));
    let shot = browser.shot(&silent, 1280, false);
    assert!(shot.bright > 0.75, "{shot:?}");
    assert_eq!((with.matches("<canvas").count(), without.matches("<canvas").count()), (2, 0));
    assert!(without.matches("class=\"chart\"").count() == 2 && without.contains("id=\"controls\" hidden="));
    // Filters and zoom do what they say: all posts, those of one language, half of the time.
    let act = |script: &str| acted(&browser, &folder, &html, script);
    let all = act("");
    assert!(all.contains(": 740 posts"), "{all}");
    let one =
        act("document.querySelectorAll('[data-language]').forEach((box, at) => { if (at) box.click(); });");
    let posts = |told: &str| -> u64 {
        let words: Vec<&str> = told.split(": ").nth(1).unwrap_or_default().split(' ').collect();
        words[0].replace(',', "").parse().unwrap_or_else(|_| panic!("{told}"))
    };
    assert!(posts(&one) < 400 && one.contains(", in "), "{one}");
    let near = act("document.getElementById('nearer').click();");
    assert!(posts(&near) < 740, "{near}");
    let back = act("document.getElementById('nearer').click(); document.getElementById('whole').click();");
    assert_eq!(posts(&back), 740, "{back}");
}

/// What the page says of the chosen posts after a script acted on it. Its policy allows no foreign script, so that a copy
/// without the policy is taken. Also checks that nothing is wider than a narrow window.
fn acted(browser: &Browser<'_>, folder: &Folder, html: &str, script: &str) -> String {
    let (before, after) = html.split_once("<meta http-equiv=\"Content-Security-Policy\"").expect("a policy");
    let open = before.to_owned() + after.split_once('>').expect("its end").1;
    let script = format!(
        "<script>{script}; const d = document.documentElement; d.dataset.fits = d.scrollWidth <= d.clientWidth;</script></body>"
    );
    let path = folder.path("open.html");
    fs::write(&path, open.replace("</body>", &script)).expect("written");
    let dom = browser.dom(Path::new(&path));
    assert!(dom.contains("data-fits=\"true\""), "nothing is wider than the window");
    let chosen = dom
        .split_once("id=\"chosen\"")
        .and_then(|(_, after)| after.split_once("<p>"))
        .expect("what is chosen")
        .1;
    chosen.split_once("</p>").expect("its end").0.to_owned()
}
