//! The totals as a page for a terminal.

use std::{collections::BTreeMap, fmt::Display, fmt::Write as _};

use anstyle::{AnsiColor, Style};

use super::{Totals, bar, grouped, pad_end, pad_start, percent};

/// Rows of one list before the rest is summed up in one line.
const ROWS: usize = 12;
/// Targets shown under one label.
const TARGETS: usize = 5;
/// The longest bar, however wide the terminal.
const LONGEST_BAR: usize = 32;

/// One line of a list.
struct Row {
    /// Drawn before the name: the branch of a tree.
    branch: &'static str,
    name: String,
    posts: u64,
}

impl Totals {
    /// The totals as aligned text, at most `width` columns wide (never under 40), colours only when
    /// asked for. Shares are of tagged posts, counted as labelled: no correction by gold.
    pub fn render(&self, width: usize, colour: bool) -> String {
        let lists = [
            List { title: "label", rows: self.label_rows(), whole: self.posts() },
            List { title: "abstained on", rows: ranked(&self.abstained_on, ROWS, ""), whole: self.posts() },
            List { title: "claim", rows: ranked(&self.claims, ROWS, ""), whole: self.posts() },
            List { title: "language", rows: ranked(&self.languages, ROWS, ""), whole: self.posts() },
            List { title: "dead letters", rows: ranked(&self.dead_letters, ROWS, ""), whole: self.records() },
        ];
        let page = Page::new(&lists, width.max(40), colour);
        let mut out = String::new();
        page.styled(&mut out, Style::new().bold(), &self.sum());
        out.push('\n');
        for list in lists.iter().filter(|list| !list.rows.is_empty()) {
            page.list(&mut out, list);
        }
        out
    }

    /// The accounting in one line.
    fn sum(&self) -> String {
        format!(
            "{} records = {} labelled + {} abstained + {} dead-lettered",
            grouped(self.records()),
            grouped(self.labelled),
            grouped(self.abstained),
            grouped(self.dead_lettered())
        )
    }

    /// Labels, most frequent first, each with its targets below it; then the posts without any.
    fn label_rows(&self) -> Vec<Row> {
        let mut labels: Vec<_> = self.labels.iter().collect();
        labels.sort_by(|a, b| b.1.posts.cmp(&a.1.posts).then(a.0.cmp(b.0)));
        let mut rows = Vec::new();
        for (name, label) in labels {
            rows.push(Row { branch: "", name: name.to_string(), posts: label.posts });
            let targets = ranked(&label.targets, TARGETS, "├ ");
            rows.extend(targets);
            if let Some(last) = rows.last_mut().filter(|row| !row.branch.is_empty()) {
                last.branch = "└ ";
            }
        }
        if self.without_tags > 0 {
            rows.push(Row { branch: "", name: "(none)".to_owned(), posts: self.without_tags });
        }
        rows
    }
}

/// The most frequent `most`, and the rest in one row.
fn ranked<K: Display + Ord>(counts: &BTreeMap<K, u64>, most: usize, branch: &'static str) -> Vec<Row> {
    let mut all: Vec<_> = counts.iter().collect();
    all.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    // A row for "1 more" would take the place of the one that it hides.
    let shown = if all.len() == most + 1 { all.len() } else { most };
    let mut rows: Vec<Row> = all
        .iter()
        .take(shown)
        .map(|(name, posts)| Row { branch, name: name.to_string(), posts: **posts })
        .collect();
    let rest: u64 = all.iter().skip(shown).map(|(_, posts)| **posts).sum();
    if rest > 0 {
        rows.push(Row { branch, name: format!("{} more", all.len() - shown), posts: rest });
    }
    rows
}

/// What one part of the page shows.
struct List {
    title: &'static str,
    rows: Vec<Row>,
    /// What its shares are of.
    whole: u64,
}

/// The columns, the same for every list: the eye can go straight down.
struct Page {
    name: usize,
    digits: usize,
    bars: usize,
    colour: bool,
}

impl Page {
    fn new(lists: &[List], width: usize, colour: bool) -> Self {
        let shown = || lists.iter().filter(|list| !list.rows.is_empty());
        let rows = || shown().flat_map(|list| &list.rows);
        let digits = rows().map(|row| grouped(row.posts).len()).max().unwrap_or(0).max("posts".len());
        // Two spaces, the posts, two spaces, the share, two spaces.
        let numbers = 2 + digits + 2 + 6 + 2;
        let names = rows().map(|row| row.branch.chars().count() + row.name.chars().count());
        let name = names
            .chain(shown().map(|list| list.title.chars().count()))
            .max()
            .unwrap_or(0)
            .min(width.saturating_sub(numbers + 8).max(12));
        let bars = width.saturating_sub(name + numbers).min(LONGEST_BAR);
        Self { name, digits, bars, colour }
    }

    fn list(&self, out: &mut String, list: &List) {
        let head =
            format!("\n{}  {}   share\n", pad_end(list.title, self.name), pad_start("posts", self.digits));
        self.styled(out, Style::new().bold(), &head);
        for row in &list.rows {
            let plain = format!(
                "{}  {}  {}",
                pad_end(&format!("{}{}", row.branch, row.name), self.name),
                pad_start(&grouped(row.posts), self.digits),
                pad_start(&percent(row.posts, list.whole), 6)
            );
            let style = if row.branch.is_empty() { Style::new() } else { Style::new().dimmed() };
            self.styled(out, style, &plain);
            let drawn = bar(row.posts as f64 / list.whole.max(1) as f64, self.bars);
            if !drawn.is_empty() {
                out.push_str("  ");
                self.styled(out, style.fg_color(Some(AnsiColor::Cyan.into())), &drawn);
            }
            out.push('\n');
        }
    }

    fn styled(&self, out: &mut String, style: Style, text: &str) {
        // Writing into a String cannot fail.
        if self.colour {
            write!(out, "{style}{text}{style:#}").ok();
        } else {
            out.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, sync::Arc};

    use super::*;
    use crate::write::LabelTotal;

    fn totals() -> Totals {
        let label = |posts, targets: &[(&str, u64)]| LabelTotal {
            posts,
            targets: targets.iter().map(|(name, posts)| (Arc::from(*name), *posts)).collect(),
        };
        Totals {
            labelled: 1_800,
            abstained: 100,
            without_tags: 288,
            labels: [
                (Arc::from("support"), label(1_012, &[("ispr", 900), ("پاک فوج", 300)])),
                (Arc::from("platform_attack"), label(544, &[("facebook", 544)])),
            ]
            .into(),
            abstained_on: [(Arc::from("support"), 100)].into(),
            claims: BTreeMap::new(),
            languages: [(Cow::Borrowed("en"), 1_100), (Cow::Borrowed("ur"), 799), (Cow::Borrowed("und"), 1)]
                .into(),
            dead_letters: [(Cow::Borrowed("read"), 15)].into(),
        }
    }

    #[test]
    fn the_page_is_aligned() {
        let expected = "\
1,915 records = 1,800 labelled + 100 abstained + 15 dead-lettered

label            posts   share
support          1,012   53.3%  ██████████████▉
├ ispr             900   47.4%  █████████████▎
└ پاک فوج          300   15.8%  ████▍
platform_attack    544   28.6%  ████████
└ facebook         544   28.6%  ████████
(none)             288   15.2%  ████▎

abstained on     posts   share
support            100    5.3%  █▌

language         posts   share
en               1,100   57.9%  ████████████████▎
ur                 799   42.1%  ███████████▊
und                  1    0.1%  ▏

dead letters     posts   share
read                15    0.8%  ▎
";
        let told = totals().render(60, false);
        assert_eq!(told, expected, "\n{told}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_colour_is_asked_for() {
        let mut totals = totals();
        totals.languages.insert(Cow::Owned("x".repeat(80)), 3);
        let told = totals.render(40, false);
        assert!(told.lines().skip(1).all(|line| line.chars().count() <= 40), "{told}");
        assert!(!told.contains('\u{1b}'));
        assert!(totals.render(40, true).contains('\u{1b}'));
    }

    #[test]
    fn a_long_list_ends_in_a_sum() {
        let counts: BTreeMap<String, u64> = (0..20).map(|at| (format!("l{at:02}"), 100 - at)).collect();
        let rows = ranked(&counts, ROWS, "");
        assert_eq!(rows.len(), ROWS + 1);
        assert_eq!(rows[ROWS].name, "8 more");
        assert_eq!(rows.iter().map(|row| row.posts).sum::<u64>(), counts.values().sum::<u64>());
    }
}
