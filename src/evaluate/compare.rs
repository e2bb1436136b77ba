//! Two taggers on the same gold: where they differ, and whether the difference would last on other posts.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Columns, GoldPost, Predicted, Settings, TargetCodes,
    bootstrap::{Clusters, middle},
    evaluation::{redraw, table},
    metrics::{McNemar, holm, mcnemar},
    outcome::Cell,
};

/// A figure of both, and the difference.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What it is: `macro-F1`, `support F1`.
    pub name: String,
    /// Of the first.
    pub a: f64,
    /// Of the second.
    pub b: f64,
    /// Ends of the 95 % interval of b − a.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Two-sided bootstrap p that there is no difference.
    pub p: f64,
    /// The same after Holm's correction over all figures compared.
    pub p_holm: f64,
}

/// One label's decisions, right and wrong.
#[derive(Debug, Clone)]
pub struct Paired {
    /// The label, or `whole set`.
    pub label: String,
    /// McNemar's test; `first` counts posts on which only A is right.
    pub test: McNemar,
    /// Its exact p after Holm's correction over all labels.
    pub p_holm: f64,
}

/// A decision on which they differ.
#[derive(Debug, Clone)]
pub struct Flip {
    /// The post's index among those compared.
    pub post: usize,
    /// The label.
    pub label: String,
    /// Whether B gives it (then A does not).
    pub given_by_b: bool,
    /// Whether B is right; `None` where the gold is contested.
    pub b_is_right: Option<bool>,
}

/// What came out.
#[derive(Debug)]
pub struct Comparison {
    /// Posts compared.
    pub posts: usize,
    /// Clusters of near duplicates among them.
    pub clusters: usize,
    /// Figures.
    pub differences: Vec<Difference>,
    /// Tests.
    pub paired: Vec<Paired>,
    /// All decisions on which they differ, by post.
    pub flips: Vec<Flip>,
}

/// Figures that are compared, besides each label's F1.
const COMPARED: [(&str, [&str; 3]); 4] = [
    ("macro-F1", ["averages", "macro", "f1"]),
    ("micro-F1", ["averages", "micro", "f1"]),
    ("samples-F1", ["averages", "samples", "f1"]),
    ("whole sets right", ["overall", "exact", ""]),
];

/// Compares. Both are redrawn with the same draws, so that what posts have in common cancels out.
pub fn compare(
    posts: &[&GoldPost],
    a: &[&Predicted],
    b: &[&Predicted],
    clusters: &[u32],
    codes: &TargetCodes,
    settings: &Settings,
) -> Comparison {
    let grouped = Clusters::new(clusters);
    let sides = [a, b].map(|predicted| {
        let table = table(posts, predicted, codes, settings);
        let mut values: BTreeMap<Vec<String>, (usize, f64)> = BTreeMap::new();
        let mut at = 0;
        table.figures(&table.all(), |path, value| {
            values.insert(path.iter().map(|&part| part.to_owned()).collect(), (at, value));
            at += 1;
        });
        (values, redraw(&table, &grouped, settings))
    });
    let [(values_a, draws_a), (values_b, draws_b)] = &sides;
    let mut wanted: Vec<(String, Vec<String>)> = COMPARED
        .iter()
        .map(|(name, path)| {
            let path = path.iter().filter(|part| !part.is_empty()).map(|&part| part.to_owned()).collect();
            ((*name).to_owned(), path)
        })
        .collect();
    for label in &settings.labels {
        wanted.push((format!("{label} F1"), ["labels", label, "f1"].map(str::to_owned).to_vec()));
    }
    let mut differences: Vec<Difference> = Vec::new();
    for (name, path) in wanted {
        let (Some(&(at_a, a)), Some(&(at_b, b))) = (values_a.get(&path), values_b.get(&path)) else {
            continue;
        };
        let apart: Vec<Vec<f64>> =
            draws_a.iter().zip(draws_b).map(|(a, b)| vec![b[at_b] - a[at_a]]).collect();
        let (low, high) = middle(&apart).first().copied().unwrap_or((f64::NAN, f64::NAN));
        let p = two_sided(apart.iter().map(|draw| draw[0]));
        differences.push(Difference { name, a, b, low, high, p, p_holm: f64::NAN });
    }
    let corrected = holm(&differences.iter().map(|difference| difference.p).collect::<Vec<_>>());
    for (difference, p) in differences.iter_mut().zip(corrected) {
        difference.p_holm = p;
    }
    let (paired, flips) = decisions(posts, a, b, &settings.labels);
    Comparison { posts: posts.len(), clusters: grouped.count(), differences, paired, flips }
}

/// Twice the smaller share of draws on either side of 0, never 0 (Davison and Hinkley 1997).
fn two_sided(draws: impl Iterator<Item = f64>) -> f64 {
    let (mut below, mut above, mut all) = (0.0, 0.0, 0.0);
    for draw in draws.filter(|draw| !draw.is_nan()) {
        below += f64::from(draw <= 0.0);
        above += f64::from(draw >= 0.0);
        all += 1.0;
    }
    (2.0 * (f64::min(below, above) + 1.0) / (all + 1.0)).min(1.0)
}

fn decisions(
    posts: &[&GoldPost],
    a: &[&Predicted],
    b: &[&Predicted],
    labels: &[String],
) -> (Vec<Paired>, Vec<Flip>) {
    let mut flips = Vec::new();
    let mut only = vec![(0, 0); labels.len() + 1];
    for (index, ((post, a), b)) in posts.iter().zip(a).zip(b).enumerate() {
        let mut whole = (true, true);
        for (at, label) in labels.iter().enumerate() {
            let gold = post.has(label);
            let [a, b] = [a, b].map(|predicted| Cell::new(label, gold, predicted));
            let given = |cell: Cell| cell.decision == super::outcome::Decision::Given;
            if given(a) != given(b) {
                let flip = Flip {
                    post: index,
                    label: label.clone(),
                    given_by_b: given(b),
                    b_is_right: b.is_right(),
                };
                flips.push(flip);
            }
            if let (Some(a), Some(b)) = (a.is_right(), b.is_right()) {
                only[at].0 += u64::from(a && !b);
                only[at].1 += u64::from(b && !a);
                whole = (whole.0 && a, whole.1 && b);
            }
        }
        only[labels.len()].0 += u64::from(whole.0 && !whole.1);
        only[labels.len()].1 += u64::from(whole.1 && !whole.0);
    }
    let tests: Vec<McNemar> = only.into_iter().map(|(first, second)| mcnemar(first, second)).collect();
    let corrected = holm(&tests.iter().map(|test| test.exact).collect::<Vec<_>>());
    let names = labels.iter().map(String::as_str).chain(["whole set"]);
    let paired = names
        .zip(tests)
        .zip(corrected)
        .map(|((label, test), p_holm)| Paired { label: label.to_owned(), test, p_holm })
        .collect();
    (paired, flips)
}

fn p_text(p: f64) -> String {
    if p.is_nan() {
        "–".to_owned()
    } else if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

impl Comparison {
    /// The tables; so many flips are shown.
    pub fn to_text(&self, posts: &[&GoldPost], flips: usize) -> String {
        let mut text = String::from(
            "\nFigures in percent; b − a with its 95 % interval (paired bootstrap over clusters of near duplicates)\n",
        );
        let mut table = Columns::new(["figure", "a", "b", "b − a", "p", "p (Holm)"]);
        for found in &self.differences {
            let apart = format!(
                "{:+.1} ({:+.1} to {:+.1})",
                100.0 * (found.b - found.a),
                100.0 * found.low,
                100.0 * found.high
            );
            let percent = |value: f64| format!("{:.1}", 100.0 * value);
            table.row([
                found.name.clone(),
                percent(found.a),
                percent(found.b),
                apart,
                p_text(found.p),
                p_text(found.p_holm),
            ]);
        }
        text += &table.render();
        text += "\nDecisions of which only one is right (McNemar, exact; posts count singly, near duplicates too)\n";
        let mut table = Columns::new(["label", "only a right", "only b right", "p", "p (Holm)"]);
        for paired in &self.paired {
            table.row([
                paired.label.clone(),
                paired.test.first.to_string(),
                paired.test.second.to_string(),
                p_text(paired.test.exact),
                p_text(paired.p_holm),
            ]);
        }
        text += &table.render();
        text += &format!("\n{} decisions differ\n", self.flips.len());
        for flip in self.flips.iter().take(flips) {
            let short: String = posts[flip.post].post.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = short.chars().take(110).collect();
            let who = if flip.given_by_b { "b gives" } else { "a gives" };
            let right = match flip.b_is_right {
                Some(true) => "b is right",
                Some(false) => "a is right",
                None => "contested",
            };
            text += &format!("{}  {who} {}, {right}: {short}\n", posts[flip.post].post.id, flip.label);
        }
        if self.flips.len() > flips {
            text += &format!("… and {} more (--flips, --json)\n", self.flips.len() - flips);
        }
        text
    }

    /// Everything; flips by the posts' ids.
    pub fn to_json(&self, posts: &[&GoldPost]) -> serde_json::Value {
        json!({
            "posts": self.posts,
            "clusters": self.clusters,
            "correction": "Holm",
            "figures": self.differences.iter().map(|found| json!({
                "figure": found.name, "a": found.a, "b": found.b, "difference": found.b - found.a,
                "low": found.low, "high": found.high, "p": found.p, "p_holm": found.p_holm,
            })).collect::<Vec<_>>(),
            "mcnemar": self.paired.iter().map(|paired| json!({
                "label": paired.label, "only_a_right": paired.test.first, "only_b_right": paired.test.second,
                "p_exact": paired.test.exact, "chi_square": paired.test.statistic,
                "p_chi_square": paired.test.approximate, "p_holm": paired.p_holm,
            })).collect::<Vec<_>>(),
            "flips": self.flips.iter().map(|flip| json!({
                "id": posts[flip.post].post.id, "label": flip.label, "given_by": if flip.given_by_b { "b" } else { "a" },
                "right": flip.b_is_right.map(|right| if right { "b" } else { "a" }),
            })).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;
    use crate::post::Post;

    fn gold(index: usize) -> GoldPost {
        let labels: BTreeSet<String> = index.is_multiple_of(2).then(|| "x".to_owned()).into_iter().collect();
        GoldPost {
            post: Post::new(index.to_string(), format!("text {index}")),
            home: None,
            labels: Some(labels),
            contested: BTreeSet::new(),
            stances: Vec::new(),
            contested_stances: BTreeSet::new(),
            columns: serde_json::Map::new(),
        }
    }

    fn given(given: bool) -> Predicted {
        let tag = super::super::Given {
            label: "x".to_owned(),
            target: "t".to_owned(),
            stance: None,
            score: 0.9,
            evidence: Vec::new(),
            by: Vec::new(),
        };
        Predicted {
            lang: "en".to_owned(),
            tags: given.then_some(tag).into_iter().collect(),
            scores: HashMap::new(),
            ..Predicted::default()
        }
    }

    /// 200 posts, half with the label. A errs on every tenth post, B where `b_errs` says.
    fn compared(b_errs: impl Fn(usize) -> bool) -> Comparison {
        let posts: Vec<GoldPost> = (0..200).map(gold).collect();
        let side = |errs: &dyn Fn(usize) -> bool| -> Vec<Predicted> {
            (0..200).map(|index| given((index % 2 == 0) != errs(index))).collect()
        };
        let (a, b) = (side(&|index| index % 10 == 0), side(&b_errs));
        let (posts, a, b): (Vec<_>, Vec<_>, Vec<_>) =
            (posts.iter().collect(), a.iter().collect(), b.iter().collect());
        let settings = Settings {
            labels: vec!["x".to_owned()],
            thresholds: vec![0.5],
            by: Vec::new(),
            rounds: 400,
            seed: 1,
        };
        let clusters: Vec<u32> = (0..200).collect();
        compare(&posts, &a, &b, &clusters, &TargetCodes::default(), &settings)
    }

    #[test]
    fn a_tagger_does_not_differ_from_itself() {
        let same = compared(|index| index % 10 == 0);
        assert!(same.flips.is_empty());
        assert!(
            same.differences.iter().all(|d| d.low.abs() + d.high.abs() + (d.p - 1.0).abs() < 1e-12),
            "{same:?}"
        );
        assert_eq!((same.paired[0].test.first, same.paired[0].test.second), (0, 0));
    }

    #[test]
    fn a_worse_one_is_found_and_its_flips_are_listed() {
        let worse = compared(|index| index % 10 == 0 || index % 5 == 1);
        assert_eq!(worse.flips.len(), 40);
        assert!(worse.flips.iter().all(|flip| flip.b_is_right == Some(false)));
        let f1 = worse.differences.iter().find(|d| d.name == "x F1").expect("compared");
        assert!(f1.b < f1.a && f1.high < 0.0 && f1.p < 0.01 && f1.p_holm >= f1.p, "{f1:?}");
        assert_eq!((worse.paired[0].test.first, worse.paired[0].test.second), (40, 0));
        assert!(worse.paired[0].p_holm < 1e-6);
    }
}
