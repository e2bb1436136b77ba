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

#[cfg(test)]
mod tests {
    use super::*;

    /// One test of every rule and every label: the examples that the codebook gives of them.
    #[test]
    fn every_example_of_the_built_in_codebooks_passes() {
        for name in Codebook::built_in() {
            let report =
                check(name, Codebook::load(name, None).expect("built in")).expect("patterns are right");
            let failed: Vec<String> = report
                .failures
                .iter()
                .map(|failure| format!("{}: {}", failure.place, failure.message))
                .collect();
            assert!(failed.is_empty(), "{} of {name} fail:\n{}", failed.len(), failed.join("\n"));
            assert!(report.passed >= 2 * report.rules, "{name}: {} examples", report.passed);
        }
    }

    #[test]
    fn an_example_that_fails_is_told_with_its_place() {
        let text = r#"
            [codebook]
            name = "t"
            version = 1
            [[target]]
            id = "x"
            kind = "platform"
            name = "X"
            names = { en = ["exbook"] }
            [[label]]
            id = "attack"
            definition = "d"
            stance = "against"
            kind = ["platform"]
            [[label.example]]
            text = "Shame on Exbook"
            tags = []
            [[rule]]
            id = "shame"
            description = "d"
            pattern = ["shame on {target}"]
            votes = "against"
            weight = 5.0
            yes = ["Shame on Exbook", "Exbook is fine"]
            no = ["Exbook", "Shame on Exbook, they say"]
        "#;
        let report = check("t", Codebook::from_toml("t", text, None).expect("a codebook"))
            .expect("patterns are right");
        let failures: Vec<String> =
            report.failures.iter().map(|failure| format!("{}: {}", failure.place, failure.message)).collect();
        assert_eq!(report.passed, 2);
        assert_eq!(
            failures,
            [
                "t:19:18: rule `shame` must fire on \"Exbook is fine\", and does not (found: x)",
                "t:19:18: rule `shame` must not fire on \"Shame on Exbook, they say\", and does (found: x)",
                "t:16:20: \"Shame on Exbook\": expected no tag, found attack:x",
            ]
        );
    }
}
