//! Diagrams as inline SVG: shapes and classes only, colours come from the page's style.

use crate::{
    evaluate::metrics::{Bin, PrPoint},
    page::escaped,
};

const SIDE: f64 = 240.0;
const LEFT: f64 = 34.0;
const TOP: f64 = 8.0;
const BELOW: f64 = 30.0;

fn x(value: f64) -> f64 {
    LEFT + value * SIDE
}

fn y(value: f64) -> f64 {
    TOP + (1.0 - value) * SIDE
}

/// A square from 0 to 1 with ticks, and what is drawn in it.
fn square(title: &str, across: &str, up: &str, inside: &str) -> String {
    let mut ticks = String::new();
    for tick in [0.0, 0.5, 1.0] {
        ticks += &format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
            x(tick),
            TOP + SIDE + 13.0,
            LEFT - 5.0,
            y(tick) + 4.0
        );
    }
    format!(
        "<figure><figcaption>{title}</figcaption><svg viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" aria-label=\"{title}\">\
         <rect class=\"axis\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\"/>{ticks}\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>\
         <text x=\"9\" y=\"{middle:.1}\" text-anchor=\"middle\" transform=\"rotate(-90 9 {middle:.1})\">{up}</text>{inside}</svg></figure>\n",
        LEFT + SIDE + 12.0,
        TOP + SIDE + BELOW,
        x(0.5),
        TOP + SIDE + 27.0,
        middle = y(0.5),
        title = escaped(title),
        across = escaped(across),
        up = escaped(up),
    )
}

/// How often a score is right, by score; bars tell how many scores there are.
pub fn reliability(title: &str, bins: &[Bin], colour: usize) -> String {
    let most = bins.iter().map(|bin| bin.count).fold(1.0, f64::max);
    let width = SIDE / bins.len() as f64;
    let mut inside = String::new();
    for (at, bin) in bins.iter().enumerate().filter(|(_, bin)| bin.count > 0.0) {
        // The root: most posts have a score near 0, and the others shall be seen too.
        let height = SIDE * 0.3 * (bin.count / most).sqrt();
        inside += &format!(
            "<rect class=\"count\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{:.0} scores</title></rect>",
            LEFT + at as f64 * width + 1.0,
            TOP + SIDE - height,
            width - 2.0,
            bin.count
        );
    }
    inside += &format!(
        "<line class=\"ideal\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    let points: Vec<(f64, f64)> =
        bins.iter().filter(|bin| bin.count > 0.0).map(|bin| (bin.mean_score(), bin.rate())).collect();
    inside += &line(&points, colour);
    for (score, rate) in points {
        inside +=
            &format!("<circle class=\"f{colour}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"/>", x(score), y(rate));
    }
    square(title, "score", "right", &inside)
}

fn line(points: &[(f64, f64)], colour: usize) -> String {
    let points: String = points.iter().map(|&(a, b)| format!("{:.1},{:.1} ", x(a), y(b))).collect();
    format!("<polyline class=\"line l{colour}\" points=\"{}\"/>", points.trim_end())
}

/// Precision by recall, a line each label.
pub fn curves(curves: &[Vec<PrPoint>]) -> String {
    let mut inside = String::new();
    for (at, curve) in curves.iter().enumerate() {
        // Points that cannot be told apart are left out.
        let mut points: Vec<(f64, f64)> = Vec::new();
        for point in curve {
            let far = points
                .last()
                .is_none_or(|last| (last.0 - point.recall).abs() + (last.1 - point.precision).abs() > 0.004);
            if far {
                points.push((point.recall, point.precision));
            }
        }
        inside += &line(&points, at % 4);
    }
    square("Precision by recall", "recall", "precision", &inside)
}

/// Macro-F1 by the share of posts kept, with its interval.
pub fn selective(points: &[(f64, f64, f64, f64)]) -> String {
    let mut inside = String::new();
    for &(kept, _, low, high) in points.iter().filter(|point| !point.2.is_nan()) {
        inside += &format!(
            "<line class=\"l0\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1:.1}\" y2=\"{2:.1}\"/>",
            x(kept),
            y(low),
            y(high)
        );
    }
    let drawn: Vec<(f64, f64)> = points.iter().map(|&(kept, f1, _, _)| (kept, f1)).collect();
    inside += &line(&drawn, 0);
    for (kept, f1) in drawn {
        inside += &format!("<circle class=\"f0\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"/>", x(kept), y(f1));
    }
    square("Macro-F1 when the least sure posts are left out", "share of posts kept", "macro-F1", &inside)
}

/// A value from 0 to 1 with its interval, on a line of its own.
pub fn whisker(value: f64, low: f64, high: f64) -> String {
    if value.is_nan() {
        return String::new();
    }
    let at = |value: f64| 4.0 + 192.0 * value;
    let range = if low.is_nan() {
        String::new()
    } else {
        format!("<line class=\"l0 line\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"8\" y2=\"8\"/>", at(low), at(high))
    };
    format!(
        "<svg viewBox=\"0 0 200 16\" width=\"200\" role=\"img\" aria-label=\"{:.1} percent\">\
         <line class=\"axis\" x1=\"4\" x2=\"196\" y1=\"8\" y2=\"8\"/>{range}<circle class=\"f0\" cx=\"{:.1}\" cy=\"8\" r=\"4\"/></svg>",
        100.0 * value,
        at(value)
    )
}
