//! The tables of `stancemark codebook check --gold`.

use std::fmt::Write;

use stancemark::{
    check::{Count, GoldReport},
    evaluate::metrics::{Method, proportion},
};

use super::terminal::{BOLD, styled};

/// Languages named beside a rule.
const MOST_LANGS: usize = 4;

/// All tables.
pub fn table(report: &GoldReport) -> String {
    let mut text = String::new();
    let _ = write_all(&mut text, report);
    text
}

fn write_all(text: &mut String, report: &GoldReport) -> std::fmt::Result {
    let GoldReport { posts, covered, rules, silent, labels, targets } = report;
    writeln!(
        text,
        "{posts} labelled posts; rules fire in {covered} ({}), {} of {} rules",
        percent(*covered, *posts),
        rules.len(),
        rules.len() + silent.len()
    )?;
    let head = format!(
        "{:<28} {:>5} {:>8}  {:>4} {:>12}  {:>8} {:>9}  by language",
        "rule", "posts", "coverage", "prec", "95 %", "overlaps", "conflicts"
    );
    writeln!(text, "\n{}", styled(BOLD, head))?;
    for rule in rules {
        let mut langs: Vec<_> = rule.by_lang.iter().collect();
        langs.sort_by_key(|(_, count)| std::cmp::Reverse(count.all));
        let langs: Vec<String> = (langs.iter().take(MOST_LANGS))
            .map(|(lang, count)| format!("{lang} {}/{}", count.right, count.all))
            .collect();
        writeln!(
            text,
            "{:<28} {:>5} {:>8}  {}  {:>8} {:>9}  {}",
            rule.id,
            rule.posts,
            percent(rule.posts, *posts),
            share(rule.votes),
            rule.overlaps,
            rule.conflicts,
            langs.join(", ")
        )?;
    }
    if !silent.is_empty() {
        writeln!(text, "silent here: {}", silent.join(", "))?;
    }
    let head = format!(
        "{:<28} {:>14} {:>12}  {:>14} {:>12}",
        "label, rules alone", "precision", "95 %", "recall", "95 %"
    );
    writeln!(text, "\n{}", styled(BOLD, head))?;
    for label in labels {
        label_line(text, &label.id, label.precision, label.recall)?;
        let mut langs: Vec<_> = label.by_lang.iter().filter(|(_, (p, r))| p.all + r.all > 0).collect();
        langs.sort_by_key(|(_, (_, recall))| std::cmp::Reverse(recall.all));
        for (lang, (precision, recall)) in langs {
            label_line(text, &format!("├ {lang}"), *precision, *recall)?;
        }
    }
    let all = targets.iter().fold(Count::default(), |mut all, target| {
        all.right += target.found.right;
        all.all += target.found.all;
        all
    });
    writeln!(text, "\n{}", styled(BOLD, "targets found, of the stances that are taken"))?;
    writeln!(text, "{:<28} {:>4} of {:>4}  {}", "all", all.right, all.all, share(all))?;
    for target in targets {
        writeln!(
            text,
            "{:<28} {:>4} of {:>4}  {}  {}",
            format!("├ {}", target.target),
            target.found.right,
            target.found.all,
            share(target.found),
            if target.missed.is_empty() {
                String::new()
            } else {
                format!("missed: {}", target.missed.join(" "))
            }
        )?;
    }
    Ok(())
}

fn label_line(text: &mut String, name: &str, precision: Count, recall: Count) -> std::fmt::Result {
    let counts = |count: Count| format!("{:>4}/{:<4} {}", count.right, count.all, share(count));
    writeln!(text, "{name:<28} {}  {}", counts(precision), counts(recall))
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

/// ` .83  .52–.95`
fn share(count: Count) -> String {
    if count.all == 0 {
        return format!("{:>4} {:>12}", "–", "");
    }
    let range = proportion(count.right as u64, count.all as u64, Method::Wilson);
    format!(
        "{:>4.2} {:>12}",
        count.right as f64 / count.all as f64,
        format!("{:.2}–{:.2}", range.low, range.high)
    )
}
