//! Copies as text for people, as JSON and as CSV.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::{Value, json};

use super::{Cluster, Copies};
use crate::{
    aggregate::Sketch,
    write::{grouped, pad_end, pad_start, percent, push_json},
};

/// What every form says of itself.
const MEANING: &str = "posts of the same text, which are not posts of the same actor";

impl Copies {
    /// Aligned text, at most about `width` columns wide, with at most `most` clusters; bold only when asked for.
    pub fn to_text(&self, width: usize, most: usize, colour: bool) -> String {
        let style = |text: &str| {
            let bold = Style::new().bold();
            if colour { format!("{bold}{text}{bold:#}") } else { text.to_owned() }
        };
        let mut out = format!(
            "{} posts; texts are the same from {:.0} % of their five-letter shingles on\n\n",
            grouped(self.posts),
            self.similarity * 100.0
        );
        let digits = grouped(self.posts).len();
        for (name, posts) in [
            ("originals", self.originals),
            ("reposts", self.reposts),
            ("exact copies", self.exact),
            ("near copies", self.near),
            ("without text", self.no_text),
        ] {
            let (posts, share) =
                (pad_start(&grouped(posts), digits), pad_start(&percent(posts, self.posts), 6));
            // Writing into a String cannot fail, here and below.
            writeln!(out, "{}  {posts}  {share}", pad_end(name, 12)).ok();
        }
        out.push('\n');
        if self.forgotten.texts > 0 {
            writeln!(
                out,
                "{} texts were forgotten to save memory, {} of them with {} posts: copies that came after count as \
                 originals; --remember holds more",
                grouped(self.forgotten.texts),
                grouped(self.forgotten.clusters),
                grouped(self.forgotten.posts)
            )
            .ok();
        }
        if let Some((k, clusters)) = self.suppressed {
            let unit = if self.authors_known { "accounts" } else { "posts" };
            writeln!(out, "left out: {} clusters of fewer than {k} {unit}", grouped(clusters)).ok();
        }
        if self.clusters.is_empty() || most == 0 {
            return out;
        }
        writeln!(out, "{} clusters: {MEANING}\n", grouped(self.clusters.len() as u64)).ok();
        let rows: Vec<[String; 5]> = self.clusters.iter().take(most).map(Cluster::cells).collect();
        let heads = ["posts", "accounts", "texts", "first", "span"];
        let widths: Vec<usize> = (0..heads.len())
            .map(|at| {
                rows.iter().map(|row| row[at].chars().count()).chain([heads[at].len()]).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: [&str; 5]| {
            let cells = cells.iter().zip(&widths).enumerate();
            let cells = cells.map(
                |(at, (cell, width))| {
                    if at == 3 { pad_end(cell, *width) } else { pad_start(cell, *width) }
                },
            );
            cells.collect::<Vec<_>>().join("  ")
        };
        let with_text = self.clusters.iter().any(|cluster| cluster.example.text.is_some());
        out.push_str(&style(&(line(heads) + if with_text { "  example" } else { "" })));
        out.push('\n');
        let left = width.saturating_sub(widths.iter().sum::<usize>() + 2 * widths.len()).max(20);
        for (row, cluster) in rows.iter().zip(&self.clusters) {
            out.push_str(&line([&row[0], &row[1], &row[2], &row[3], &row[4]]));
            if let Some(text) = &cluster.example.text {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let text = pad_end(&text, left.min(text.chars().count()));
                write!(out, "  {text}").ok();
            }
            out.push('\n');
        }
        if self.clusters.len() > most {
            let more = grouped((self.clusters.len() - most) as u64);
            writeln!(out, "… and {more} more clusters: --format jsonl, csv or json gives them all").ok();
        }
        out
    }

    /// One JSON object: the shares, and all clusters.
    pub fn to_json(&self) -> Value {
        let clusters: Vec<Value> =
            self.clusters.iter().zip(1..).map(|(cluster, at)| cluster.to_json(at)).collect();
        json!({
            "about": MEANING,
            "similarity": self.similarity,
            "posts": self.posts,
            "originals": self.originals,
            "reposts": self.reposts,
            "exact_copies": self.exact,
            "near_copies": self.near,
            "without_text": self.no_text,
            "forgotten": self.forgotten,
            "suppressed": self.suppressed.map(|(k, clusters)| {
                let unit = if self.authors_known { "accounts" } else { "posts" };
                json!({"k": k, "of": unit, "clusters": clusters})
            }),
            "clusters": clusters,
        })
    }

    /// One JSON object a line and cluster.
    pub fn to_jsonl(&self) -> String {
        let mut out = Vec::new();
        for (cluster, at) in self.clusters.iter().zip(1..) {
            // Writing into a Vec cannot fail.
            push_json(&mut out, &cluster.to_json(at)).ok();
        }
        String::from_utf8(out).unwrap_or_default()
    }

    /// CSV (RFC 4180, LF): one record a cluster.
    pub fn to_csv(&self) -> String {
        let mut out = Vec::new();
        {
            let mut csv = csv::WriterBuilder::new().from_writer(&mut out);
            // Writing into a Vec cannot fail, and every record has as many cells as the header.
            csv.write_record([
                "cluster",
                "posts",
                "reposts",
                "texts",
                "accounts",
                "accounts_standard_error",
                "first",
                "last",
                "span_seconds",
                "example_id",
                "example_time",
                "example_text",
            ])
            .ok();
            for (cluster, at) in self.clusters.iter().zip(1..) {
                let text = |value: Option<String>| value.unwrap_or_default();
                let accounts = cluster.known_accounts();
                csv.write_record([
                    at.to_string(),
                    cluster.posts.to_string(),
                    cluster.reposts.to_string(),
                    cluster.texts.to_string(),
                    text(accounts.map(|(count, _)| count.to_string())),
                    text(accounts.map(|(_, error)| format!("{error:.4}"))),
                    text(cluster.first.map(|time| time.to_string())),
                    text(cluster.last.map(|time| time.to_string())),
                    text(cluster.span_seconds().map(|seconds| seconds.to_string())),
                    text(cluster.example.id.as_deref().map(str::to_owned)),
                    text(cluster.example.time.map(|time| time.to_string())),
                    text(cluster.example.text.as_deref().map(str::to_owned)),
                ])
                .ok();
            }
            csv.flush().ok();
        }
        String::from_utf8(out).unwrap_or_default()
    }
}

impl Cluster {
    /// How many accounts, and the standard error as a share of them; `None` where no post tells its author.
    pub fn known_accounts(&self) -> Option<(u64, f64)> {
        let error = if self.accounts.is_exact() { 0.0 } else { Sketch::STANDARD_ERROR };
        (!self.accounts.is_empty()).then(|| (self.accounts.count(), error))
    }

    /// Posts, accounts, texts, first moment and span, for people.
    fn cells(&self) -> [String; 5] {
        let none = || "–".to_owned();
        let accounts = self.known_accounts().map(|(count, error)| {
            let about = if error > 0.0 { "~" } else { "" };
            format!("{about}{}", grouped(count))
        });
        [
            grouped(self.posts),
            accounts.unwrap_or_else(none),
            grouped(self.texts),
            self.first.map_or_else(none, |time| time.strftime("%Y-%m-%d %H:%M").to_string()),
            self.span_seconds().map_or_else(none, span),
        ]
    }

    /// As JSON; `at` is its number.
    fn to_json(&self, at: u64) -> Value {
        let accounts = self.known_accounts();
        json!({
            "cluster": at,
            "posts": self.posts,
            "reposts": self.reposts,
            "texts": self.texts,
            "accounts": accounts.map(|(count, _)| count),
            "accounts_standard_error": accounts.map(|(_, error)| error),
            "first": self.first.map(|time| time.to_string()),
            "last": self.last.map(|time| time.to_string()),
            "span_seconds": self.span_seconds(),
            "example": {
                "id": self.example.id,
                "time": self.example.time.map(|time| time.to_string()),
                "text": self.example.text,
            },
        })
    }
}

/// A length of time in its largest unit: `27 min`.
fn span(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}
