//! A campaign for people, as CSV and as JSON.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Burst, Campaign, Scan, Velocity,
    audit_text::{comparison_json, comparisons, difference, points, rounded},
};
use crate::{
    aggregate::{Curve, curve},
    evaluate::Columns,
    write::grouped,
};

/// What stands beside the series.
#[derive(Debug, Clone, Default)]
pub struct CampaignView {
    /// How bursts were looked for.
    pub scan: Scan,
    /// The bursts.
    pub bursts: Vec<Burst>,
    /// The pace between two moments, where asked for.
    pub velocity: Option<(Timestamp, Timestamp, Velocity)>,
    /// Posts counted before the first one here.
    pub before: u64,
}

impl Campaign {
    /// First and peak moment, pace, net stance, bursts, comparisons, and both curves.
    pub fn to_text(&self, view: &CampaignView) -> String {
        let mut text = format!("{} posts", grouped(self.posts));
        if !self.conditions.is_empty() {
            text += &format!(" where {}", self.conditions.join(" and "));
        }
        if self.series.without_time > 0 {
            text += &format!(", {} of them without a time", grouped(self.series.without_time));
        }
        text += &format!(" (times in {}, by {})\n\n", self.zone.name(), self.bucket.word());
        let mut facts: Vec<[String; 2]> = Vec::new();
        if let (Some(first), Some((peak, most))) = (self.series.first(), self.series.peak()) {
            facts.push(["first post".to_owned(), self.name(first)]);
            facts.push([
                "peak".to_owned(),
                format!("{}: {} posts in a {}", self.name(peak), grouped(most), self.bucket.word()),
            ]);
        }
        if let Some((from, to, found)) = &view.velocity {
            facts.push([
                "velocity".to_owned(),
                format!("{} to {}: {}", self.moment(*from), self.moment(*to), pace(found)),
            ]);
        }
        facts.push([
            "net stance".to_owned(),
            format!(
                "{} less {}: {} percentage points, of predicted labels: uncorrected",
                self.net.0,
                self.net.1,
                points(&self.net_stance())
            ),
        ]);
        let against = match view.scan.around {
            Some(around) => format!("{around} stretches on either side"),
            None => "the whole stream".to_owned(),
        };
        facts.push([
            "bursts".to_owned(),
            format!(
                "{} by a scan statistic against {against}; a steady stream shows one in {:.3} % of cases, at most",
                view.bursts.len(),
                100.0 * view.scan.false_alarm
            ),
        ]);
        for [name, fact] in &facts {
            text += &format!("{name:12}{fact}\n");
        }
        if !view.bursts.is_empty() {
            let mut table = Columns::new(["burst", "to", "posts", "expected", "times", "chance"]);
            for burst in &view.bursts {
                table.row([
                    self.name(burst.from),
                    self.name(burst.to),
                    grouped(burst.posts),
                    format!("{:.1}", burst.expected),
                    format!("×{:.1}", burst.posts as f64 / burst.expected),
                    chance(burst.chance),
                ]);
            }
            text += &format!("\n{}", table.render());
        }
        text += &comparisons(&self.compared);
        if self.series.posts() > 0 {
            let named = self.series.named(self.bucket, &self.zone);
            let marks: Vec<String> = view
                .velocity
                .iter()
                .flat_map(|(from, to, _)| [self.moment(*from), self.moment(*to)])
                .collect();
            let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
            for cumulative in [false, true] {
                let before = view.before;
                text += &format!(
                    "\n{}",
                    curve(&named, &Curve { cumulative, before, marks: &marks, ..Curve::default() })
                );
            }
        }
        text
    }

    fn name(&self, stretch: usize) -> String {
        self.moment(self.series.begins(stretch))
    }

    fn moment(&self, moment: Timestamp) -> String {
        self.bucket.short_name(moment.as_second(), &self.zone)
    }

    fn machine(&self, stretch: usize) -> String {
        self.bucket.name(self.series.begins(stretch).as_second(), &self.zone)
    }

    /// CSV: every stretch with its posts, the posts so far, and net stance of predicted labels with its interval.
    pub fn to_csv(&self, view: &CampaignView) -> String {
        let mut text = "time,posts,so_far,uncorrected_net,low,high\n".to_owned();
        let mut so_far = view.before;
        for (stretch, posts) in self.series.counts.iter().enumerate() {
            so_far += posts;
            let net = self.net_at(stretch);
            let ends = [net.value, net.low, net.high].map(|end| {
                let end = rounded(end);
                if end.is_null() { String::new() } else { end.to_string() }
            });
            text += &format!("{},{posts},{so_far},{}\n", self.machine(stretch), ends.join(","));
        }
        text
    }

    /// One JSON object: the facts of [`to_text`](Self::to_text), and every stretch.
    pub fn to_json(&self, view: &CampaignView) -> Value {
        let mut so_far = view.before;
        let series = self.series.counts.iter().enumerate().map(|(stretch, posts)| {
            so_far += posts;
            json!({
                "time": self.machine(stretch), "posts": posts, "so_far": so_far,
                "uncorrected_net": if *posts > 0 { difference(&self.net_at(stretch)) } else { Value::Null },
            })
        });
        let bursts = view.bursts.iter().map(|burst| {
            json!({
                "from": self.machine(burst.from), "to": self.machine(burst.to), "posts": burst.posts,
                "expected": rounded(burst.expected), "chance": burst.chance,
            })
        });
        let velocity = view.velocity.as_ref().map(|(from, to, found)| {
            json!({
                "from": from.to_string(), "to": to.to_string(), "first": found.first, "last": found.last,
                "posts": found.posts(), "minutes": found.minutes, "per_minute": rounded(found.per_minute),
                "low": rounded(found.interval.low), "high": rounded(found.interval.high),
            })
        });
        json!({
            "posts": self.posts,
            "without_time": self.series.without_time,
            "where": self.conditions,
            "zone": self.zone.name(),
            "every": self.bucket.word(),
            "before": view.before,
            "first": self.series.first().map(|at| self.machine(at)),
            "peak": self.series.peak().map(|(at, posts)| json!({"time": self.machine(at), "posts": posts})),
            "velocity": velocity,
            "net_of": [&self.net.0, &self.net.1],
            "uncorrected_net": difference(&self.net_stance()),
            "burst_method": "scan statistic, exact binomial tail times windows",
            "false_alarm": view.scan.false_alarm,
            "longest": view.scan.longest,
            "around": view.scan.around,
            "bursts": bursts.collect::<Vec<_>>(),
            "comparisons": self.compared.iter().map(comparison_json).collect::<Vec<_>>(),
            "series": series.collect::<Vec<_>>(),
        })
    }
}

/// `1,544 to 1,915, 371 posts in 27 minutes, 13.7 a minute (12.4–15.2)`
fn pace(found: &Velocity) -> String {
    format!(
        "{} to {}, {} posts in {} minutes, {:.1} a minute ({:.1}–{:.1})",
        grouped(found.first),
        grouped(found.last),
        grouped(found.posts()),
        found.minutes,
        found.per_minute,
        found.interval.low,
        found.interval.high
    )
}

fn chance(chance: f64) -> String {
    if chance < 1e-4 { "under 0.0001".to_owned() } else { format!("{chance:.4}") }
}
