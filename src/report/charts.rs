//! Charts as SVG that need no script.

use std::fmt::Write as _;

use super::Timeline;
use crate::{
    aggregate::Bucket,
    estimate::Estimate,
    page::{escaped, svg::COLOURS},
    write::grouped,
};

const WIDE: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 72.0;
const TOP: f64 = 14.0;
const HIGH: f64 = 230.0;
const BELOW: f64 = 40.0;
/// The most ticks of the axis of time.
const TICKS: usize = 9;
/// The most points of the curves of stance …
const POINTS: usize = 60;
/// … and the least posts of a point: fewer would be noise.
pub(super) const LEAST_POSTS: u64 = 20;
/// Labels that have a curve.
pub(super) const CURVES: usize = COLOURS;

fn across(share: f64) -> f64 {
    LEFT + share * (WIDE - LEFT - RIGHT)
}

fn up(share: f64) -> f64 {
    TOP + (1.0 - share) * HIGH
}

/// A chart of time with what is drawn in it; ticks of the left axis, and of the right one.
fn frame(
    timeline: &Timeline,
    about: &str,
    left: &[(f64, String)],
    right: &[(f64, String)],
    inside: &str,
) -> String {
    let mut axes = String::new();
    for (at, text) in left {
        // Writing into a String cannot fail, here and below.
        write!(
            axes,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            WIDE - RIGHT,
            LEFT - 6.0,
            up(*at) + 4.0,
            y = up(*at)
        )
        .ok();
    }
    for (at, text) in right {
        write!(axes, "<text x=\"{:.1}\" y=\"{:.1}\">{text}</text>", WIDE - RIGHT + 6.0, up(*at) + 4.0).ok();
    }
    for tick in ticks(timeline) {
        let x = across(tick.at as f64 / timeline.starts.len() as f64);
        write!(
            axes,
            "<line class=\"tick\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            TOP + HIGH,
            TOP + HIGH + 5.0,
            TOP + HIGH + 18.0,
            escaped(&tick.name)
        )
        .ok();
        if let Some(day) = tick.day {
            write!(
                axes,
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                TOP + HIGH + 32.0,
                escaped(day)
            )
            .ok();
        }
    }
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDE:.0} {:.0}\" role=\"img\" aria-label=\"{}\">{axes}{inside}\
         <line class=\"tick\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/></svg>",
        TOP + HIGH + BELOW,
        escaped(about),
        WIDE - RIGHT,
        y = TOP + HIGH,
    )
}

/// A place on the axis of time.
struct Tick {
    at: usize,
    name: String,
    /// Where the day is another one than at the tick before.
    day: Option<String>,
}

/// Ticks at round times.
fn ticks(timeline: &Timeline) -> Vec<Tick> {
    let names: Vec<String> = (0..timeline.starts.len()).map(|at| timeline.name(at)).collect();
    let evenly = |places: Vec<usize>| {
        let every = places.len().div_ceil(TICKS).max(1);
        places.into_iter().step_by(every).collect::<Vec<usize>>()
    };
    let Bucket::Minutes(_) = timeline.bucket else {
        let tick = |at: usize| Tick { at, name: names[at].clone(), day: None };
        return evenly((0..names.len()).collect()).into_iter().map(tick).collect();
    };
    // `2019-04-02 12:16`, and for some zones their offset.
    let parts = |at: usize| names[at].split_once(' ').unwrap_or((&names[at], ""));
    let minute = |at: usize| {
        let (hour, minute) = parts(at).1.get(..5)?.split_once(':')?;
        Some(hour.parse::<u32>().ok()? * 60 + minute.parse::<u32>().ok()?)
    };
    let at_every = |step: u32| -> Vec<usize> {
        (0..names.len()).filter(|&at| minute(at).is_some_and(|minute| minute % step == 0)).collect()
    };
    let steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
    let fitting = steps.into_iter().map(at_every).find(|places| places.len() <= TICKS);
    let (places, days_only) = match fitting {
        Some(places) if !places.is_empty() => (places, false),
        Some(_) => (evenly((0..names.len()).collect()), false),
        None => (evenly(at_every(1440)), true),
    };
    let mut before = "";
    places
        .into_iter()
        .map(|at| {
            let (day, time) = parts(at);
            let new = day != before;
            before = day;
            let time = time.get(..5).unwrap_or(time).to_owned();
            if days_only {
                Tick { at, name: day.to_owned(), day: None }
            } else {
                Tick { at, name: time, day: new.then(|| day.to_owned()) }
            }
        })
        .collect()
}

/// A round number that is not smaller: 1, 2, 2.5 or 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|by| by * power)
        .find(|round| *round >= value * 0.999_999)
        .unwrap_or(value)
}

/// The top of an axis of counts, and its ticks as shares of it.
fn count_axis(most: u64) -> (f64, Vec<(f64, String)>) {
    let step = round_up(most.max(1) as f64 / 4.0).max(1.0);
    let steps = (most.max(1) as f64 / step).ceil();
    let top = step * steps;
    let ticks = (0..=steps as u64).map(|at| (at as f64 * step / top, grouped((at as f64 * step) as u64)));
    (top, ticks.collect())
}

/// Posts in each stretch as bars, posts so far as a line, bursts as what is shaded.
pub(super) fn curve(timeline: &Timeline) -> String {
    let count = timeline.starts.len().max(1) as f64;
    let so_far = timeline.so_far();
    let (top, left) = count_axis(timeline.posts.iter().flatten().copied().max().unwrap_or(0));
    let (top_so_far, right) = count_axis(so_far.last().copied().unwrap_or(0));
    let x = |at: f64| across(at / count);
    let mut inside = String::new();
    for (number, burst) in timeline.bursts.iter().enumerate() {
        write!(
            inside,
            "<rect class=\"burst\" x=\"{:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{HIGH}\"><title>burst {}: {} posts, {} expected</title></rect>",
            x(burst.from as f64),
            (x(burst.to as f64) - x(burst.from as f64) - 1.0).max(2.0),
            number + 1,
            grouped(burst.posts),
            grouped(burst.expected.round() as u64)
        )
        .ok();
    }
    // One path for all bars: a page of a thousand posts or of a million has the same size.
    let width = (x(1.0) - x(0.0)).max(0.6);
    let gap = if width > 3.0 { 0.8 } else { 0.0 };
    let mut bars = String::new();
    for (at, posts) in timeline.posts.iter().enumerate() {
        if let Some(posts) = posts.filter(|&posts| posts > 0) {
            let high = (posts as f64 / top * HIGH).max(0.5);
            write!(
                bars,
                "M{:.1} {:.1}h{:.1}v-{high:.1}h-{:.1}z",
                x(at as f64),
                TOP + HIGH,
                width - gap,
                width - gap
            )
            .ok();
        }
    }
    let line: String = so_far
        .iter()
        .enumerate()
        .map(|(at, &posts)| format!("{:.1},{:.1} ", x(at as f64 + 1.0), up(posts as f64 / top_so_far)))
        .collect();
    write!(
        inside,
        "<path class=\"f0 bars\" d=\"{bars}\"/><polyline class=\"line l1\" points=\"{:.1},{:.1} {}\"/>",
        x(0.0),
        up(0.0),
        line.trim_end()
    )
    .ok();
    let about = format!(
        "Posts per {} as bars and posts so far as a line, from {} to {}",
        length(timeline),
        timeline.begins(0),
        timeline.begins(timeline.starts.len())
    );
    frame(timeline, &about, &left, &right, &inside)
}

/// The length of a stretch in words.
pub(super) fn length(timeline: &Timeline) -> String {
    match timeline.bucket {
        Bucket::Minutes(60) => "hour".to_owned(),
        Bucket::Minutes(1) => "minute".to_owned(),
        Bucket::Minutes(minutes) => format!("{minutes} minutes"),
        other => other.word(),
    }
}

/// A stretch in words: `one hour`, `5 minutes`.
pub(super) fn one(timeline: &Timeline) -> String {
    let length = length(timeline);
    if length.starts_with(|c: char| c.is_ascii_digit()) { length } else { format!("one {length}") }
}

/// A label's share in some stretches together.
struct Point {
    /// The middle of the stretches.
    at: f64,
    share: Estimate,
}

/// The points of a label's curve; parts of it where stretches are not known between.
fn points(timeline: &Timeline, label: usize) -> Vec<Vec<Point>> {
    let least = stretches_a_point(timeline);
    let mut parts = vec![Vec::new()];
    let (mut from, mut posts, mut given) = (0, 0, 0);
    for at in 0..timeline.starts.len() {
        let last = at + 1 == timeline.starts.len();
        let known = timeline.posts[at].zip(timeline.given[label][at]);
        if let Some((more, with)) = known {
            posts += more;
            given += with.min(more);
        }
        let full = at + 1 - from >= least && posts >= LEAST_POSTS;
        // What is not known ends a part; the last posts have a point, however few.
        if posts > 0
            && (full || last || known.is_none())
            && let Some(part) = parts.last_mut()
        {
            part.push(Point { at: (from + at + 1) as f64 / 2.0, share: Estimate::counted(given, posts) });
            (from, posts, given) = (at + 1, 0, 0);
        }
        if known.is_none() {
            parts.push(Vec::new());
            (from, posts, given) = (at + 1, 0, 0);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The share of each label over time, with its interval as a band.
pub(super) fn stance(timeline: &Timeline) -> String {
    let count = timeline.starts.len().max(1) as f64;
    let labels = timeline.labels.len().min(CURVES);
    let curves: Vec<Vec<Vec<Point>>> = (0..labels).map(|label| points(timeline, label)).collect();
    let highest = curves.iter().flatten().flatten().map(|point| point.share.value).fold(0.05, f64::max);
    let top = (highest * 1.15 * 10.0).ceil().min(10.0) / 10.0;
    let y = |share: f64| up((share / top).clamp(0.0, 1.0));
    let mut inside = String::new();
    for (label, parts) in curves.iter().enumerate() {
        for part in parts {
            let place =
                |point: &Point, share: f64| format!("{:.1},{:.1} ", across(point.at / count), y(share));
            let upper: String = part.iter().map(|point| place(point, point.share.high)).collect();
            let lower: String = part.iter().rev().map(|point| place(point, point.share.low)).collect();
            let line: String = part.iter().map(|point| place(point, point.share.value)).collect();
            let colour = label % COLOURS;
            if let [only] = &part[..] {
                write!(
                    inside,
                    "<line class=\"l{colour} band\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/><circle class=\"f{colour}\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"2.5\"/>",
                    y(only.share.low),
                    y(only.share.high),
                    y(only.share.value),
                    x = across(only.at / count),
                )
                .ok();
                continue;
            }
            write!(
                inside,
                "<polygon class=\"f{colour} band\" points=\"{}\"/><polyline class=\"line l{colour} d{colour}\" points=\"{}\"/>",
                (upper + &lower).trim_end(),
                line.trim_end()
            )
            .ok();
        }
    }
    let steps = (top * 10.0).round() as u32;
    let every = if steps > 5 { 2 } else { 1 };
    let left: Vec<(f64, String)> = (0..=steps)
        .step_by(every)
        .map(|step| (f64::from(step) / f64::from(steps), format!("{}%", step * 10)))
        .collect();
    let about = format!(
        "Share of posts with each label over time, with 95 percent intervals: {}",
        timeline.labels.iter().take(CURVES).map(String::as_str).collect::<Vec<_>>().join(", ")
    );
    frame(timeline, &about, &left, &[], &inside)
}

/// Stretches that each point of the stance chart stands for, at least.
pub(super) fn stretches_a_point(timeline: &Timeline) -> usize {
    timeline.starts.len().div_ceil(POINTS).max(1)
}

/// A share as a bar, with its interval as a whisker, and a second one below.
pub(super) fn share_bar(share: &Estimate, corrected: Option<&Estimate>, colour: usize) -> String {
    let x = |share: f64| 2.0 + 196.0 * share.clamp(0.0, 1.0);
    let whisker = |share: &Estimate, y: f64| {
        format!(
            "<path class=\"whisker\" d=\"M{low:.1} {y}H{high:.1}M{low:.1} {top}v6M{high:.1} {top}v6\"/>",
            low = x(share.low),
            high = x(share.high),
            top = y - 3.0
        )
    };
    let colour = colour % COLOURS;
    let mut inside = format!(
        "<rect class=\"f{colour}{}\" x=\"2\" y=\"3\" width=\"{:.1}\" height=\"10\"/>{}",
        if corrected.is_some() { " plain" } else { "" },
        (x(share.value) - 2.0).max(0.5),
        whisker(share, 8.0)
    );
    let high = if let Some(corrected) = corrected {
        write!(
            inside,
            "<rect class=\"f{colour}\" x=\"2\" y=\"19\" width=\"{:.1}\" height=\"10\"/>{}",
            (x(corrected.value) - 2.0).max(0.5),
            whisker(corrected, 24.0)
        )
        .ok();
        32
    } else {
        16
    };
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 200 {high}\" role=\"img\" aria-label=\"{} uncorrected{}\">{inside}</svg>",
        percent_of(share.value),
        corrected
            .map_or_else(String::new, |corrected| format!(", {} corrected", percent_of(corrected.value)))
    )
}

/// Posts with each label, one after the other, as long as their sum is of the most.
pub(super) fn stacked(posts: Option<u64>, given: &[Option<u64>], most: u64) -> String {
    let sum: u64 = given.iter().flatten().sum();
    let scale = 198.0 / most.max(1) as f64;
    let (mut inside, mut x) = (String::new(), 1.0);
    let mut put = |class: &str, posts: u64| {
        let width = posts as f64 * scale;
        if width >= 0.05 {
            write!(
                inside,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"2\" width=\"{width:.1}\" height=\"12\"/>"
            )
            .ok();
            x += width;
        }
    };
    for (label, posts) in given.iter().enumerate() {
        put(&format!("f{}", label % COLOURS), posts.unwrap_or(0));
    }
    put("count", posts.unwrap_or(0).saturating_sub(sum));
    format!("<svg class=\"bar\" viewBox=\"0 0 200 16\" aria-hidden=\"true\">{inside}</svg>")
}

/// A share in percent, as in tables.
pub(super) fn percent_of(share: f64) -> String {
    if share.is_nan() { "–".to_owned() } else { format!("{:.1}%", 100.0 * share) }
}

/// What line is which label: by colour and by dashes.
pub(super) fn line_key(names: &[String]) -> String {
    let item = |(at, name): (usize, &String)| {
        let colour = at % COLOURS;
        format!(
            "<li><svg class=\"sample\" viewBox=\"0 0 30 12\" aria-hidden=\"true\"><line class=\"line l{colour} d{colour}\" x1=\"1\" x2=\"29\" y1=\"6\" y2=\"6\"/></svg>{}</li>",
            escaped(name)
        )
    };
    format!("<ul class=\"key\">{}</ul>\n", names.iter().enumerate().map(item).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (most, top) in
            [(0, 1.0), (1, 1.0), (4, 4.0), (7, 8.0), (351, 400.0), (1_915, 2_000.0), (999_999, 1_000_000.0)]
        {
            let (found, ticks) = count_axis(most);
            assert!((found - top).abs() < 1e-9, "{most}: {found}");
            assert!(
                ticks.len() <= 6 && ticks.last().is_some_and(|tick| (tick.0 - 1.0).abs() < 1e-9),
                "{ticks:?}"
            );
        }
    }
}
