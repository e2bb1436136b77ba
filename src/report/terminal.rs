//! The report for a terminal: the curves and bars of characters.

use std::fmt::Write as _;

use super::{Cross, Report, html::things};
use crate::{
    aggregate::{Curve, curve},
    write::{bar, grouped, pad_end, pad_start, percent},
};

/// Rows of a list.
const ROWS: usize = 10;
/// Columns of a bar.
const BAR: usize = 30;

impl Report {
    /// Aligned text, at most `width` columns wide (never under 60).
    pub fn to_text(&self, width: usize) -> String {
        let width = width.clamp(60, 160);
        let mut out = format!("{} of {}", things(self.posts, "post"), self.inputs.join(", "));
        if !self.filters.is_empty() {
            // Writing into a String cannot fail, here and below.
            write!(out, ", where {}", self.filters.join(" and ")).ok();
        }
        out.push_str("\n\n");
        if let Some(timeline) = &self.timeline {
            let named: Vec<(String, u64)> = (0..timeline.starts.len())
                .map(|at| (timeline.name(at), timeline.posts[at].unwrap_or(0)))
                .collect();
            for cumulative in [false, true] {
                let how = Curve { width: width - 12, height: 8, cumulative, ..Curve::default() };
                out.push_str(&curve(&named, &how));
                out.push('\n');
            }
            for burst in &timeline.bursts {
                writeln!(
                    out,
                    "burst {} to {}: {}, {} expected",
                    timeline.name(burst.from),
                    timeline.begins(burst.to),
                    things(burst.posts, "post"),
                    grouped(burst.expected.round() as u64)
                )
                .ok();
            }
            if !timeline.bursts.is_empty() {
                out.push('\n');
            }
        }
        let corrected = |label: &str| {
            let found = self.corrected.as_ref()?.shares.get(label)?.as_ref().ok()?;
            Some(format!(
                "  corrected {:.1}% ({:.1}–{:.1})",
                100.0 * found.value,
                100.0 * found.low,
                100.0 * found.high
            ))
        };
        let rows: Vec<(String, u64, String)> = self
            .labels
            .iter()
            .map(|label| (label.name.clone(), label.posts, corrected(&label.name).unwrap_or_default()))
            .collect();
        list(&mut out, "label, uncorrected", &rows, self.posts);
        if let Some(((first, second), net)) = &self.net {
            writeln!(
                out,
                "net stance, {first} less {second}: {:+.1} points ({:+.1} to {:+.1}), uncorrected\n",
                100.0 * net.value,
                100.0 * net.low,
                100.0 * net.high
            )
            .ok();
        }
        let plain = |cross: &Cross| -> Vec<(String, u64, String)> {
            cross.rows.iter().filter_map(|row| Some((row.name.clone(), row.posts?, String::new()))).collect()
        };
        list(&mut out, "target", &plain(&self.targets), self.posts);
        list(&mut out, "language", &plain(&self.languages), self.posts);
        list(&mut out, "hashtag", &plain(&self.hashtags), self.posts);
        let claims: Vec<_> =
            self.claims.rows.iter().map(|(name, posts)| (name.clone(), *posts, String::new())).collect();
        list(&mut out, "claim", &claims, self.posts);
        if let Some(copies) = &self.copies {
            let parts = [
                ("originals", copies.originals),
                ("reposts", copies.reposts),
                ("exact copies", copies.exact),
                ("near copies", copies.near),
            ];
            let rows: Vec<_> = parts.map(|(name, posts)| (name.to_owned(), posts, String::new())).to_vec();
            list(&mut out, "copies", &rows, copies.posts);
        }
        for note in &self.notes {
            writeln!(
                out,
                "{}",
                note.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>()
            )
            .ok();
        }
        out
    }
}

fn list(out: &mut String, title: &str, rows: &[(String, u64, String)], whole: u64) {
    if rows.is_empty() {
        return;
    }
    let shown = &rows[..rows.len().min(ROWS)];
    let names = shown
        .iter()
        .map(|row| row.0.chars().count())
        .chain([title.chars().count()])
        .max()
        .unwrap_or(0)
        .min(28);
    let counts = shown.iter().map(|row| grouped(row.1).len()).max().unwrap_or(0).max(5);
    writeln!(out, "{}  {}  {}", pad_end(title, names), pad_start("posts", counts), pad_start("share", 6))
        .ok();
    for (name, posts, more) in shown {
        let share = *posts as f64 / whole.max(1) as f64;
        let line = format!(
            "{}  {}  {}  {}{more}",
            pad_end(name, names),
            pad_start(&grouped(*posts), counts),
            pad_start(&percent(*posts, whole), 6),
            if more.is_empty() { bar(share, BAR) } else { pad_end(&bar(share, BAR), BAR) }
        );
        writeln!(out, "{}", line.trim_end()).ok();
    }
    if rows.len() > ROWS {
        writeln!(out, "… and {} more", rows.len() - ROWS).ok();
    }
    out.push('\n');
}
