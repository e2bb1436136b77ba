//! The evaluation for people: plain aligned tables, figures in percent with their 95 % intervals.

use super::{Evaluation, Figure, GoldPost, KEPT, Predicted, Scores};

/// Rows of cells, aligned: the first column to the left, the others to the right.
#[derive(Debug, Default)]
pub struct Columns {
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// A table with this head.
    pub fn new<S: Into<String>>(head: impl IntoIterator<Item = S>) -> Self {
        Self { rows: vec![head.into_iter().map(Into::into).collect()] }
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Whether there is only the head.
    pub fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// The lines, each ended.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (at, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let pad = " ".repeat(width - cell.chars().count());
                line += &if at == 0 { format!("{cell}{pad}") } else { format!("  {pad}{cell}") };
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }
}

/// A share in percent with its interval: `71.1 (61.5–79.4)`; `–` where it has no value.
pub fn percent(figure: Option<&Figure>) -> String {
    match figure {
        Some(figure) if !figure.value.is_nan() => {
            let value = format!("{:.1}", 100.0 * figure.value);
            if figure.low.is_nan() {
                value
            } else {
                format!("{value} ({:.1}–{:.1})", 100.0 * figure.low, 100.0 * figure.high)
            }
        }
        _ => "–".to_owned(),
    }
}

/// A number with three decimals and its interval.
fn decimal(figure: Option<&Figure>) -> String {
    match figure {
        Some(figure) if !figure.value.is_nan() && figure.low.is_nan() => format!("{:.3}", figure.value),
        Some(figure) if !figure.value.is_nan() => {
            format!("{:.3} ({:.3}–{:.3})", figure.value, figure.low, figure.high)
        }
        _ => "–".to_owned(),
    }
}

impl Evaluation {
    /// All tables. `most_wrong` is how many wrong decisions are shown.
    pub fn to_text(&self, posts: &[&GoldPost], predicted: &[&Predicted], most_wrong: usize) -> String {
        let parts = [
            ("Class balance", self.balance()),
            ("Labels, in percent (95 % interval over clusters of near duplicates)", self.by_label()),
            ("Averages", self.averages()),
            ("Scores", self.scores()),
            ("Abstaining", self.selective()),
            ("Targets and stances that a label stands for", self.stances()),
            ("Parts", self.slices()),
            ("Sets of labels, commonest first", self.sets()),
            ("Surest errors", self.errors(posts, predicted, most_wrong)),
        ];
        let mut text = String::new();
        for (title, part) in parts.into_iter().filter(|(_, part)| !part.is_empty()) {
            text += &format!("\n{title}\n{part}");
        }
        text
    }

    fn cell(&self, path: &[&str]) -> String {
        percent(self.figure(path))
    }

    fn count(&self, path: &[&str]) -> String {
        format!("{:.0}", self.value(path))
    }

    fn balance(&self) -> String {
        let mut table = Columns::new(["label", "gold", "of", "share %", "given", "abstained", "contested"]);
        for (label, contested) in self.labels.iter().zip(&self.contested) {
            let count = |name: &str| self.count(&["labels", label, name]);
            table.row([
                label.clone(),
                count("support"),
                count("scored"),
                self.cell(&["labels", label, "prevalence"]),
                count("given"),
                count("abstained"),
                contested.to_string(),
            ]);
        }
        table.render()
    }

    fn by_label(&self) -> String {
        let columns = ["f1", "precision", "recall", "accuracy", "mcc", "kappa"];
        let mut table = Columns::new(["label"].into_iter().chain(columns));
        for label in &self.labels {
            let cells = columns.iter().map(|name| self.cell(&["labels", label, name]));
            table.row([label.clone()].into_iter().chain(cells));
        }
        table.render()
    }

    fn averages(&self) -> String {
        let mut table = Columns::new(["average", "f1", "precision", "recall"]);
        for name in ["macro", "micro", "weighted", "samples"] {
            let cell = |figure: &str| self.cell(&["averages", name, figure]);
            table.row([name.to_owned(), cell("f1"), cell("precision"), cell("recall")]);
        }
        let overall = |name: &str| self.cell(&["overall", name]);
        table.render()
            + &format!(
                "whole sets right {}   wrong decisions {}   accuracy {}   MCC {}   kappa {}\n",
                overall("exact"),
                overall("hamming"),
                overall("accuracy"),
                overall("mcc"),
                overall("kappa")
            )
    }

    fn scores(&self) -> String {
        let columns: &[&str] = match self.scores {
            Scores::All => &["roc_auc", "average_precision", "brier", "log_loss", "ece", "mce"],
            Scores::Given => &["ece", "mce"],
        };
        let mut table = Columns::new(["label"].into_iter().chain(columns.iter().copied()));
        let mut row = |name: &str, path: &[&str]| {
            let cells = columns.iter().map(|figure| decimal(self.figure(&[path, &[figure]].concat())));
            table.row([name.to_owned()].into_iter().chain(cells));
        };
        for label in &self.labels {
            row(label, &["labels", label]);
        }
        row("(all)", &["overall"]);
        let note = match self.scores {
            Scores::All => "",
            Scores::Given => {
                "Only the scores of given tags are known, so ece and mce are of those, and there is no curve: leave TAGS out, \
                 or give what `evaluate --write-tags` wrote.\n"
            }
        };
        table.render() + note
    }

    fn selective(&self) -> String {
        let mut table = Columns::new(["posts kept", "share %", "macro-F1", "posts wrong", "decisions wrong"]);
        let own = |figure: &str| self.cell(&["selective", "own", figure]);
        table.row(["its own".to_owned(), own("posts_kept"), own("macro_f1"), "–".to_owned(), own("risk")]);
        for percent in KEPT {
            let name = percent.to_string();
            let cell = |figure: &str| self.cell(&["selective", &name, figure]);
            if self.figure(&["selective", &name, "macro_f1"]).is_some() {
                table.row([
                    format!("surest {percent} %"),
                    cell("posts_kept"),
                    cell("macro_f1"),
                    cell("posts_wrong"),
                    cell("risk"),
                ]);
            }
        }
        table.render()
    }

    fn stances(&self) -> String {
        let mut names: Vec<&str> = (self.figures.iter())
            .filter(|figure| figure.path[0] == "stances" && figure.path[2] == "support")
            .map(|figure| figure.path[1].as_str())
            .collect();
        names.sort_by(|a, b| {
            self.value(&["stances", b, "support"]).total_cmp(&self.value(&["stances", a, "support"]))
        });
        let mut table = Columns::new(["target and stance", "gold", "f1", "precision", "recall"]);
        for name in names.into_iter().filter(|name| self.value(&["stances", name, "support"]) >= 1.0) {
            let cell = |figure: &str| self.cell(&["stances", name, figure]);
            table.row([
                name.to_owned(),
                self.count(&["stances", name, "support"]),
                cell("f1"),
                cell("precision"),
                cell("recall"),
            ]);
        }
        if table.is_empty() { String::new() } else { table.render() }
    }

    fn slices(&self) -> String {
        let head = ["part", "posts", "macro-F1", "micro-F1", "sets right"].map(str::to_owned);
        let mut table = Columns::new(head.into_iter().chain(self.labels.iter().cloned()));
        for figure in self.figures.iter().filter(|figure| {
            figure.path[0] == "slices" && figure.path.last().is_some_and(|name| name == "posts")
        }) {
            let (dimension, value) = (figure.path[1].as_str(), figure.path[2].as_str());
            let cell = |name: &str| self.cell(&["slices", dimension, value, name]);
            let labels = (self.labels.iter()).map(|label| {
                percent(self.figure(&["slices", dimension, value, "f1", label]).map(bare).as_ref())
            });
            let row = [
                format!("{dimension} {value}"),
                format!("{:.0}", figure.value),
                cell("macro_f1"),
                percent(self.figure(&["slices", dimension, value, "micro_f1"]).map(bare).as_ref()),
                percent(self.figure(&["slices", dimension, value, "exact"]).map(bare).as_ref()),
            ];
            table.row(row.into_iter().chain(labels));
        }
        if table.is_empty() { String::new() } else { table.render() }
    }

    fn sets(&self) -> String {
        let mut table = Columns::new(["in the gold", "given", "posts"]);
        let name = |set: &[String]| if set.is_empty() { "(none)".to_owned() } else { set.join(" + ") };
        for (gold, given, posts) in self.confusion.iter().take(16) {
            table.row([name(gold), name(given), posts.to_string()]);
        }
        if table.is_empty() { String::new() } else { table.render() }
    }

    fn errors(&self, posts: &[&GoldPost], predicted: &[&Predicted], most: usize) -> String {
        let mut text = String::new();
        for wrong in self.wrong.iter().take(most) {
            let (post, tags) = (posts[wrong.post], predicted[wrong.post]);
            let what = if wrong.missed { "missed" } else { "wrongly given" };
            let short: String =
                post.post.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(140).collect();
            text +=
                &format!("{}  {what} {}, {:.2} sure: {short}\n", post.post.id, wrong.label, wrong.sureness);
            if let Some(tag) = tags.best(&wrong.label) {
                text += &format!("    {} by {}\n", tag.target, tag.by.join(", "));
            }
        }
        text
    }
}

/// Without the interval, where there is no room for it.
fn bare(figure: &Figure) -> Figure {
    Figure { low: f64::NAN, high: f64::NAN, ..figure.clone() }
}
