//! Runs a codebook's own examples as tests: what every rule says it fires on, and what every label
//! says its examples are tagged with. Targets and rules decide alone, without a model.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use crate::{
    Scratch, Tagger,
    codebook::{Codebook, CodebookError, Home, Place},
    post::Post,
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
}

/// An example that did not come out as it says.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Where the rule or the example stands.
    pub place: Place,
    /// What was expected and what came.
    pub message: String,
}

/// Checks a codebook. `name_or_path` is where it came from: examples with another home load it again.
///
/// # Errors
/// [`CodebookError`] where a pattern is wrong.
pub fn check(name_or_path: &str, codebook: Codebook) -> Result<Report, CodebookError> {
    let tagger = Tagger::new(codebook, None)?;
    let codebook = tagger.codebook();
    let mut report = Report {
        name: codebook.name.clone(),
        version: codebook.version,
        home: codebook.home.clone(),
        labels: codebook.labels.len(),
        targets: codebook.targets.len(),
        names: codebook.targets.iter().map(|target| target.names.len() + target.cased.len()).sum(),
        rules: codebook.rules.len(),
        claims: codebook.claims.len(),
        passed: 0,
        failures: Vec::new(),
    };
    let mut scratch = Scratch::default();
    for (index, rule) in codebook.rules.iter().enumerate() {
        let expectations =
            rule.yes.iter().map(|text| (text, true)).chain(rule.no.iter().map(|text| (text, false)));
        for (text, expected) in expectations {
            let look = tagger.look(&Post::new("example", text.as_str()), &mut scratch);
            if look.findings.rules.iter().any(|hit| hit.rule == index) == expected {
                report.passed += 1;
                continue;
            }
            let found: Vec<&str> = look.targets.iter().map(|hit| &*codebook.targets[hit.target].id).collect();
            let found = if found.is_empty() { "no target".to_owned() } else { found.join(", ") };
            let (said, did) = if expected { ("must fire", "does not") } else { ("must not fire", "does") };
            report.failures.push(Failure {
                place: rule.place.clone(),
                message: format!("rule `{}` {said} on {text:?}, and {did} (found: {found})", rule.id),
            });
        }
    }
    let mut others: HashMap<Home, Tagger> = HashMap::new();
    for example in codebook.labels.iter().flat_map(|label| &label.examples) {
        let tagger = match &example.home {
            Some(home) if *home != codebook.home => match others.entry(home.clone()) {
                Entry::Occupied(known) => &*known.into_mut(),
                Entry::Vacant(free) => {
                    free.insert(Tagger::new(Codebook::load(name_or_path, Some(home.clone()))?, None)?)
                }
            },
            _ => &tagger,
        };
        let expected: BTreeSet<String> = example.tags.iter().cloned().collect();
        let found: BTreeSet<String> = match tagger.tag(Post::new("example", example.text.as_str())) {
            Ok(tagged) => tagged.tags.iter().map(|tag| format!("{}:{}", tag.label, tag.target)).collect(),
            Err(letter) => BTreeSet::from([letter.reason]),
        };
        if found == expected {
            report.passed += 1;
        } else {
            let list = |tags: &BTreeSet<String>| {
                if tags.is_empty() {
                    "no tag".to_owned()
                } else {
                    tags.iter().cloned().collect::<Vec<_>>().join(", ")
                }
            };
            report.failures.push(Failure {
                place: example.place.clone(),
                message: format!("{:?}: expected {}, found {}", example.text, list(&expected), list(&found)),
            });
        }
    }
    Ok(report)
}
