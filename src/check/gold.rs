//! Rules measured on labelled posts: where each fires, how often it is right, with whom it overlaps and whom
//! it contradicts; what the rules alone give for each label; whether the targets are found.

use std::collections::{BTreeMap, HashMap};

use crate::{
    Scratch, Tagger,
    codebook::{Codebook, CodebookError, Effect, Home, Kind, Target},
    evaluate::GoldPost,
    post::Stance,
    rules::RuleHit,
};

/// Whether a target as gold names it (a target's id, the ISO code of a country, which stands for all its targets, or
/// `P:` and a platform's id) is a target of the codebook.
fn is_about(named: &str, target: &Target) -> bool {
    match target.kind {
        Kind::Platform => named.strip_prefix("P:").unwrap_or(named) == &*target.id,
        _ => named == &*target.id || target.country.as_deref() == Some(named),
    }
}

/// Right of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Those that are right.
    pub right: usize,
    /// All that could be judged.
    pub all: usize,
}

impl Count {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }
}

/// How a rule does.
#[derive(Debug, Clone, Default)]
pub struct RuleScore {
    /// Its id.
    pub id: String,
    /// Posts in which it fires.
    pub posts: usize,
    /// Its votes, one for each post and target.
    pub votes: Count,
    /// Votes to which another rule adds one for the same stance toward the same target.
    pub overlaps: usize,
    /// Votes that another rule contradicts.
    pub conflicts: usize,
    /// Its votes by language.
    pub by_lang: BTreeMap<String, Count>,
}

/// How the rules alone do on a label.
#[derive(Debug, Clone, Default)]
pub struct LabelScore {
    /// Its id.
    pub id: String,
    /// Posts given the label: right of all.
    pub precision: Count,
    /// Posts that carry it: found of all.
    pub recall: Count,
    /// The two by language.
    pub by_lang: BTreeMap<String, (Count, Count)>,
}

/// Whether a target is found where a stance toward it is taken.
#[derive(Debug, Clone, Default)]
pub struct TargetScore {
    /// As the gold names it.
    pub target: String,
    /// Posts with a stance toward it in which it was found.
    pub found: Count,
    /// Ids of those in which it was not.
    pub missed: Vec<String>,
}

/// What came of measuring.
#[derive(Debug, Clone, Default)]
pub struct GoldReport {
    /// How many posts.
    pub posts: usize,
    /// Posts in which at least one rule fires.
    pub covered: usize,
    /// Rules that fire, those in most posts first.
    pub rules: Vec<RuleScore>,
    /// Ids of the rules that fire in no post.
    pub silent: Vec<String>,
    /// The labels, in the codebook's order.
    pub labels: Vec<LabelScore>,
    /// The targets that stances are about, the most frequent first.
    pub targets: Vec<TargetScore>,
}

/// Measures a codebook's rules. `name_or_path` is where it came from: posts with another home load it again.
///
/// # Errors
/// [`CodebookError`] where the codebook cannot be used with a post's home.
pub fn measure(
    name_or_path: &str,
    codebook: Codebook,
    posts: &[GoldPost],
) -> Result<GoldReport, CodebookError> {
    let mut measured = Measured::new(&codebook);
    let own_home = codebook.home.clone();
    let mut taggers: HashMap<Home, Tagger> = HashMap::new();
    taggers.insert(own_home.clone(), Tagger::new(codebook, None)?);
    for post in posts {
        let home = post.home.as_ref().unwrap_or(&own_home).clone();
        if !taggers.contains_key(&home) {
            let codebook = Codebook::load(name_or_path, Some(home.clone()))?;
            taggers.insert(home.clone(), Tagger::new(codebook, None)?);
        }
        if let Some(tagger) = taggers.get(&home) {
            measured.add(tagger, post);
        }
    }
    Ok(measured.close(posts.len()))
}

struct Measured {
    report: GoldReport,
    targets: BTreeMap<String, TargetScore>,
    scratch: Scratch,
}

impl Measured {
    fn new(codebook: &Codebook) -> Self {
        let rules =
            codebook.rules.iter().map(|rule| RuleScore { id: rule.id.to_string(), ..Default::default() });
        let labels =
            codebook.labels.iter().map(|label| LabelScore { id: label.id.to_string(), ..Default::default() });
        let report = GoldReport { rules: rules.collect(), labels: labels.collect(), ..Default::default() };
        Self { report, targets: BTreeMap::new(), scratch: Scratch::default() }
    }

    fn add(&mut self, tagger: &Tagger, gold: &GoldPost) {
        let codebook = tagger.codebook();
        let look = tagger.look(&gold.post, &mut self.scratch);
        let lang = look.language.lang.to_string();
        let hits = &look.findings.rules;
        self.report.covered += usize::from(!hits.is_empty());
        for hit in hits {
            self.vote(codebook, gold, hits, hit, &lang);
        }
        let mut fired: Vec<usize> = hits.iter().map(|hit| hit.rule).collect();
        fired.sort_unstable();
        fired.dedup();
        for rule in fired {
            self.report.rules[rule].posts += 1;
        }
        let decision = tagger.decide(&look, &BTreeMap::new());
        for label in &mut self.report.labels {
            let Some(carried) = gold.has(&label.id) else { continue };
            let given = decision.tags.iter().any(|tag| *tag.label == *label.id);
            let (precision, recall) = label.by_lang.entry(lang.clone()).or_default();
            if given {
                precision.add(carried);
                label.precision.add(carried);
            }
            if carried {
                recall.add(given);
                label.recall.add(given);
            }
        }
        for (named, _) in &gold.stances {
            let score = self.targets.entry(named.clone()).or_default();
            score.target.clone_from(named);
            let found = look.targets.iter().any(|hit| is_about(named, &codebook.targets[hit.target]));
            score.found.add(found);
            if !found {
                score.missed.push(gold.post.id.clone());
            }
        }
    }

    fn close(self, posts: usize) -> GoldReport {
        let mut report = self.report;
        report.posts = posts;
        let (fired, silent): (Vec<RuleScore>, Vec<RuleScore>) =
            report.rules.into_iter().partition(|rule| rule.posts > 0);
        report.rules = fired;
        report.rules.sort_by_key(|rule| std::cmp::Reverse(rule.posts));
        report.silent = silent.into_iter().map(|rule| rule.id).collect();
        report.targets = self.targets.into_values().collect();
        report.targets.sort_by_key(|target| std::cmp::Reverse(target.found.all));
        report
    }

    fn vote(&mut self, codebook: &Codebook, gold: &GoldPost, hits: &[RuleHit], hit: &RuleHit, lang: &str) {
        let target = &codebook.targets[hit.target];
        if gold.contested_stances.iter().any(|named| is_about(named, target)) {
            return;
        }
        let mut of_gold =
            gold.stances.iter().filter(|(named, _)| is_about(named, target)).map(|(_, stance)| *stance);
        // A veto is right where the stance is not there.
        let right = match (hit.effect, hit.stance) {
            (Effect::Veto, stance) => !of_gold.any(|own| own == stance),
            (_, Stance::None) => of_gold.next().is_none(),
            (_, stance) => of_gold.any(|own| own == stance),
        };
        let others = || hits.iter().filter(|other| other.rule != hit.rule && other.target == hit.target);
        let score = &mut self.report.rules[hit.rule];
        score.votes.add(right);
        score.overlaps += usize::from(others().any(|other| other.stance == hit.stance));
        score.conflicts += usize::from(others().any(|other| other.stance != hit.stance));
        score.by_lang.entry(lang.to_owned()).or_default().add(right);
    }
}
