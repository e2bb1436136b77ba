//! The evaluation as one page: no script, no network, and a policy that allows neither. Every text is escaped.

mod html;
mod svg;

use super::{Evaluation, GoldPost, KEPT, Predicted};
use crate::page::{Page, cell, escaped, svg::key, table};
use html::{error, share};

/// Errors shown.
const MOST_ERRORS: usize = 40;

/// The page. `about` says in a line what was evaluated, `told` are the checks' sentences.
pub fn page(
    about: &str,
    told: &[String],
    found: &Evaluation,
    posts: &[&GoldPost],
    predicted: &[&Predicted],
) -> String {
    let notes: String = told.iter().map(|sentence| format!("<li>{}</li>", escaped(sentence))).collect();
    let notes = if told.is_empty() { notes } else { format!("<ul class=\"notes\">{notes}</ul>\n") };
    let about = plain(about);
    let (title, rest) = about.split_once("; ").unwrap_or((&about, ""));
    let parts = [
        ("Class balance", balance(found)),
        ("Labels", labels(found)),
        ("Averages", averages(found)),
        ("Calibration", reliability(found)),
        ("Precision, recall, abstaining", curves(found)),
        ("Sets of labels: gold against given", confusion(found)),
        ("Targets and stances", stances(found)),
        ("Parts", slices(found)),
        ("Surest errors", errors(found, posts, predicted)),
    ];
    let body: String = (parts.iter().filter(|(_, part)| !part.is_empty()))
        .map(|(title, part)| format!("<section><h2>{title}</h2>\n{part}</section>\n"))
        .collect();
    let body = format!(
        "<h1>{title}</h1>\n<p class=\"soft\">{rest}. Figures in percent, with 95 % intervals over {rounds} draws of \
         {clusters} clusters of near duplicates.</p>\n{notes}{body}",
        title = escaped(title),
        rest = escaped(rest.trim()),
        rounds = found.rounds,
        clusters = found.clusters,
    );
    Page { title: &format!("Evaluation: {title}"), body: &body, ..Page::default() }.render()
}

/// The line without the terminal's colours.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => in_code = true,
            'm' if in_code => in_code = false,
            _ if in_code => {}
            c => out.push(c),
        }
    }
    out
}

fn balance(found: &Evaluation) -> String {
    let rows: Vec<String> = (found.labels.iter().zip(&found.contested))
        .map(|(label, contested)| {
            let count = |name: &str| cell(format!("{:.0}", found.value(&["labels", label, name])));
            cell(label)
                + &count("support")
                + &count("scored")
                + &share(found.figure(&["labels", label, "prevalence"]))
                + &count("given")
                + &count("abstained")
                + &cell(contested)
        })
        .collect();
    table(&["label", "in the gold", "of", "share", "given", "abstained", "contested"], &rows)
}

fn labels(found: &Evaluation) -> String {
    let names = ["f1", "precision", "recall", "accuracy", "mcc", "kappa"];
    let rows: Vec<String> = (found.labels.iter())
        .map(|label| cell(label) + &names.map(|name| share(found.figure(&["labels", label, name]))).concat())
        .collect();
    table(&["label", "F1", "precision", "recall", "accuracy", "MCC", "kappa"], &rows)
}

fn averages(found: &Evaluation) -> String {
    let rows = ["macro", "micro", "weighted", "samples"].map(|name| {
        let figures =
            ["f1", "precision", "recall"].map(|figure| share(found.figure(&["averages", name, figure])));
        cell(name) + &figures.concat()
    });
    table(&["average", "F1", "precision", "recall"], &rows)
}

fn reliability(found: &Evaluation) -> String {
    let names = found.labels.iter().map(String::as_str).chain(["all labels"]);
    let diagrams: String = names
        .zip(&found.reliability)
        .enumerate()
        .map(|(at, (name, bins))| {
            let path: &[&str] =
                if at < found.labels.len() { &["labels", name, "ece"] } else { &["overall", "ece"] };
            svg::reliability(&format!("{name}: ECE {:.3}", found.value(path)), bins, at % 4)
        })
        .collect();
    format!(
        "<p class=\"soft\">A score is honest where the line lies on the diagonal; bars tell how many scores there are (root \
         scale).</p>\n<div class=\"charts\">{diagrams}</div>\n"
    )
}

fn curves(found: &Evaluation) -> String {
    if found.curves.is_empty() {
        return String::new();
    }
    let points: Vec<(f64, f64, f64, f64)> = (KEPT.iter().rev())
        .filter_map(|percent| {
            found.figure(&["selective", &percent.to_string(), "macro_f1"]).map(|f| (percent, f))
        })
        .map(|(percent, figure)| (*percent as f64 / 100.0, figure.value, figure.low, figure.high))
        .collect();
    key(&found.labels)
        + &format!("<div class=\"charts\">{}{}</div>\n", svg::curves(&found.curves), svg::selective(&points))
}

fn confusion(found: &Evaluation) -> String {
    let name = |set: &[String]| if set.is_empty() { "none".to_owned() } else { set.join(" + ") };
    let rows: Vec<String> = (found.confusion.iter().take(24))
        .map(|(gold, given, count)| {
            cell(name(gold))
                + &cell(name(given))
                + &cell(count)
                + &cell(if gold == given { "right" } else { "" })
        })
        .collect();
    table(&["in the gold", "given", "posts", ""], &rows)
}

fn stances(found: &Evaluation) -> String {
    let mut names: Vec<&str> = (found.figures.iter())
        .filter(|figure| figure.path[0] == "stances" && figure.path[2] == "support" && figure.value >= 5.0)
        .map(|figure| figure.path[1].as_str())
        .collect();
    let support = |name: &str| found.value(&["stances", name, "support"]);
    names.sort_by(|a, b| support(b).total_cmp(&support(a)));
    let rows: Vec<String> = (names.into_iter())
        .map(|name| {
            let figures =
                ["f1", "precision", "recall"].map(|figure| share(found.figure(&["stances", name, figure])));
            cell(name) + &cell(format!("{:.0}", support(name))) + &figures.concat()
        })
        .collect();
    if rows.is_empty() {
        String::new()
    } else {
        table(&["target and stance", "in the gold", "F1", "precision", "recall"], &rows)
    }
}

fn slices(found: &Evaluation) -> String {
    let parts = found.figures.iter().filter(|figure| {
        figure.path[0] == "slices" && figure.path.last().is_some_and(|name| name == "posts")
    });
    let rows: Vec<String> = parts
        .map(|posts| {
            let (dimension, value) = (posts.path[1].as_str(), posts.path[2].as_str());
            let figure = found.figure(&["slices", dimension, value, "macro_f1"]);
            let whisker = figure.map_or(String::new(), |f| svg::whisker(f.value, f.low, f.high));
            cell(format!("{dimension}: {value}"))
                + &cell(format!("{:.0}", posts.value))
                + &share(figure)
                + &format!("<td>{whisker}</td>")
        })
        .collect();
    if rows.is_empty() { String::new() } else { table(&["part", "posts", "macro-F1", "0 to 100"], &rows) }
}

fn errors(found: &Evaluation, posts: &[&GoldPost], predicted: &[&Predicted]) -> String {
    let shown = found.wrong.iter().take(MOST_ERRORS);
    let articles: String =
        shown.map(|wrong| error(wrong, posts[wrong.post], predicted[wrong.post])).collect();
    let count = found.wrong.len();
    if count == 0 {
        return "<p>None.</p>\n".to_owned();
    }
    format!(
        "<p class=\"soft\">{} of {count} wrong decisions, those with the surest scores first.</p>\n{articles}",
        count.min(MOST_ERRORS)
    )
}
