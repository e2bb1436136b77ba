//! What an audit says of all posts: shares, net stance and comparisons, by cell, each beside what was merely predicted.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use super::{
    Comparison, Condition, Difference, Estimate, EstimateError, Keys,
    groups::{self, Part},
    population::{CellName, Counting, Found, Population, What},
    ppi::{self, Audited, Ppi, Unaudited},
    strata::stratified,
};
use crate::{
    evaluate::{Gold, GoldPost, TargetCodes},
    post::Stance,
};

/// Cells with fewer audited posts are put together.
pub const LEAST_AUDITED: u64 = 20;

/// How shares are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By prediction-powered inference: the audit was drawn from all posts alike.
    Ppi,
    /// By strata: the audit was drawn stratum by stratum.
    Strata,
}

impl Way {
    /// The word of `--method`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ppi => "ppi",
            Self::Strata => "strata",
        }
    }
}

/// What to estimate.
#[derive(Debug, Clone)]
pub struct Question {
    /// The cells.
    pub keys: Keys,
    /// Which posts are meant.
    pub conditions: Vec<Condition>,
    /// What to compare.
    pub compare: Vec<Comparison>,
    /// The labels of net stance: the first less the second.
    pub net: Option<(String, String)>,
    /// Cells with fewer audited posts are put together.
    pub least: u64,
    /// The way; `None` for the one that the draw calls for.
    pub way: Option<Way>,
    /// Take scores as predictions, not given tags.
    pub scores: bool,
}

/// Why a row has no estimate of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// Too few audited posts; they are part of the row `(pooled)`.
    Pooled,
    /// Too few audited posts, also together.
    TooFew,
    /// There is no audit.
    NoAudit,
}

impl Withheld {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pooled => "pooled",
            Self::TooFew => "too few audited",
            Self::NoAudit => "no audit",
        }
    }
}

/// One label in one cell.
#[derive(Debug, Clone)]
pub struct ShareRow {
    /// The label.
    pub label: String,
    /// The target; `None` for any.
    pub target: Option<String>,
    /// The cell's values; empty for all posts, `(pooled)` for the small ones together.
    pub cell: Vec<String>,
    /// Its posts.
    pub posts: u64,
    /// Posts that were given the label.
    pub given: u64,
    /// Its audited posts.
    pub audited: u64,
    /// The share of predicted labels, uncorrected.
    pub uncorrected: Estimate,
    /// The share that people would find.
    pub corrected: Result<Estimate, Withheld>,
}

/// Net stance in one cell.
#[derive(Debug, Clone)]
pub struct NetRow {
    /// The cell's values, as in [`ShareRow::cell`].
    pub cell: Vec<String>,
    /// Its posts.
    pub posts: u64,
    /// Its audited posts.
    pub audited: u64,
    /// Of predicted labels.
    pub uncorrected: Difference,
    /// As people would find it.
    pub corrected: Result<Difference, Withheld>,
}

/// One label on both sides of a comparison.
#[derive(Debug, Clone)]
pub struct ComparedRow {
    /// What the sides are called.
    pub names: [String; 2],
    /// The label.
    pub label: String,
    /// The target; `None` for any.
    pub target: Option<String>,
    /// Posts of each side.
    pub posts: [u64; 2],
    /// Audited posts of each side.
    pub audited: [u64; 2],
    /// Shares of predicted labels, uncorrected.
    pub uncorrected: [Estimate; 2],
    /// The first less the second, uncorrected.
    pub difference: Difference,
    /// Shares that people would find, and their difference.
    pub corrected: Result<([Estimate; 2], Difference), Withheld>,
    /// Posts on neither side, or on both.
    pub beside: u64,
}

/// The outcome.
#[derive(Debug, Clone)]
pub struct Audit {
    /// Posts that meet the conditions.
    pub posts: u64,
    /// Judged posts among them.
    pub audited: u64,
    /// How shares were estimated.
    pub way: Way,
    /// Strata of the audited posts.
    pub strata: usize,
    /// Whether predictions are scores.
    pub scores: bool,
    /// The posts' keys of cells.
    pub keys: Vec<String>,
    /// The conditions.
    pub conditions: Vec<String>,
    /// Cells with fewer audited posts are put together.
    pub least: u64,
    /// The labels of net stance.
    pub net: Option<(String, String)>,
    /// Shares.
    pub shares: Vec<ShareRow>,
    /// Net stance.
    pub nets: Vec<NetRow>,
    /// Comparisons.
    pub compared: Vec<ComparedRow>,
    /// What is odd, in sentences.
    pub notes: Vec<String>,
}

/// Estimates from tag files and the audited posts, in one pass over the tags.
///
/// # Errors
/// [`EstimateError`]: where a file cannot be read, where no audited post is among the tags or none was judged, and where
/// targets are asked for but the audited posts tell none.
pub fn audit(
    tags: &[PathBuf],
    gold: &Gold,
    codes: &TargetCodes,
    question: &Question,
) -> Result<Audit, EstimateError> {
    let places: HashMap<&str, usize> =
        gold.posts.iter().enumerate().map(|(place, post)| (post.post.id.as_str(), place)).collect();
    // Gold may speak of targets by country and platform, as `evaluate` reads it.
    let by_code = gold.posts.iter().flat_map(|post| &post.stances).any(|(target, _)| is_code(target));
    let target = |id: &str| if by_code { codes.code(id).to_owned() } else { id.to_owned() };
    let counting = Counting {
        keys: &question.keys,
        conditions: &question.conditions,
        compare: &question.compare,
        scores: question.scores,
        target: &target,
    };
    let mut population = Population::count(tags, &counting, &places, gold.posts.len())?;
    for post in &gold.posts {
        for label in post.labels.iter().flatten() {
            let (label, target) = label.split_once(':').map_or((label.as_str(), None), |(a, b)| (a, Some(b)));
            population.whats.of(&(label.to_owned(), None));
            if let (Some(target), true) = (target, question.keys.target) {
                population.whats.of(&(label.to_owned(), Some(target.to_owned())));
            }
        }
    }
    let sample = AuditSample::new(gold, &population, question)?;
    let mut notes = sample.notes(gold, &population);
    if question.keys.target && !sample.tells_targets() {
        return Err(EstimateError::Audit(
            "the audited posts tell no targets: write them into `stances` ([{\"target\": \"facebook\", \"stance\": \
             \"against\"}]) or as label:target, or leave target out of --by"
                .to_owned(),
        ));
    }
    if population.without_scores > 0 {
        notes.push(format!(
            "{} of {} posts hold no scores of labels that were not given: those count as 0",
            population.without_scores, population.posts
        ));
    }
    let (shares, nets) = sample.cells(question);
    let compared = sample.compared(question);
    Ok(Audit {
        posts: population.posts,
        audited: sample.judged.len() as u64,
        way: sample.way,
        strata: sample.judged.iter().map(|judged| judged.found.stratum).collect::<BTreeSet<_>>().len(),
        scores: question.scores,
        keys: question.keys.names.clone(),
        conditions: question.conditions.iter().map(|condition| condition.text.clone()).collect(),
        least: question.least,
        net: question.net.clone(),
        shares,
        nets,
        compared,
        notes,
    })
}

/// `P:facebook`, `PK`: how gold names targets whose id it does not use.
fn is_code(target: &str) -> bool {
    target.starts_with("P:") || (target.len() == 2 && target.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// An audited post that people judged.
struct Judged<'a> {
    found: &'a Found,
    post: &'a GoldPost,
    weight: f64,
}

/// The audited posts among all.
struct AuditSample<'a> {
    population: &'a Population,
    judged: Vec<Judged<'a>>,
    way: Way,
}

/// An estimate, and how each audited post moves it.
struct Corrected {
    estimate: Estimate,
    /// By place in the list of judged posts.
    moves: HashMap<usize, f64>,
}

impl Corrected {
    /// How far two estimates go up and down together, −1 to 1.
    fn correlation(&self, other: &Corrected) -> f64 {
        let square = |moves: &HashMap<usize, f64>| moves.values().map(|by| by * by).sum::<f64>();
        let both: f64 = self.moves.iter().filter_map(|(at, by)| Some(by * other.moves.get(at)?)).sum();
        let root = (square(&self.moves) * square(&other.moves)).sqrt();
        if root > 0.0 { both / root } else { 0.0 }
    }
}

impl<'a> AuditSample<'a> {
    fn new(gold: &'a Gold, population: &'a Population, question: &Question) -> Result<Self, EstimateError> {
        let judged: Vec<(&Found, &GoldPost)> = population
            .found
            .iter()
            .map(|found| (found, &gold.posts[found.gold]))
            .filter(|(_, post)| post.labels.is_some())
            .collect();
        if judged.is_empty() {
            let known = gold.posts.first().map_or("none", |post| post.post.id.as_str());
            return Err(EstimateError::Audit(if population.found.is_empty() && population.left_out == 0 {
                format!(
                    "no audited post is among the tags (its ids are such as {known}): give the tags that it was drawn from"
                )
            } else {
                "no audited post that meets the conditions has been judged yet: fill in `labels` ([] for none)".to_owned()
            }));
        }
        // How many were judged of each stratum as it was drawn: those without an answer are made up for by the others.
        let stratum = |post: &GoldPost| post.column("stratum").unwrap_or_default();
        let mut answers: HashMap<String, f64> = HashMap::new();
        for post in gold.posts.iter().filter(|post| post.labels.is_some()) {
            *answers.entry(stratum(post)).or_default() += 1.0;
        }
        let drawn_by_strata = answers.len() > 1;
        let weighed = judged.iter().map(|(found, post)| {
            let number =
                |name: &str| post.columns.get(name).and_then(number_of).filter(|number| *number > 0.0);
            let weight = match (number("stratum_posts"), number("weight")) {
                (Some(posts), _) => posts / answers[&stratum(post)],
                (None, Some(weight)) => weight,
                (None, None) => 1.0,
            };
            Judged { found, post, weight }
        });
        let judged: Vec<Judged<'_>> = weighed.collect();
        let uneven = judged.iter().any(|post| (post.weight / judged[0].weight - 1.0).abs() > 1e-6);
        let way = question.way.unwrap_or(if uneven || drawn_by_strata { Way::Strata } else { Way::Ppi });
        if way == Way::Ppi && uneven {
            return Err(EstimateError::Audit(
                "the audited posts have different weights: PPI++ is for posts that were all drawn with the same chance; \
                 leave out --method, or draw with --allocation simple"
                    .to_owned(),
            ));
        }
        Ok(Self { population, judged, way })
    }

    fn notes(&self, gold: &Gold, population: &Population) -> Vec<String> {
        let mut notes = Vec::new();
        let mut tell = |count: u64, what: &str| {
            if count > 0 {
                notes.push(format!("{count} {what}"));
            }
        };
        let met = population.found.len() as u64 + population.left_out;
        tell(gold.unreadable.len() as u64, "records of the audit are no posts");
        tell((gold.posts.len() as u64).saturating_sub(met), "audited posts are not among the tags");
        tell(population.left_out, "audited posts do not meet the conditions");
        tell(
            population.repeated,
            "ids of audited posts come again among the tags: the first counts, and weights are off",
        );
        let unjudged =
            population.found.iter().filter(|found| gold.posts[found.gold].labels.is_none()).count();
        tell(
            unjudged as u64,
            "drawn posts have not been judged: the judged ones of their stratum stand for them",
        );
        let other = self.judged.iter().filter(|judged| {
            let now = self.population.strata.names[judged.found.stratum as usize].name();
            judged
                .post
                .column("stratum")
                .is_some_and(|drawn| drawn != now && drawn != super::draw::hidden(&now) && drawn != "(all)")
        });
        tell(
            other.count() as u64,
            "audited posts were drawn from another stratum than the tags now say (other tags than those drawn from?): their \
             weights are used",
        );
        if self.judged.iter().all(|judged| !judged.post.columns.contains_key("weight")) {
            notes.push(
                "the audit has no column `weight`: it is taken for a simple random sample of the tags"
                    .to_owned(),
            );
        }
        notes
    }

    /// Whether any audited post says toward whom a label is.
    fn tells_targets(&self) -> bool {
        self.judged.iter().any(|judged| {
            !judged.post.stances.is_empty()
                || judged.post.labels.iter().flatten().any(|label| label.contains(':'))
        })
    }

    /// What people said of a post; `None` where they disagreed, or did not tell the target.
    fn truth(&self, post: &GoldPost, (label, target): &What) -> Option<bool> {
        let labels = post.labels.as_ref()?;
        if post.contested.contains(label) {
            return None;
        }
        let toward = |said: &str| said.strip_prefix(label.as_str()).is_some_and(|rest| rest.starts_with(':'));
        let has = labels.contains(label) || labels.iter().any(|said| toward(said));
        let Some(target) = target.as_ref().filter(|_| has) else { return Some(has) };
        if labels.iter().any(|said| toward(said)) {
            return Some(labels.contains(&format!("{label}:{target}")));
        }
        if post.stances.is_empty() || post.contested_stances.contains(target) {
            return None;
        }
        let stance = self.population.stances.get(label);
        let fits = |said: Stance| stance.map_or(said != Stance::None, |stance| said == *stance);
        Some(post.stances.iter().any(|(said, stance)| said == target && fits(*stance)))
    }

    /// The judged posts of these cells, by place, each as often as it is in one of them, with what people said.
    fn members(&self, cells: &[u32], what: u32) -> Vec<(usize, bool)> {
        let name = &self.population.whats.names[what as usize];
        let mut members = Vec::new();
        for (at, judged) in self.judged.iter().enumerate() {
            let times = judged.found.cells.iter().filter(|cell| cells.contains(cell)).count();
            if let (true, Some(truth)) = (times > 0, self.truth(judged.post, name)) {
                members.extend(std::iter::repeat_n((at, truth), times));
            }
        }
        members
    }

    /// Judged posts of these cells.
    fn audited(&self, cells: &[u32]) -> u64 {
        let in_cells =
            |judged: &Judged<'_>| judged.found.cells.iter().filter(|cell| cells.contains(cell)).count();
        self.judged.iter().map(in_cells).sum::<usize>() as u64
    }

    fn corrected(&self, cells: &[u32], what: u32) -> Corrected {
        let members = self.members(cells, what);
        match self.way {
            Way::Ppi => self.by_ppi(cells, what, &members),
            Way::Strata => self.by_strata(cells, what, &members),
        }
    }

    fn prediction(&self, at: usize, what: u32) -> (bool, f64) {
        self.judged[at].found.predicted.get(&what).copied().unwrap_or((false, 0.0))
    }

    fn by_ppi(&self, cells: &[u32], what: u32, members: &[(usize, bool)]) -> Corrected {
        let pairs: Vec<(f64, f64)> = members
            .iter()
            .map(|&(at, truth)| (f64::from(u8::from(truth)), self.prediction(at, what).1))
            .collect();
        let audited = Audited::of(pairs.iter().copied());
        let mut rest = Unaudited { posts: self.population.posts(cells) as f64, ..Unaudited::default() };
        for count in cells.iter().flat_map(|&cell| self.population.cells[cell as usize].strata.values()) {
            if let Some(predicted) = count.predicted.get(&what) {
                rest.f += predicted.sums.f;
                rest.ff += predicted.sums.ff;
            }
        }
        rest.posts = (rest.posts - audited.posts).max(0.0);
        rest.f -= audited.f;
        rest.ff -= audited.ff;
        let ppi = Ppi::mean(&audited, &rest, None);
        let n = audited.posts;
        let residual = |(y, f): (f64, f64)| y - ppi.lambda * f;
        let middle = residual((audited.y / n, audited.f / n));
        let mut moves = HashMap::new();
        for (&(at, _), &pair) in members.iter().zip(&pairs) {
            *moves.entry(at).or_default() += (residual(pair) - middle) / n;
        }
        Corrected { estimate: ppi::share(&audited, &rest), moves }
    }

    fn by_strata(&self, cells: &[u32], what: u32, members: &[(usize, bool)]) -> Corrected {
        let mut parts: HashMap<(u32, bool), Part> = HashMap::new();
        let mut add = |stratum: u32, given: bool, posts: u64| {
            if posts > 0 {
                let name = &self.population.strata.names[stratum as usize];
                let new = || Part { stratum: name.clone(), given, posts: 0, members: Vec::new() };
                parts.entry((stratum, given)).or_insert_with(new).posts += posts;
            }
        };
        for &cell in cells {
            for (&stratum, count) in &self.population.cells[cell as usize].strata {
                let given = count.predicted.get(&what).map_or(0, |predicted| predicted.given);
                add(stratum, true, given);
                add(stratum, false, count.posts - given);
            }
        }
        for (member, &(at, _)) in members.iter().enumerate() {
            let key = (self.judged[at].found.stratum, self.prediction(at, what).0);
            if let Some(part) = parts.get_mut(&key) {
                part.members.push(member);
            }
        }
        let mut parts: Vec<((u32, bool), Part)> = parts.into_iter().collect();
        parts.sort_by_key(|(key, _)| *key);
        let parts = groups::joined(parts.into_iter().map(|(_, part)| part).collect());
        let truth: Vec<bool> = members.iter().map(|&(_, truth)| truth).collect();
        let weights: Vec<f64> = members.iter().map(|&(at, _)| self.judged[at].weight).collect();
        let total = parts.iter().map(|part| part.posts).sum();
        let groups = groups::groups(&parts, total, &truth, &weights);
        let (value, interval) = stratified(&groups);
        let mut moves = HashMap::new();
        for (part, group) in parts.iter().zip(&groups) {
            let all: f64 = part.members.iter().map(|&member| weights[member]).sum();
            for &member in &part.members {
                let by = f64::from(u8::from(truth[member])) - group.share;
                *moves.entry(members[member].0).or_default() += group.weight * weights[member] / all * by;
            }
        }
        Corrected { estimate: Estimate::new(value, interval, members.len() as u64), moves }
    }

    /// Shares and net stance of all posts, of each cell, and of the small ones together.
    fn cells(&self, question: &Question) -> (Vec<ShareRow>, Vec<NetRow>) {
        let names = &self.population.cell_names.names;
        let mut own: Vec<(Vec<String>, Vec<u32>)> = Vec::new();
        let mut small: Vec<(Vec<String>, Vec<u32>)> = Vec::new();
        for (cell, name) in names.iter().enumerate() {
            let cells = vec![cell as u32];
            if let CellName::Values(values) = name {
                let list = if self.audited(&cells) < question.least { &mut small } else { &mut own };
                list.push((values.clone(), cells));
            }
        }
        let by_time = question.keys.names.first().is_some_and(|name| name.starts_with("time"));
        for list in [&mut own, &mut small] {
            list.sort_by_key(|(values, cells)| {
                (std::cmp::Reverse(if by_time { 0 } else { self.population.posts(cells) }), values.clone())
            });
        }
        let pool: Vec<u32> = small.iter().flat_map(|(_, cells)| cells.clone()).collect();
        let mut rows: Vec<(Vec<String>, Vec<u32>, Option<Withheld>)> = vec![(Vec::new(), vec![0], None)];
        rows.extend(own.into_iter().map(|(values, cells)| (values, cells, None)));
        let enough = self.audited(&pool) >= question.least;
        if !pool.is_empty() {
            let pooled = vec!["(pooled)".to_owned(); question.keys.names.len()];
            rows.push((pooled, pool, (!enough).then_some(Withheld::TooFew)));
        }
        let why = if enough { Withheld::Pooled } else { Withheld::TooFew };
        rows.extend(small.into_iter().map(|(values, cells)| (values, cells, Some(why))));

        let mut shares = Vec::new();
        for what in self.whats() {
            for (values, cells, withheld) in &rows {
                shares.push(self.share_row(what, values, cells, *withheld));
            }
        }
        let nets = match &question.net {
            Some(net) => rows
                .iter()
                .filter_map(|(values, cells, withheld)| self.net_row(net, values, cells, *withheld))
                .collect(),
            None => Vec::new(),
        };
        (shares, nets)
    }

    /// Labels by how often they were given, each before its targets.
    fn whats(&self) -> Vec<u32> {
        let names = &self.population.whats.names;
        let given = |what: u32| self.population.given(&[0], what);
        let label =
            |what: u32| self.population.whats.get(&(names[what as usize].0.clone(), None)).unwrap_or(what);
        let mut whats: Vec<u32> = (0..names.len() as u32).collect();
        whats.sort_by_cached_key(|&what| {
            let (name, target) = &names[what as usize];
            (
                std::cmp::Reverse(given(label(what))),
                name.clone(),
                target.is_some(),
                std::cmp::Reverse(given(what)),
                target.clone(),
            )
        });
        whats
    }

    fn share_row(&self, what: u32, cell: &[String], cells: &[u32], withheld: Option<Withheld>) -> ShareRow {
        let (label, target) = self.population.whats.names[what as usize].clone();
        let (posts, given) = (self.population.posts(cells), self.population.given(cells, what));
        let corrected = match withheld {
            Some(why) => Err(why),
            None => known(self.corrected(cells, what).estimate),
        };
        ShareRow {
            label,
            target,
            cell: cell.to_vec(),
            posts,
            given,
            audited: self.audited(cells),
            uncorrected: Estimate::counted(given, posts),
            corrected,
        }
    }

    fn net_row(
        &self,
        (support, attack): &(String, String),
        cell: &[String],
        cells: &[u32],
        withheld: Option<Withheld>,
    ) -> Option<NetRow> {
        let what = |label: &String| self.population.whats.get(&(label.clone(), None));
        let (support, attack) = (what(support)?, what(attack)?);
        let posts = self.population.posts(cells);
        let given = |what| self.population.given(cells, what);
        let corrected = match withheld {
            Some(why) => Err(why),
            None => {
                let (a, b) = (self.corrected(cells, support), self.corrected(cells, attack));
                known(a.estimate)
                    .and_then(|_| known(b.estimate))
                    .map(|_| Difference::between(&a.estimate, &b.estimate, a.correlation(&b)))
            }
        };
        Some(NetRow {
            cell: cell.to_vec(),
            posts,
            audited: self.audited(cells),
            uncorrected: Difference::net(given(support), given(attack), posts),
            corrected,
        })
    }

    fn compared(&self, question: &Question) -> Vec<ComparedRow> {
        let mut rows = Vec::new();
        for (at, comparison) in question.compare.iter().enumerate() {
            let sides = [0, 1].map(|side| self.population.cell_names.get(&CellName::Side(at, side)));
            let cells = sides.map(|side| side.map_or(Vec::new(), |cell| vec![cell]));
            let posts = cells.each_ref().map(|cells| self.population.posts(cells));
            let audited = cells.each_ref().map(|cells| self.audited(cells));
            for what in self.whats() {
                let (label, target) = self.population.whats.names[what as usize].clone();
                let given = cells.each_ref().map(|cells| self.population.given(cells, what));
                let uncorrected = [0, 1].map(|side| Estimate::counted(given[side], posts[side]));
                let corrected = if audited.iter().any(|&audited| audited < question.least) {
                    Err(Withheld::TooFew)
                } else {
                    let [a, b] = cells.each_ref().map(|cells| self.corrected(cells, what).estimate);
                    known(a).and_then(|_| known(b)).map(|_| ([a, b], Difference::between(&a, &b, 0.0)))
                };
                rows.push(ComparedRow {
                    names: comparison.names.clone(),
                    label,
                    target,
                    posts,
                    audited,
                    difference: Difference::between(&uncorrected[0], &uncorrected[1], 0.0),
                    uncorrected,
                    corrected,
                    beside: self.population.beside[at],
                });
            }
        }
        rows
    }
}

/// An estimate that has a value: where everybody disagreed there is none.
fn known(estimate: Estimate) -> Result<Estimate, Withheld> {
    if estimate.value.is_nan() { Err(Withheld::TooFew) } else { Ok(estimate) }
}

fn number_of(value: &serde_json::Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}
