//! The parts of the page, each as HTML.

use super::{
    Cross, Report, Timeline,
    charts::{self, CURVES, percent_of, share_bar, stacked},
    html::things,
    method,
};
use crate::{
    duplicates::Copies,
    estimate::{Difference, Estimate},
    page::{cell, escaped, svg::key, table},
    write::{grouped, percent},
};

/// Copied texts shown.
const MOST_COPIES: usize = 25;
/// Claims shown.
const MOST_CLAIMS: usize = 25;
/// Rows of a list; those after them fold away.
const FIRST_ROWS: usize = 12;

/// `12.3% (10.1–14.9)`.
fn with_interval(share: &Estimate) -> String {
    if share.value.is_nan() {
        return "–".to_owned();
    }
    format!("{} ({:.1}–{:.1})", percent_of(share.value), 100.0 * share.low, 100.0 * share.high)
}

/// `+44.9 points (40.1 to 49.2)`.
fn net_with_interval(net: &Difference) -> String {
    format!("{:+.1} points ({:+.1} to {:+.1})", 100.0 * net.value, 100.0 * net.low, 100.0 * net.high)
}

/// A cell with a share and its interval, smaller.
fn share_cell(share: &Estimate) -> String {
    let text = with_interval(share);
    match text.split_once(' ') {
        Some((value, interval)) => format!("<td>{value} <small>{interval}</small></td>"),
        None => format!("<td>{text}</td>"),
    }
}

/// A cell with a count that may be too small to be shown.
fn count_cell(count: Option<u64>) -> String {
    count.map_or_else(
        || "<td><abbr title=\"too few people to be shown\">–</abbr></td>".to_owned(),
        |count| cell(grouped(count)),
    )
}

/// Details that fold away.
fn folded(summary: &str, inside: &str) -> String {
    format!("<details><summary>{}</summary>\n{inside}</details>\n", escaped(summary))
}

/// What is reported on, in a line.
pub(super) fn about(report: &Report) -> String {
    let mut line = format!("{} of {} read", things(report.posts, "post"), things(report.read, "record"));
    if !report.filters.is_empty() {
        line += &format!(", where {}", report.filters.join(" and "));
    }
    if let Some(timeline) = &report.timeline {
        let zone = timeline
            .offset
            .as_ref()
            .map_or_else(|| report.zone.clone(), |offset| format!("{}, {offset}", report.zone));
        line += &format!(
            ", from {} to {} ({})",
            timeline.begins(0),
            timeline.begins(timeline.starts.len()),
            zone
        );
    }
    format!("<p class=\"soft\">{}.</p>\n", escaped(line))
}

/// The most important numbers.
pub(super) fn tiles(report: &Report) -> String {
    let mut tiles: Vec<(&str, String, String)> = Vec::new();
    let abstained =
        report.abstained.map_or_else(String::new, |posts| format!("{} abstained on", things(posts, "post")));
    tiles.push(("posts", grouped(report.posts), abstained));
    if let Some((at, posts)) = report.timeline.as_ref().and_then(Timeline::peak) {
        let timeline = report.timeline.as_ref().map_or_else(String::new, |timeline| {
            format!("in the {} from {}", charts::length(timeline), timeline.name(at))
        });
        tiles.push(("at the peak", grouped(posts), timeline));
    }
    if let Some(((first, second), net)) = &report.net {
        let corrected = report.corrected.as_ref().and_then(|found| found.net.as_ref()?.as_ref().ok());
        let shown = corrected.unwrap_or(net);
        let word = if corrected.is_some() { "corrected by the audit" } else { "uncorrected" };
        tiles.push((
            "net stance",
            format!("{:+.1} points", 100.0 * shown.value),
            format!(
                "{first} less {second}; 95% interval {:+.1} to {:+.1}, {word}",
                100.0 * shown.low,
                100.0 * shown.high
            ),
        ));
    }
    if let Some(copies) = &report.copies {
        let repeated = copies.reposts + copies.copies();
        tiles.push((
            "repeat others",
            percent(repeated, copies.posts),
            format!("{} and {}", things(copies.reposts, "repost"), copies_word(copies.copies())),
        ));
    }
    if let Some(authors) = report.authors {
        let about = if authors.exact {
            String::new()
        } else {
            format!("about, ± {:.1}% (standard error)", 100.0 * authors.standard_error())
        };
        tiles.push(("authors", grouped(authors.count), about));
    }
    let tiles: String = tiles
        .iter()
        .map(|(name, value, more)| {
            format!(
                "<div><dt>{name}</dt><dd><strong>{}</strong> <small>{}</small></dd></div>",
                escaped(value),
                escaped(more)
            )
        })
        .collect();
    format!("<dl class=\"tiles\">{tiles}</dl>\n")
}

fn copies_word(count: u64) -> String {
    if count == 1 { "1 copy".to_owned() } else { format!("{} copies", grouped(count)) }
}

/// What chooses labels, languages and a stretch of time; shown where the script runs.
pub(super) fn controls(report: &Report) -> String {
    let Some(timeline) = &report.timeline else { return String::new() };
    let check = |kind: &str, at: usize, name: &str, class: &str| {
        format!(
            "<label><input type=\"checkbox\" checked data-{kind}=\"{at}\"><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"12\" height=\"12\"/></svg>{}</label>",
            escaped(name)
        )
    };
    let labels: String = (timeline.labels.iter().take(CURVES).enumerate())
        .map(|(at, name)| check("label", at, name, &format!("f{at}")))
        .collect();
    let languages: String = timeline
        .languages
        .iter()
        .enumerate()
        .map(|(at, language)| check("language", at, &language.name, "none"))
        .collect();
    let languages = if timeline.languages.len() > 1 {
        format!(
            "<fieldset><legend>Languages</legend>{languages}<button type=\"button\" id=\"every-language\">all</button></fieldset>"
        )
    } else {
        String::new()
    };
    let shown: String = (timeline.labels.iter().take(CURVES).enumerate())
        .map(|(at, name)| format!("<option value=\"{at}\">posts with {}</option>", escaped(name)))
        .collect();
    format!(
        "<form class=\"controls\" id=\"controls\" hidden aria-label=\"What the charts show\">{languages}<fieldset>\
         <legend>Curves of stance</legend>{labels}</fieldset><fieldset><legend>Bars</legend><label>\
         <select id=\"bars\" aria-label=\"What the bars count\"><option value=\"\">all posts</option>{shown}</select></label>\
         </fieldset><fieldset><legend>Time</legend><button type=\"button\" id=\"earlier\">← earlier</button>\
         <button type=\"button\" id=\"later\">later →</button><button type=\"button\" id=\"nearer\">zoom in</button>\
         <button type=\"button\" id=\"farther\">zoom out</button><button type=\"button\" id=\"whole\">whole time</button>\
         </fieldset><p class=\"soft hint\">Drag across a chart to choose a stretch of time; a double click shows all of it. With \
         the keyboard: the buttons, and arrow keys on a chart. The tables further below are always of all posts.</p></form>\n"
    )
}

/// The curve, its bursts, and the numbers behind it.
pub(super) fn over_time(report: &Report) -> String {
    let Some(timeline) = &report.timeline else {
        return "<p>No post tells its time.</p>\n".to_owned();
    };
    let mut html = format!(
        "<div class=\"interactive\" id=\"curve\" hidden></div>\n<div id=\"chosen\" aria-live=\"polite\" hidden></div>\n<figure class=\"static\">{}<figcaption>Bars: posts per {} (left \
         axis). Line: posts so far (right axis). {}</figcaption></figure>\n",
        charts::curve(timeline),
        charts::length(timeline),
        if timeline.bursts.is_empty() { "" } else { "Shaded: bursts." }
    );
    html += &bursts(timeline);
    let mut missing: Vec<String> = Vec::new();
    if report.without_time > 0 {
        missing.push(format!("{} without a time", things(report.without_time, "post")));
    }
    if timeline.outside > 0 {
        missing.push(format!("{} long before or after all others", things(timeline.outside, "post")));
    }
    if !missing.is_empty() {
        html += &format!("<p class=\"soft\">Not drawn: {}.</p>\n", missing.join("; "));
    }
    html + &numbers(timeline)
}

fn bursts(timeline: &Timeline) -> String {
    let Some(scan) = &timeline.scan else { return String::new() };
    if timeline.bursts.is_empty() {
        return format!(
            "<p>No burst: no stretch has more posts than a steady stream would show by chance (false-alarm rate {} % for the \
             whole stream).</p>\n",
            100.0 * scan.false_alarm * if scan.around.is_some() { 2.0 } else { 1.0 }
        );
    }
    let rows: Vec<String> = (timeline.bursts.iter().zip(1..))
        .map(|(burst, number)| {
            let minutes = timeline.minutes().map(|minutes| minutes * (burst.to - burst.from) as f64);
            let pace = minutes
                .map_or_else(|| "–".to_owned(), |minutes| format!("{:.1}", burst.posts as f64 / minutes));
            cell(number)
                + &cell(timeline.name(burst.from))
                + &cell(timeline.begins(burst.to))
                + &cell(grouped(burst.posts))
                + &cell(grouped(burst.expected.round() as u64))
                + &cell(pace)
        })
        .collect();
    let table = table(&["burst", "from", "to", "posts", "expected", "posts a minute"], &rows);
    if rows.len() > 8 { folded(&format!("{} bursts", rows.len()), &table) } else { table }
}

/// The table behind the charts of time.
fn numbers(timeline: &Timeline) -> String {
    let so_far = timeline.so_far();
    let labels = timeline.labels.iter().take(CURVES).map(String::as_str);
    let head: Vec<&str> = ["from", "posts", "so far"].into_iter().chain(labels).collect();
    let rows: Vec<String> = (0..timeline.starts.len())
        .map(|at| {
            let given = timeline.given.iter().take(CURVES).map(|given| count_cell(given[at]));
            cell(timeline.name(at))
                + &count_cell(timeline.posts[at])
                + &cell(grouped(so_far[at]))
                + &given.collect::<String>()
        })
        .collect();
    folded(&format!("The numbers, per {}", charts::length(timeline)), &table(&head, &rows))
}

/// Shares of labels over time, with bands.
pub(super) fn stance(report: &Report) -> String {
    let Some(timeline) = report.timeline.as_ref().filter(|timeline| !timeline.labels.is_empty()) else {
        return String::new();
    };
    let names: Vec<String> = timeline.labels.iter().take(CURVES).cloned().collect();
    let each = charts::stretches_a_point(timeline);
    let one = charts::one(timeline);
    let point = if each == 1 { one } else { format!("{each} stretches of {one}") };
    let point = format!("{point}, and for more where these hold fewer than {} posts", charts::LEAST_POSTS);
    format!(
        "<p class=\"soft\">Share of the posts of that time that have the label, <em>uncorrected</em>. The band is the 95% \
         interval for chance alone: where few posts were written, it is wide.</p>\n{}<div class=\"interactive\" id=\"shares\" \
         hidden></div>\n<figure class=\"static\">{}<figcaption>Each point stands for {point}. Its numbers are in the table \
         above.</figcaption></figure>\n",
        charts::line_key(&names),
        charts::stance(timeline),
    )
}

/// Shares of labels in all posts, corrected where there is an audit; net stance.
pub(super) fn labels(report: &Report) -> String {
    if report.labels.is_empty() {
        return "<p>No label was given.</p>\n".to_owned();
    }
    let corrected = report.corrected.as_ref();
    let rows: Vec<String> = (report.labels.iter().enumerate())
        .map(|(at, label)| {
            let found = corrected.map(|corrected| corrected.shares.get(&label.name));
            let better = found.flatten().and_then(|found| found.as_ref().ok());
            let corrected = found.map_or_else(String::new, |found| match found {
                Some(Ok(share)) => share_cell(share),
                Some(Err(why)) => cell(why),
                None => cell("–"),
            });
            format!("<td>{}</td>", named(at, &label.name))
                + &cell(grouped(label.posts))
                + &share_cell(&label.share)
                + &corrected
                + &format!("<td class=\"drawn\">{}</td>", share_bar(&label.share, better, at))
        })
        .collect();
    let mut head = vec!["label", "posts", "share, uncorrected"];
    if corrected.is_some() {
        head.push("share, corrected");
    }
    head.push("0% to 100%");
    let mut html = table(&head, &rows);
    if let Some(((first, second), net)) = &report.net {
        html += &format!(
            "<p>Net stance, {} less {}: <strong>{}</strong>, <em>uncorrected</em>",
            escaped(first),
            escaped(second),
            net_with_interval(net)
        );
        match corrected.and_then(|corrected| corrected.net.as_ref()) {
            Some(Ok(net)) => html += &format!("; corrected: <strong>{}</strong>", net_with_interval(net)),
            Some(Err(why)) => html += &format!("; not corrected: {}", escaped(why)),
            None => {}
        }
        html += ".</p>\n";
    }
    html
}

/// A label with its colour.
fn named(at: usize, name: &str) -> String {
    format!(
        "<svg class=\"swatch\" viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"f{}\" width=\"12\" height=\"12\"/></svg>{}",
        at % crate::page::svg::COLOURS,
        escaped(name)
    )
}

/// Values with the posts of each label.
fn cross(report: &Report, cross: &Cross, value: &str, plural: &str, shares: bool) -> String {
    if cross.rows.is_empty() {
        return String::new();
    }
    let labels: Vec<&str> = report.label_names().into_iter().take(CURVES).collect();
    let most = cross.rows.iter().map(|row| {
        let sum: u64 = row.given.iter().take(CURVES).flatten().sum();
        sum.max(row.posts.unwrap_or(0))
    });
    let most = most.max().unwrap_or(0);
    let rows: Vec<String> = (cross.rows.iter())
        .map(|row| {
            let given: Vec<Option<u64>> = row.given.iter().take(CURVES).copied().collect();
            let cells: String = given
                .iter()
                .map(|count| match (count, row.posts) {
                    (Some(count), Some(posts)) if shares => {
                        share_cell(&Estimate::counted((*count).min(posts), posts))
                    }
                    _ => count_cell(*count),
                })
                .collect();
            format!("<td><bdi>{}</bdi></td>", escaped(&row.name))
                + &count_cell(row.posts)
                + &format!("<td class=\"drawn\">{}</td>", stacked(row.posts, &given, most))
                + &cells
        })
        .collect();
    let head: Vec<&str> = [value, "posts", "by label"].into_iter().chain(labels.iter().copied()).collect();
    let mut html = if labels.is_empty() { String::new() } else { key(&labels) };
    let (first, more) = rows.split_at(rows.len().min(FIRST_ROWS));
    html += &table(&head, first);
    if !more.is_empty() {
        html += &folded(&format!("{} more {plural}", more.len()), &table(&head, more));
    }
    html += &left_out(cross.all, cross.rows.len(), plural);
    html
}

fn left_out(all: usize, shown: usize, plural: &str) -> String {
    if all > shown {
        format!("<p class=\"soft\">The {shown} most frequent of {} {plural}.</p>\n", grouped(all as u64))
    } else {
        String::new()
    }
}

/// Targets by label.
pub(super) fn targets(report: &Report) -> String {
    let html = cross(report, &report.targets, "target", "targets", false);
    if html.is_empty() {
        return "<p>No target was named with a stance.</p>\n".to_owned();
    }
    "<p class=\"soft\">Posts with a stance toward the target, by the label that the stance makes. A post can stand in several \
     rows, and have several labels.</p>\n"
        .to_owned()
        + &html
}

/// Languages by label.
pub(super) fn languages(report: &Report) -> String {
    "<p class=\"soft\">Shares of the posts of a language, <em>uncorrected</em>, with 95% intervals for chance alone. How \
     often labels are wrong differs between languages. Grey: no label.</p>\n"
        .to_owned()
        + &cross(report, &report.languages, "language", "languages", true)
}

/// Hashtags by label.
pub(super) fn hashtags(report: &Report) -> String {
    let html = cross(report, &report.hashtags, "hashtag", "hashtags", true);
    if html.is_empty() {
        return html;
    }
    "<p class=\"soft\">Shares of the posts with a hashtag, <em>uncorrected</em>. A post counts with each of its hashtags. Grey: \
     no label.</p>\n"
        .to_owned()
        + &html
}

/// Claims by posts.
pub(super) fn claims(report: &Report) -> String {
    if report.claims.rows.is_empty() {
        return String::new();
    }
    let rows: Vec<String> = (report.claims.rows.iter().take(MOST_CLAIMS))
        .map(|(name, posts)| {
            let share = Estimate::counted(*posts, report.posts);
            cell(name)
                + &cell(grouped(*posts))
                + &share_cell(&share)
                + &format!("<td class=\"drawn\">{}</td>", share_bar(&share, None, 0))
        })
        .collect();
    table(&["claim", "posts", "share, uncorrected", "0% to 100%"], &rows)
        + &left_out(report.claims.all, rows.len(), "claims")
}

/// What repeats other posts.
pub(super) fn copies(report: &Report) -> String {
    let Some(copies) = &report.copies else { return String::new() };
    let parts = [
        ("originals", copies.originals),
        ("reposts", copies.reposts),
        ("exact copies", copies.exact),
        ("near copies", copies.near),
        ("no text to compare", copies.no_text),
    ];
    let rows: Vec<String> = (parts.iter().enumerate())
        .filter(|(at, (_, posts))| *at < 4 || *posts > 0)
        .map(|(at, (name, posts))| {
            let share = Estimate::counted(*posts, copies.posts);
            format!("<td>{}</td>", named(at, name))
                + &cell(grouped(*posts))
                + &cell(percent(*posts, copies.posts))
                + &format!(
                    "<td>{}</td>",
                    stacked(Some(copies.posts), &only(at, share.value, *posts), copies.posts)
                )
        })
        .collect();
    let mut html = table(&["", "posts", "share", "0% to 100%"], &rows);
    html += &clusters(copies, report.timeline.as_ref());
    html
}

/// A row of counts of which only one is not zero, for its colour.
fn only(at: usize, share: f64, posts: u64) -> Vec<Option<u64>> {
    (0..=at).map(|here| if here == at && !share.is_nan() { Some(posts) } else { Some(0) }).collect()
}

fn clusters(copies: &Copies, timeline: Option<&Timeline>) -> String {
    let time = |moment| timeline.map_or_else(|| format!("{moment:.0}"), |timeline| timeline.moment(moment));
    let mut html = String::new();
    if let Some((k, clusters)) = copies.suppressed.filter(|(_, clusters)| *clusters > 0) {
        let unit = if copies.authors_known { "accounts" } else { "posts" };
        html += &format!(
            "<p class=\"soft\">{} of fewer than {k} {unit} are left out.</p>\n",
            things(clusters, "repeated text")
        );
    }
    if copies.clusters.is_empty() {
        return html;
    }
    html += "<p class=\"soft\">The texts posted most often: links, mentions, case, punctuation and spaces do not count. The \
             same text does not mean the same actor.</p>\n<ol class=\"copies\">\n";
    for cluster in copies.clusters.iter().take(MOST_COPIES) {
        let mut facts = vec![things(cluster.posts, "post")];
        if cluster.reposts > 0 {
            facts.push(format!(
                "{} of them {}",
                grouped(cluster.reposts),
                if cluster.reposts == 1 { "a repost" } else { "reposts" }
            ));
        }
        if copies.authors_known {
            let count = cluster.accounts.count();
            let about = if cluster.accounts.is_exact() { "" } else { "about " };
            facts.push(format!("{about}{}", things(count, "account")));
        }
        if cluster.texts > 1 {
            facts.push(format!("{} wordings", grouped(cluster.texts)));
        }
        if let (Some(first), Some(last)) = (cluster.first, cluster.last) {
            facts.push(format!("{} to {}", time(first), time(last)));
        }
        let text = cluster.example.text.as_deref().map_or_else(String::new, |text| {
            format!("<blockquote dir=\"auto\">{}</blockquote>", escaped(text))
        });
        html += &format!("<li><p class=\"soft\">{}</p>{text}</li>\n", escaped(facts.join(" · ")));
    }
    html += "</ol>\n";
    if copies.clusters.len() > MOST_COPIES {
        html += &format!(
            "<p class=\"soft\">The first {MOST_COPIES} of {} repeated texts; `stancemark duplicates` lists all.</p>\n",
            grouped(copies.clusters.len() as u64)
        );
    }
    html
}

/// How it was made and what it does not say.
pub(super) fn method(report: &Report) -> String {
    let items: String = method::sentences(report)
        .iter()
        .map(|(what, text)| format!("<dt>{}</dt><dd>{}</dd>", escaped(what), escaped(text)))
        .collect();
    format!("<dl class=\"method\">{items}</dl>\n")
}

/// What made the tags.
pub(super) fn manifest(report: &Report) -> String {
    let mut html = String::new();
    for (file, manifest) in &report.manifests {
        let text = |pointer: &str| {
            manifest.pointer(pointer).and_then(|value| match value {
                serde_json::Value::String(text) => Some(text.clone()),
                serde_json::Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
        };
        let mut rows = vec![("tags", Some(file.clone()))];
        rows.push(("stancemark", text("/stancemark")));
        rows.push(("run", text("/started")));
        rows.push(("records", text("/counts/sum")));
        let codebook = text("/codebook/name").map(|name| {
            format!(
                "{name} {} (sha256 {})",
                text("/codebook/version").unwrap_or_default(),
                text("/codebook/sha256").unwrap_or_default()
            )
        });
        rows.push(("codebook", codebook));
        rows.push(("model", text("/model/name").or_else(|| Some("none: rules alone".to_owned()))));
        let inputs = manifest.get("inputs").and_then(serde_json::Value::as_array);
        for input in inputs.into_iter().flatten().take(20) {
            let of =
                |name: &str| input.get(name).and_then(serde_json::Value::as_str).unwrap_or("–").to_owned();
            rows.push(("input", Some(format!("{} (sha256 {})", of("path"), of("sha256")))));
        }
        let rows: String = rows
            .iter()
            .filter_map(|(name, value)| Some(format!("<dt>{name}</dt><dd>{}</dd>", escaped(value.as_ref()?))))
            .collect();
        let whole = serde_json::to_string_pretty(manifest).unwrap_or_default();
        html += &format!("<dl class=\"method run\">{rows}</dl>\n");
        // A manifest of a thousand inputs would be larger than the rest of the page.
        if whole.len() < 200_000 {
            html += &folded("The whole manifest", &format!("<pre tabindex=\"0\">{}</pre>", escaped(whole)));
        }
    }
    html
}

/// What the page itself is made of.
pub(super) fn made() -> String {
    format!(
        "<p class=\"soft\">Made by stancemark {}. It holds everything it shows, loads nothing and sends nothing. Charts of time: \
         uPlot 1.6.32, MIT licence, © Leon Sorokin.</p>\n",
        env!("CARGO_PKG_VERSION")
    )
}
