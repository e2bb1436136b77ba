//! An audit for people, as CSV and as JSON.

use serde_json::{Value, json};

use super::{Audit, ComparedRow, Difference, Estimate, NetRow, ShareRow, Way, Withheld, groups};
use crate::{evaluate::Columns, write::grouped};

impl Audit {
    /// Tables of shares, net stance and comparisons, at most `most` rows each; what the columns mean stands on top.
    pub fn to_text(&self, most: usize) -> String {
        let mut text = self.head();
        for note in &self.notes {
            text += &format!("- {note}\n");
        }
        text += &format!("\nShare of posts, in percent (95 % interval)\n{}", self.share_table(most));
        if let (Some((support, attack)), false) = (&self.net, self.nets.is_empty()) {
            text += &format!(
                "\nNet stance: {support} less {attack}, in percentage points (95 % interval)\n{}",
                self.net_table(most)
            );
        }
        text += &comparisons(&self.compared);
        text
    }

    fn head(&self) -> String {
        let mut head = format!("{} posts", grouped(self.posts));
        if !self.conditions.is_empty() {
            head += &format!(" where {}", self.conditions.join(" and "));
        }
        let tags = if self.scores { "scores" } else { "given tags" };
        let way = match self.way {
            Way::Ppi => format!("prediction-powered inference (PPI++) from {tags}, Wilson's interval"),
            Way::Strata => format!(
                "weighted by {} strata, parted by what was given, those with fewer than {} audited posts joined; score \
                 interval",
                self.strata,
                groups::LEAST
            ),
        };
        let mut head = format!(
            "{head}, {} of them audited\nuncorrected: the share of predicted labels, as counted. corrected: {way}.\n\
             worth: so many posts judged at random, without a tagger, would tell as much; gain: worth by audited.\n",
            grouped(self.audited)
        );
        let pooled = self.pooled();
        if !self.keys.is_empty() {
            head += &format!(
                "Cells with fewer than {} audited posts ({} of them) are put together under (pooled), and have no estimate of \
                 their own.\n",
                self.least, pooled
            );
        }
        head
    }

    /// Cells without an estimate of their own.
    fn pooled(&self) -> usize {
        let Some(first) = self.shares.first() else { return 0 };
        let small = self.shares.iter().filter(|row| row.label == first.label && row.target == first.target);
        small
            .filter(|row| row.corrected.is_err() && row.cell.first().is_some_and(|name| name != "(pooled)"))
            .count()
    }

    fn share_table(&self, most: usize) -> String {
        let mut table =
            Columns::new(["label", "posts", "audited", "uncorrected", "corrected", "worth", "gain"]);
        let shown: Vec<&ShareRow> = self
            .shares
            .iter()
            .filter(|row| row.corrected.as_ref().err() != Some(&Withheld::Pooled))
            .collect();
        for row in shown.iter().take(most) {
            let worth = match &row.corrected {
                Ok(found) => [whole(found.effective()), format!("×{:.1}", found.gain())],
                Err(_) => ["–".to_owned(), "–".to_owned()],
            };
            let [worth, gain] = worth;
            table.row([
                self.name(&row.label, row.target.as_deref(), &row.cell),
                grouped(row.posts),
                grouped(row.audited),
                format!("{:.1}", 100.0 * row.uncorrected.value),
                corrected(&row.corrected, share),
                worth,
                gain,
            ]);
        }
        table.render() + &more(shown.len(), most)
    }

    fn net_table(&self, most: usize) -> String {
        let mut table = Columns::new(["posts of", "posts", "audited", "uncorrected", "corrected"]);
        let shown: Vec<&NetRow> =
            self.nets.iter().filter(|row| row.corrected.as_ref().err() != Some(&Withheld::Pooled)).collect();
        for row in shown.iter().take(most) {
            table.row([
                if row.cell.is_empty() { "(all)".to_owned() } else { row.cell.join("  ") },
                grouped(row.posts),
                grouped(row.audited),
                format!("{:+.1}", 100.0 * row.uncorrected.value),
                corrected(&row.corrected, points),
            ]);
        }
        table.render() + &more(shown.len(), most)
    }

    fn name(&self, label: &str, target: Option<&str>, cell: &[String]) -> String {
        let mut parts = vec![label];
        parts.extend(target);
        if cell.is_empty() && !self.keys.is_empty() {
            parts.push("(all)");
        }
        parts.extend(cell.iter().map(String::as_str));
        parts.join("  ")
    }

    /// CSV (RFC 4180, LF): a row a label and cell, then one a cell for net stance and one a comparison. Shares are 0–1; what
    /// is withheld is empty, with the reason in `note`.
    pub fn to_csv(&self) -> String {
        let mut out = Vec::new();
        {
            let mut csv = csv::WriterBuilder::new().from_writer(&mut out);
            let mut head: Vec<String> = ["figure", "label", "target"].map(str::to_owned).to_vec();
            head.extend(self.keys.iter().cloned());
            head.extend(FIGURES.map(str::to_owned));
            // Writing into a Vec cannot fail, and every record has as many cells as the header.
            csv.write_record(&head).ok();
            for row in self.flat() {
                let mut cells = vec![row.figure.to_owned(), row.label, row.target.unwrap_or_default()];
                cells.extend((0..self.keys.len()).map(|at| row.cell.get(at).cloned().unwrap_or_default()));
                cells.extend(row.figures.iter().map(|(_, value)| match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                }));
                csv.write_record(&cells).ok();
            }
            csv.flush().ok();
        }
        String::from_utf8(out).unwrap_or_default()
    }

    /// One JSON object: what was estimated and how, `notes`, `shares`, `net` and `comparisons`.
    pub fn to_json(&self) -> Value {
        let rows = |figure: &str| -> Vec<Value> {
            let of_figure = self.flat().into_iter().filter(|row| row.figure == figure);
            of_figure
                .map(|row| {
                    let mut object = json!({});
                    if !row.label.is_empty() {
                        object["label"] = json!(row.label);
                    }
                    if let Some(target) = row.target {
                        object["target"] = json!(target);
                    }
                    for (key, value) in self.keys.iter().zip(row.cell) {
                        object[key] = json!(value);
                    }
                    for (name, value) in row.figures {
                        if name != "note" || !value.is_null() {
                            object[name] = value;
                        }
                    }
                    object
                })
                .collect()
        };
        json!({
            "posts": self.posts,
            "audited": self.audited,
            "method": self.way.as_str(),
            "predictions": if self.scores { "scores" } else { "given tags" },
            "strata": self.strata,
            "by": self.keys,
            "where": self.conditions,
            "pooled_below": self.least,
            "uncorrected": "the share of predicted labels, as counted",
            "interval": "95 %",
            "notes": self.notes,
            "shares": rows("share"),
            "net_of": self.net.as_ref().map(|(a, b)| [a, b]),
            "net": rows("net"),
            "comparisons": self.compared.iter().map(comparison_json).collect::<Vec<_>>(),
        })
    }

    /// Every row with the same columns.
    fn flat(&self) -> Vec<Flat> {
        let mut rows = Vec::new();
        for row in &self.shares {
            let (ends, worth) = match &row.corrected {
                Ok(found) => (
                    [found.value, found.low, found.high].map(rounded),
                    [found.effective(), found.gain()].map(rounded),
                ),
                Err(_) => ([Value::Null, Value::Null, Value::Null], [Value::Null, Value::Null]),
            };
            rows.push(Flat::new(
                "share",
                row.label.clone(),
                row.target.clone(),
                &row.cell,
                [json!(row.posts), json!(row.given), json!(row.audited), rounded(row.uncorrected.value)],
                ends,
                worth,
                row.corrected.as_ref().err(),
            ));
        }
        for row in &self.nets {
            let ends = match &row.corrected {
                Ok(found) => [found.value, found.low, found.high].map(rounded),
                Err(_) => [Value::Null, Value::Null, Value::Null],
            };
            rows.push(Flat::new(
                "net",
                String::new(),
                None,
                &row.cell,
                [json!(row.posts), Value::Null, json!(row.audited), rounded(row.uncorrected.value)],
                ends,
                [Value::Null, Value::Null],
                row.corrected.as_ref().err(),
            ));
        }
        rows
    }
}

/// Tables of comparisons, one for each pair of sides.
pub(super) fn comparisons(rows: &[ComparedRow]) -> String {
    let mut text = String::new();
    for of_pair in rows.chunk_by(|a, b| a.names == b.names) {
        let Some(first) = of_pair.first() else { continue };
        let ([a, b], posts, audited) = (&first.names, first.posts.map(grouped), first.audited.map(grouped));
        text += &format!(
            "\n{a} less {b}, in percentage points (95 % interval)\n{a}: {} posts, {} audited; {b}: {} posts, {} audited; on \
             neither side, or on both: {}\n",
            posts[0],
            audited[0],
            posts[1],
            audited[1],
            grouped(first.beside)
        );
        let mut table = Columns::new(["label", "uncorrected", "difference", "corrected", "difference"]);
        for row in of_pair {
            let both = |[a, b]: &[Estimate; 2]| format!("{:.1} / {:.1}", 100.0 * a.value, 100.0 * b.value);
            let name = [Some(row.label.as_str()), row.target.as_deref()].into_iter().flatten();
            table.row([
                name.collect::<Vec<_>>().join("  "),
                both(&row.uncorrected),
                points(&row.difference),
                corrected(&row.corrected, |(shares, _)| both(shares)),
                corrected(&row.corrected, |(_, difference)| points(difference)),
            ]);
        }
        text += &table.render();
    }
    text
}

/// A comparison as JSON.
pub(super) fn comparison_json(row: &ComparedRow) -> Value {
    let shares = |of: &[Estimate; 2]| json!(of.each_ref().map(|share| rounded(share.value)));
    let mut object = json!({
        "first": row.names[0], "second": row.names[1], "label": row.label, "target": row.target,
        "posts": row.posts, "audited": row.audited, "beside": row.beside,
        "uncorrected": shares(&row.uncorrected), "uncorrected_difference": difference(&row.difference),
    });
    match &row.corrected {
        Ok((corrected, apart)) => {
            object["corrected"] = shares(corrected);
            object["difference"] = difference(apart);
        }
        Err(why) => object["note"] = json!(why.as_str()),
    }
    object
}

/// The columns behind the names.
const FIGURES: [&str; 10] =
    ["posts", "given", "audited", "uncorrected", "corrected", "low", "high", "effective", "gain", "note"];

struct Flat {
    figure: &'static str,
    label: String,
    target: Option<String>,
    cell: Vec<String>,
    figures: Vec<(&'static str, Value)>,
}

impl Flat {
    #[expect(clippy::too_many_arguments, reason = "a row is wide")]
    fn new(
        figure: &'static str,
        label: String,
        target: Option<String>,
        cell: &[String],
        counts: [Value; 4],
        ends: [Value; 3],
        worth: [Value; 2],
        withheld: Option<&Withheld>,
    ) -> Self {
        let note = withheld.map_or(Value::Null, |why| json!(why.as_str()));
        let values = counts.into_iter().chain(ends).chain(worth).chain([note]);
        Self {
            figure,
            label,
            target,
            cell: cell.to_vec(),
            figures: FIGURES.into_iter().zip(values).collect(),
        }
    }
}

/// Six significant decimals; null where there is no number.
pub(super) fn rounded(value: f64) -> Value {
    if value.is_finite() { json!((value * 1e6).round() / 1e6) } else { Value::Null }
}

pub(super) fn difference(of: &Difference) -> Value {
    json!({"value": rounded(of.value), "low": rounded(of.low), "high": rounded(of.high)})
}

fn corrected<T>(of: &Result<T, Withheld>, shown: impl Fn(&T) -> String) -> String {
    of.as_ref().map_or_else(|why| why.as_str().to_owned(), shown)
}

fn share(of: &Estimate) -> String {
    format!("{:.1} ({:.1}–{:.1})", 100.0 * of.value, 100.0 * of.low, 100.0 * of.high)
}

/// Percentage points with their sign: `+3.1 (−0.2 to +6.4)`.
pub(super) fn points(of: &Difference) -> String {
    let signed = |value: f64| format!("{:+.1}", 100.0 * value).replace('-', "−");
    format!("{} ({} to {})", signed(of.value), signed(of.low), signed(of.high))
}

fn whole(value: f64) -> String {
    if value < 1e9 { grouped(value.round() as u64) } else { "all".to_owned() }
}

fn more(rows: usize, most: usize) -> String {
    match rows.saturating_sub(most) {
        0 => String::new(),
        left => format!("… and {} more rows: --format csv or json gives them all\n", grouped(left as u64)),
    }
}
