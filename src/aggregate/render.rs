//! A table as text for people, as CSV and as JSON.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::{Map, Value, json};

use super::{Authors, By, Key, Row, Sketch, Table};
use crate::write::{bar, grouped, pad_end, pad_start, percent};

/// The longest bar.
const LONGEST_BAR: usize = 32;
/// The widest column of names.
const WIDEST_NAME: usize = 40;

impl Table {
    /// Aligned text, at most about `width` columns wide, at most `most` rows long (0 leaves just
    /// the head); colours only when
    /// asked for. A value that the row above shows already is left out.
    pub fn to_text(&self, width: usize, most: usize, colour: bool) -> String {
        let mut out = self.head();
        if most == 0 {
            return out;
        }
        let rows: Vec<Vec<String>> =
            self.rows.iter().take(most).map(|row| row.keys.iter().map(shown).collect()).collect();
        let widths: Vec<usize> = self
            .by
            .iter()
            .enumerate()
            .map(|(at, by)| {
                let names = rows.iter().filter_map(|row| row.get(at)).map(|name| name.chars().count());
                names.chain([by.name().len()]).max().unwrap_or(0).min(WIDEST_NAME)
            })
            .collect();
        let counts = self.rows.iter().take(most).map(|row| grouped(row.posts).len());
        let digits = counts.max().unwrap_or(0).max("posts".len());
        let counted = self.rows.iter().take(most).filter_map(|row| row.authors);
        let counted = counted.map(|authors| shown_authors(authors).chars().count());
        let authors =
            if self.counts_authors { counted.chain(["authors".len()]).max().unwrap_or(0) } else { 0 };
        let used = authors
            + 2 * usize::from(authors > 0)
            + widths.iter().map(|width| width + 2).sum::<usize>()
            + digits
            + 2
            + 6
            + 2;
        let bars = width.saturating_sub(used).min(LONGEST_BAR);
        let style = |style: Style, text: &str| {
            if colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
        };

        let mut line = String::new();
        for (by, width) in self.by.iter().zip(&widths) {
            line.push_str(&pad_end(&by.name(), *width));
            line.push_str("  ");
        }
        line.push_str(&pad_start("posts", digits));
        if authors > 0 {
            line.push_str("  ");
            line.push_str(&pad_start("authors", authors));
        }
        line.push_str("   share");
        out.push_str(&style(Style::new().bold(), &line));
        out.push('\n');

        let longest = self.rows.iter().take(most).map(|row| row.posts).max().unwrap_or(0).max(1);
        let mut above: Option<&Vec<String>> = None;
        for (row, names) in self.rows.iter().zip(&rows) {
            let mut same = above.is_some();
            for (at, (name, width)) in names.iter().zip(&widths).enumerate() {
                same = same && above.and_then(|above| above.get(at)) == Some(name);
                // The last value always stands: a row without any would be a riddle.
                let name = if same && at + 1 < names.len() { "" } else { name };
                out.push_str(&pad_end(name, *width));
                out.push_str("  ");
            }
            out.push_str(&pad_start(&grouped(row.posts), digits));
            out.push_str("  ");
            if authors > 0 {
                out.push_str(&pad_start(&row.authors.map_or("–".to_owned(), shown_authors), authors));
                out.push_str("  ");
            }
            out.push_str(&pad_start(&percent(row.posts, self.posts), 6));
            let drawn = bar(row.posts as f64 / longest as f64, bars);
            if !drawn.is_empty() {
                out.push_str("  ");
                out.push_str(&style(Style::new().fg_color(Some(AnsiColor::Cyan.into())), &drawn));
            }
            out.push('\n');
            above = Some(names);
        }
        if self.rows.len() > most {
            // Writing into a String cannot fail.
            writeln!(
                out,
                "… and {} more rows: --format csv or json gives them all",
                grouped((self.rows.len() - most) as u64)
            )
            .ok();
        }
        out
    }

    /// What was counted, and what the shares are, in two lines.
    fn head(&self) -> String {
        let mut head = format!("{} posts", grouped(self.posts));
        if self.posts != self.read && self.suppressed.is_none() {
            write!(head, " of {}", grouped(self.read)).ok();
        }
        if !self.filters.is_empty() {
            write!(head, " where {}", self.filters.join(" and ")).ok();
        }
        if !self.by.is_empty() {
            let keys: Vec<_> = self.by.iter().map(By::word).collect();
            write!(head, ", by {}", keys.join(", ")).ok();
        }
        if self.has_time() {
            write!(head, " (times in {})", self.zone).ok();
        }
        let of = if self.filters.is_empty() { "all posts" } else { "the posts that match" };
        write!(head, "\nshare: uncorrected, of {of}\n").ok();
        if self.counts_authors {
            match self.authors {
                Some(authors) => {
                    writeln!(head, "authors: {} in all; {}", shown_authors(authors), accuracy()).ok()
                }
                None => {
                    writeln!(head, "authors: no post tells one (tag with --keep, or name the column)").ok()
                }
            };
        }
        if let Some(told) = self.suppressed {
            let (small, unit) = (grouped(told.small), told.unit.as_str());
            write!(head, "left out: {small} cells of fewer than {} {unit}", told.k).ok();
            if told.more > 0 {
                write!(head, ", and {} more that would give them away", grouped(told.more)).ok();
            }
            head.push('\n');
        }
        head.push('\n');
        head
    }

    /// CSV (RFC 4180, LF): the keys, `posts` and `uncorrected_share` (0–1, six decimals). A `zone`
    /// column names the time zone when a key is a time; `authors` and `authors_standard_error` (a share of
    /// the count, 0 where it is exact) stand behind when they were counted.
    pub fn to_csv(&self) -> String {
        let mut out = Vec::new();
        {
            let mut csv = csv::WriterBuilder::new().from_writer(&mut out);
            let mut header: Vec<_> = self.by.iter().map(|by| by.name().into_owned()).collect();
            if self.has_time() {
                header.push("zone".to_owned());
            }
            header.extend(["posts", "uncorrected_share"].map(str::to_owned));
            if self.counts_authors {
                header.extend(["authors", "authors_standard_error"].map(str::to_owned));
            }
            // Writing into a Vec cannot fail, and every record has as many cells as the header.
            csv.write_record(header).ok();
            for row in &self.rows {
                let mut cells: Vec<String> = row.keys.iter().map(Key::to_string).collect();
                if self.has_time() {
                    cells.push(self.zone.clone());
                }
                cells.push(row.posts.to_string());
                cells.push(format!("{:.6}", self.share(row)));
                if self.counts_authors {
                    cells.push(row.authors.map_or(String::new(), |authors| authors.count.to_string()));
                    let error = row.authors.map(|authors| format!("{:.4}", authors.standard_error()));
                    cells.push(error.unwrap_or_default());
                }
                csv.write_record(cells).ok();
            }
            csv.flush().ok();
        }
        String::from_utf8(out).unwrap_or_default()
    }

    /// One JSON object: `by`, `zone` (with times), `where`, `read`, `posts`, `share` (what the shares
    /// are) and `rows`, each with its keys, `posts` and `uncorrected_share`.
    pub fn to_json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let mut object = Map::new();
            for (by, key) in self.by.iter().zip(&row.keys) {
                let value = if *key == Key::Empty { Value::Null } else { json!(key.to_string()) };
                object.insert(by.name().into_owned(), value);
            }
            object.insert("posts".to_owned(), json!(row.posts));
            object.insert("uncorrected_share".to_owned(), json!((self.share(row) * 1e6).round() / 1e6));
            if self.counts_authors {
                authors_into(&mut object, row);
            }
            Value::Object(object)
        });
        let rows = rows.collect();
        let mut about = self.about();
        if let Some(about) = about.as_object_mut() {
            about.insert("rows".to_owned(), Value::Array(rows));
        }
        about
    }

    /// What stands before the rows.
    pub(super) fn about(&self) -> Value {
        let mut about = json!({
            "by": self.by.iter().map(By::word).collect::<Vec<_>>(),
            "zone": self.has_time().then_some(&self.zone),
            "where": self.filters,
            // What did not meet the conditions may be of few.
            "read": self.suppressed.is_none().then_some(self.read),
            "posts": self.posts,
            "share": "uncorrected, of the posts that met the conditions",
        });
        if let Some(object) = about.as_object_mut() {
            if self.counts_authors {
                let authors = self.authors.map(|authors| authors.count);
                object.insert("authors".to_owned(), json!({"count": authors, "accuracy": accuracy()}));
            }
            if let Some(told) = self.suppressed {
                let told =
                    json!({"k": told.k, "of": told.unit.as_str(), "small": told.small, "more": told.more});
                object.insert("suppressed".to_owned(), told);
            }
        }
        about
    }
}

fn authors_into(object: &mut Map<String, Value>, row: &Row) {
    object.insert("authors".to_owned(), json!(row.authors.map(|authors| authors.count)));
    let error = row.authors.map(|authors| authors.standard_error());
    object.insert("authors_standard_error".to_owned(), json!(error));
}

/// A count of authors; an estimate says that it is one.
fn shown_authors(authors: Authors) -> String {
    let about = if authors.exact { "" } else { "~" };
    format!("{about}{}", grouped(authors.count))
}

/// How exact counts of authors are.
fn accuracy() -> String {
    let percent = Sketch::STANDARD_ERROR * 100.0;
    format!("exact up to {}, beyond (~) an estimate with a standard error of {percent:.1} %", Sketch::EXACT)
}

/// A value for people.
fn shown(key: &Key) -> String {
    match key {
        Key::Time { short, .. } => short.clone(),
        Key::Empty => "–".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        aggregate::{Counter, Plan, TagRecord},
        write::samples,
    };

    fn table(filters: &[String]) -> Table {
        let plan = Plan::parse("time:15min,label", filters, Some("+05:00")).expect("plan");
        let mut counter = Counter::new(plan);
        for minute in [16, 17, 18, 43, 44] {
            let mut post = samples::platform_attack();
            post.time = format!("2019-04-01T12:{minute}:00Z").parse().ok();
            if minute % 2 == 1 {
                post.tags.push(post.tags[0].clone());
                post.tags[1].label = Arc::from("support");
            }
            counter.add(&TagRecord::from(&post)).expect("few cells");
        }
        counter.add(&TagRecord::from(&samples::bare("6"))).expect("few cells");
        counter.finish()
    }

    #[test]
    fn text_is_for_people() {
        let told = table(&[]).to_text(70, 100, false);
        let expected = "\
6 posts, by time:15min, label (times in +05:00)
share: uncorrected, of all posts

time              label            posts   share
2019-04-01 17:15  platform_attack      3   50.0%  ████████████████████
                  support              1   16.7%  ██████▋
2019-04-01 17:30  platform_attack      2   33.3%  █████████████▍
                  support              1   16.7%  ██████▋
(unknown)         (none)               1   16.7%  ██████▋
";
        assert_eq!(told, expected, "\n{told}");
        let few = table(&["label=support".to_owned()]).to_text(70, 1, false);
        assert!(few.starts_with("2 posts of 6 where label=support, by"), "{few}");
        assert!(few.ends_with("… and 1 more rows: --format csv or json gives them all\n"), "{few}");
    }

    #[test]
    fn csv_and_json_are_for_machines() {
        assert_eq!(
            table(&[]).to_csv(),
            "time,label,zone,posts,uncorrected_share\n\
             2019-04-01T17:15:00+05:00,platform_attack,+05:00,3,0.500000\n\
             2019-04-01T17:15:00+05:00,support,+05:00,1,0.166667\n\
             2019-04-01T17:30:00+05:00,platform_attack,+05:00,2,0.333333\n\
             2019-04-01T17:30:00+05:00,support,+05:00,1,0.166667\n\
             (unknown),(none),+05:00,1,0.166667\n"
        );
        let json = table(&[]).to_json();
        assert_eq!(
            json["rows"][4],
            json!({"time": "(unknown)", "label": "(none)", "posts": 1, "uncorrected_share": 0.166_667})
        );
        assert_eq!((&json["zone"], &json["read"]), (&json!("+05:00"), &json!(6)));
    }
}
