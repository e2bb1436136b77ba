//! Counts over time as a curve of characters.

use std::fmt::Write as _;

use crate::write::grouped;

/// How a curve is drawn.
#[derive(Debug, Clone)]
pub struct Curve<'a> {
    /// Columns of the plot itself, without the axis; at least 8.
    pub width: usize,
    /// Lines of the plot itself; at least 2.
    pub height: usize,
    /// Whether every stretch shows the sum of all up to it.
    pub cumulative: bool,
    /// What was counted before the first stretch; only a cumulative curve begins there.
    pub before: u64,
    /// Stretches to point at, by their names; each is marked on the axis with its value.
    pub marks: &'a [&'a str],
}

impl Default for Curve<'_> {
    fn default() -> Self {
        Self { width: 60, height: 12, cumulative: false, before: 0, marks: &[] }
    }
}

/// Parts of a column, from an eighth to a whole.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws the posts of consecutive stretches of time, each with its name, as a filled curve with an
/// axis of counts and one of times. The same counts always give the same text.
///
/// With fewer stretches than columns each is several columns wide; with more, a column stands for
/// several: their last value when cumulative, else their sum (said on top).
pub fn curve(stretches: &[(String, u64)], how: &Curve<'_>) -> String {
    let (width, height) = (how.width.max(8), how.height.max(2));
    if stretches.is_empty() {
        return "no posts with a time\n".to_owned();
    }
    let merged = stretches.len().div_ceil(width);
    let mut sum = how.before;
    let values: Vec<u64> = stretches
        .chunks(merged)
        .map(|part| {
            let posts: u64 = part.iter().map(|(_, posts)| posts).sum();
            sum += posts;
            if how.cumulative { sum } else { posts }
        })
        .collect();
    let wide = (width / values.len()).max(1);
    let columns = values.len() * wide;

    let step = round_step(values.iter().copied().max().unwrap_or(0), height);
    let top = step.saturating_mul(ticks(values.iter().copied().max().unwrap_or(0), step));
    let margin = grouped(top).len();

    let mut out = String::new();
    out.push_str(match (how.cumulative, merged) {
        (true, _) => "posts so far",
        (false, 1) => "posts",
        (false, _) => "posts a column",
    });
    if merged > 1 {
        // Writing into a String cannot fail, here and below.
        write!(out, ", {merged} stretches of time a column").ok();
    }
    out.push('\n');
    for line in (0..height).rev() {
        out.push_str(&axis(line, height, top, step, margin));
        let mut drawn = String::new();
        for value in &values {
            // In eighths of a line, from the bottom of the plot.
            let filled = eighths(*value, top, height).saturating_sub(line * 8).min(8);
            drawn.extend(std::iter::repeat_n(EIGHTHS.get(filled).copied().unwrap_or('█'), wide));
        }
        out.push_str(drawn.trim_end());
        out.push('\n');
    }
    let marks: Vec<Mark> = marks(stretches, how, merged, wide);
    let mut foot: Vec<char> = vec!['─'; columns];
    for mark in &marks {
        if let Some(place) = foot.get_mut(mark.column) {
            *place = '┴';
        }
    }
    write!(out, "{:>margin$} ┼", "0").ok();
    out.extend(foot);
    out.push('\n');
    for line in names(stretches, &marks, columns) {
        out.push_str(format!("{:margin$}  {line}", "").trim_end());
        out.push('\n');
    }
    out
}

/// A stretch pointed at.
struct Mark {
    column: usize,
    name: String,
    value: u64,
}

/// The stretches pointed at, each with its own value, also where its column stands for several.
fn marks(stretches: &[(String, u64)], how: &Curve<'_>, merged: usize, wide: usize) -> Vec<Mark> {
    let found = how.marks.iter().filter_map(|name| {
        let at = stretches.iter().position(|(stretch, _)| stretch == name)?;
        let from = if how.cumulative { 0 } else { at };
        let posts: u64 = stretches.get(from..=at)?.iter().map(|(_, posts)| posts).sum();
        let value = posts + if how.cumulative { how.before } else { 0 };
        Some(Mark { column: at / merged * wide + wide / 2, name: (*name).to_owned(), value })
    });
    let mut found: Vec<Mark> = found.collect();
    found.sort_by_key(|mark| mark.column);
    found
}

/// The lines under the axis: the names of the marks and their values, or the first and last stretch.
fn names(stretches: &[(String, u64)], marks: &[Mark], columns: usize) -> Vec<String> {
    if marks.is_empty() {
        let first = stretches.first().map_or("", |(name, _)| name);
        let last = stretches.last().map_or("", |(name, _)| name);
        let gap = columns.saturating_sub(first.chars().count() + last.chars().count());
        return vec![if stretches.len() == 1 || gap == 0 {
            first.to_owned()
        } else {
            format!("{first}{}{last}", " ".repeat(gap))
        }];
    }
    // Each mark takes the highest pair of lines in which it does not touch the one before it.
    let mut rows: Vec<[String; 2]> = Vec::new();
    for mark in marks {
        let value = grouped(mark.value);
        let width = mark.name.chars().count().max(value.chars().count());
        let start = mark.column.saturating_sub(width / 2).min(columns.saturating_sub(width));
        let free = |row: &[String; 2]| row.iter().all(|line| line.is_empty() || line.chars().count() < start);
        let at = rows.iter().position(free).unwrap_or_else(|| {
            rows.push([String::new(), String::new()]);
            rows.len() - 1
        });
        let Some(row) = rows.get_mut(at) else { continue };
        for (line, text) in row.iter_mut().zip([&mark.name, &value]) {
            let indent = start + (width - text.chars().count()) / 2;
            let filled = line.chars().count();
            line.extend(std::iter::repeat_n(' ', indent.saturating_sub(filled)));
            line.push_str(text);
        }
    }
    rows.into_iter().flatten().collect()
}

/// The left edge of a line: a number where the line is nearest to one.
fn axis(line: usize, height: usize, top: u64, step: u64, margin: usize) -> String {
    let steps = top.checked_div(step).unwrap_or(0);
    let here = (1..=steps).map(|at| at * step).find(|&value| {
        let filled = eighths(value, top, height);
        filled > line * 8 && filled <= (line + 1) * 8
    });
    match here {
        Some(value) => format!("{:>margin$} ┤", grouped(value)),
        None => format!("{:margin$} │", ""),
    }
}

fn eighths(value: u64, top: u64, height: usize) -> usize {
    if top == 0 {
        return 0;
    }
    let filled = (value as f64 / top as f64 * (height * 8) as f64).round() as usize;
    // A single post is seen.
    if value > 0 { filled.max(1) } else { 0 }
}

/// 1, 2 or 5 times a power of ten, such that few steps reach `most`.
fn round_step(most: u64, height: usize) -> u64 {
    let lines = (height as u64 / 3).clamp(1, 5);
    let mut power = 1u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if ticks(most, step) <= lines || step == u64::MAX {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

fn ticks(most: u64, step: u64) -> u64 {
    most.div_ceil(step.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stretches of a minute from 12:00 with these counts.
    fn minutes(counts: impl IntoIterator<Item = u64>) -> Vec<(String, u64)> {
        counts.into_iter().zip(0..).map(|(posts, at)| (format!("12:{at:02}"), posts)).collect()
    }

    /// The case it was conceived on: 1,544 posts at 12:16 become 1,915 at 12:43.
    fn hashtag() -> Vec<(String, u64)> {
        minutes((0..60).map(|minute| match minute {
            0..=15 => 24,
            16 => 1_544 - 16 * 24,
            17..=42 => 14,
            43 => 1_915 - 1_544 - 26 * 14,
            _ => 3,
        }))
    }

    #[test]
    fn the_two_moments_can_be_read_off() {
        let how = Curve { cumulative: true, marks: &["12:16", "12:43"], ..Curve::default() };
        let told = curve(&hashtag(), &how);
        assert_eq!(told, EXPECTED, "\n{told}");
    }

    const EXPECTED: &str = "\
posts so far
2,000 ┤                                      ▁▂▂▃▄▄▄▄▄▄▅▅▅▅▅▅▆▆▆▆▆▆
      │                          ▁▂▂▃▄▄▅▆▆▇████████████████████████
      │                ▂▃▃▄▅▅▆▇▇███████████████████████████████████
1,500 ┤                ████████████████████████████████████████████
      │                ████████████████████████████████████████████
      │                ████████████████████████████████████████████
1,000 ┤                ████████████████████████████████████████████
      │                ████████████████████████████████████████████
      │                ████████████████████████████████████████████
  500 ┤              ▁▂████████████████████████████████████████████
      │       ▁▂▄▅▆▇███████████████████████████████████████████████
      │▁▂▃▅▆▇██████████████████████████████████████████████████████
    0 ┼────────────────┴──────────────────────────┴────────────────
                     12:16                      12:43
                     1,544                      1,915
";

    #[test]
    fn few_stretches_are_wide_and_many_are_merged() {
        let told = curve(&minutes([1, 4, 2]), &Curve { width: 12, height: 4, ..Curve::default() });
        assert_eq!(told, FEW, "\n{told}");
        let told = curve(&minutes(vec![1; 50]), &Curve { width: 10, height: 2, ..Curve::default() });
        assert_eq!(told, MANY, "\n{told}");
    }

    const FEW: &str = "\
posts
5 ┤    ▂▂▂▂
  │    ████
  │    ████▅▅▅▅
  │▆▆▆▆████████
0 ┼────────────
   12:00  12:02
";
    const MANY: &str = "\
posts a column, 5 stretches of time a column
5 ┤██████████
  │██████████
0 ┼──────────
   12:00
";

    #[test]
    fn marks_that_would_touch_go_below_each_other() {
        let how = Curve { width: 20, height: 2, marks: &["12:02", "12:03", "12:09"], ..Curve::default() };
        let told = curve(&minutes(vec![1; 10]), &how);
        assert_eq!(told, MARKS, "\n{told}");
    }

    const MARKS: &str = "\
posts
1 ┤████████████████████
  │████████████████████
0 ┼─────┴─┴───────────┴
      12:02       12:09
        1           1
        12:03
          1
";

    #[test]
    fn nothing_zero_and_the_largest_counts_are_drawn_too() {
        assert_eq!(curve(&[], &Curve::default()), "no posts with a time\n");
        assert!(curve(&minutes([0, 0]), &Curve::default()).contains("0 ┼"));
        let huge = Curve { width: 0, height: 0, ..Curve::default() };
        assert!(curve(&minutes([u64::MAX / 2]), &huge).contains('█'));
    }

    #[test]
    fn a_cumulative_curve_never_falls_and_starts_at_what_was_before() {
        let how = Curve { width: 8, height: 2, cumulative: true, before: 10, ..Curve::default() };
        let told = curve(&minutes([0, 0, 10, 0]), &how);
        let bottom = told.lines().nth(2).expect("a line");
        assert!(bottom.ends_with("████████"), "\n{told}");
    }
}
