//! Runs a codebook's own examples as tests: what every rule says it fires on, what every claim says it is
//! found in, and what every label says its examples are tagged with. Targets and rules decide alone, without
//! a model. Notes what is unused, shadowed, conflicting or never firing (`lint.rs`), and measures rules on
//! labelled posts (`gold.rs`).

mod gold;
mod lint;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

pub use gold::{Count, GoldReport, LabelScore, RuleScore, TargetScore, measure};
pub use lint::{Note, NoteKind};

use crate::{
    Look, Scratch, Tagger,
    codebook::{Codebook, CodebookError, Effect, Home, Place},
    post::{Post, Stance},
};

/// What came of a check.
#[derive(Debug, Clone)]
pub struct Report {
    /// The codebook's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// The home it was checked with.
    pub home: Home,
    /// How many labels.
    pub labels: usize,
    /// How many targets.
    pub targets: usize,
    /// How many names they have.
    pub names: usize,
    /// How many rules.
    pub rules: usize,
    /// How many claims.
    pub claims: usize,
    /// Examples that came out as they say.
    pub passed: usize,
    /// Examples that did not.
    pub failures: Vec<Failure>,
    /// What is worth a look, the gravest kind first, then by place.
    pub notes: Vec<Note>,
}

/// An example that did not come out as it says.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Where the rule or the example stands.
    pub place: Place,
    /// What was expected and what came.
    pub message: String,
}

impl Report {
    fn say(&mut self, holds: bool, place: &Place, message: impl FnOnce() -> String) {
        if holds {
            self.passed += 1;
        } else {
            self.failures.push(Failure { place: place.clone(), message: message() });
        }
    }
}

/// Checks a codebook. `name_or_path` is where it came from: examples with another home load it again.
///
/// # Errors
/// [`CodebookError`] where a pattern is wrong.
pub fn check(name_or_path: &str, codebook: Codebook) -> Result<Report, CodebookError> {
    let tagger = Tagger::new(codebook, None)?;
    let codebook = tagger.codebook();
    let names = |target: &crate::codebook::Target| {
        let listed = [&target.names, &target.cased, &target.handles, &target.hashtags];
        let conditional: usize = target.when.iter().map(|when| when.names.len()).sum();
        listed.iter().map(|list| list.len()).sum::<usize>() + target.flags.len() + conditional
    };
    let mut report = Report {
        name: codebook.name.clone(),
        version: codebook.version,
        home: codebook.home.clone(),
        labels: codebook.labels.len(),
        targets: codebook.targets.len(),
        names: codebook.targets.iter().map(names).sum(),
        rules: codebook.rules.len(),
        claims: codebook.claims.len(),
        passed: 0,
        failures: Vec::new(),
        notes: lint::read(&tagger),
    };
    let mut examples = Examples { tagger: &tagger, scratch: Scratch::default(), fired: HashSet::new() };
    examples.rules(&mut report);
    examples.claims(&mut report);
    examples.labels(name_or_path, &mut report)?;
    examples.never_fired(&mut report.notes);
    report
        .notes
        .sort_by(|a, b| (a.kind, &a.place.file, a.place.line).cmp(&(b.kind, &b.place.file, b.place.line)));
    Ok(report)
}

/// The examples of a codebook, run one after the other.
struct Examples<'a> {
    tagger: &'a Tagger,
    scratch: Scratch,
    /// The patterns that fired so far: rule, and which of its patterns.
    fired: HashSet<(usize, usize)>,
}

impl Examples<'_> {
    fn look(&mut self, text: &str) -> Look {
        let fired = &mut self.fired;
        self.tagger.look_and_tell(&Post::new("example", text), &mut self.scratch, &mut |rule, pattern| {
            fired.insert((rule, pattern));
        })
    }

    fn rules(&mut self, report: &mut Report) {
        let codebook = self.tagger.codebook();
        for (index, rule) in codebook.rules.iter().enumerate() {
            for (texts, must) in [(&rule.yes, true), (&rule.no, false)] {
                for text in texts {
                    let look = self.look(text);
                    let fires = look.findings.rules.iter().any(|hit| hit.rule == index);
                    let (should, does) = if must { ("must", "does not") } else { ("must not", "does") };
                    report.say(fires == must, &rule.place, || {
                        let found: Vec<&str> =
                            look.targets.iter().map(|hit| &*codebook.targets[hit.target].id).collect();
                        let found = if found.is_empty() { "no target".to_owned() } else { found.join(", ") };
                        format!("rule `{}` {should} fire on {text:?}, and {does} (found: {found})", rule.id)
                    });
                    if must && rule.effect == Effect::Vote {
                        report.notes.extend(opposed(codebook, index, text, &look));
                    }
                }
            }
        }
    }

    fn claims(&mut self, report: &mut Report) {
        let codebook = self.tagger.codebook();
        for (index, claim) in codebook.claims.iter().enumerate() {
            for (texts, must) in [(&claim.yes, true), (&claim.no, false)] {
                for text in texts {
                    let look = self.look(text);
                    let found = look.findings.claims.iter().any(|hit| hit.claim == index);
                    let (should, is) = if must { ("must", "is not") } else { ("must not", "is") };
                    report.say(found == must, &claim.place, || {
                        format!("claim `{}` {should} be found in {text:?}, and {is}", claim.id)
                    });
                }
            }
        }
    }

    fn labels(&mut self, name_or_path: &str, report: &mut Report) -> Result<(), CodebookError> {
        let codebook = self.tagger.codebook();
        let mut elsewhere: HashMap<Home, Tagger> = HashMap::new();
        for example in codebook.labels.iter().flat_map(|label| &label.examples) {
            self.look(&example.text);
            let tagger = match &example.home {
                Some(home) if *home != codebook.home => match elsewhere.entry(home.clone()) {
                    Entry::Occupied(known) => &*known.into_mut(),
                    Entry::Vacant(free) => {
                        free.insert(Tagger::new(Codebook::load(name_or_path, Some(home.clone()))?, None)?)
                    }
                },
                _ => self.tagger,
            };
            let expected: BTreeSet<String> = example.tags.iter().cloned().collect();
            let found: BTreeSet<String> = match tagger.tag(Post::new("example", example.text.as_str())) {
                Ok(tagged) => tagged.tags.iter().map(|tag| format!("{}:{}", tag.label, tag.target)).collect(),
                Err(letter) => BTreeSet::from([letter.reason]),
            };
            let list = |tags: &BTreeSet<String>| {
                if tags.is_empty() {
                    "no tag".to_owned()
                } else {
                    tags.iter().cloned().collect::<Vec<_>>().join(", ")
                }
            };
            report.say(found == expected, &example.place, || {
                format!("{:?}: expected {}, found {}", example.text, list(&expected), list(&found))
            });
        }
        Ok(())
    }

    fn never_fired(&self, notes: &mut Vec<Note>) {
        for (index, rule) in self.tagger.codebook().rules.iter().enumerate() {
            for (at, (_, place)) in rule.patterns.iter().enumerate() {
                if !self.fired.contains(&(index, at)) {
                    let message =
                        format!("no example makes this pattern of `{}` fire: add one under `yes`", rule.id);
                    notes.push(Note::new(NoteKind::NeverFiring, place, message));
                }
            }
        }
    }
}

/// Other rules that vote for the opposite on a rule's own example.
fn opposed(codebook: &Codebook, index: usize, text: &str, look: &Look) -> Vec<Note> {
    let rule = &codebook.rules[index];
    let opposite = |a: Stance, b: Stance| a != b && a != Stance::None && b != Stance::None;
    let mut notes = Vec::new();
    for own in look.findings.rules.iter().filter(|hit| hit.rule == index) {
        for other in look.findings.rules.iter().filter(|hit| hit.rule != index && hit.effect == Effect::Vote)
        {
            if other.target == own.target && opposite(own.stance, other.stance) {
                let other = &codebook.rules[other.rule].id;
                let message =
                    format!("on its example {text:?} the rule `{}` is opposed by `{other}`", rule.id);
                notes.push(Note::new(NoteKind::Conflicting, &rule.place, message));
            }
        }
    }
    notes
}
