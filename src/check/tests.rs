//! Examples are tests, and what is wrong in a codebook is noticed.

use super::*;

/// One test of every rule and every label: the examples that the codebook gives of them.
#[test]
fn every_example_of_the_built_in_codebooks_passes() {
    for name in Codebook::built_in() {
        let report = check(name, Codebook::load(name, None).expect("built in")).expect("patterns are right");
        let failed: Vec<String> =
            report.failures.iter().map(|failure| format!("{}: {}", failure.place, failure.message)).collect();
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
    let report =
        check("t", Codebook::from_toml("t", text, None).expect("a codebook")).expect("patterns are right");
    let failures: Vec<String> =
        report.failures.iter().map(|failure| format!("{}: {}", failure.place, failure.message)).collect();
    assert_eq!(report.passed, 2);
    assert_eq!(
        failures,
        [
            "t:19:14: rule `shame` must fire on \"Exbook is fine\", and does not (found: x)",
            "t:19:14: rule `shame` must not fire on \"Shame on Exbook, they say\", and does (found: x)",
            "t:16:16: \"Shame on Exbook\": expected no tag, found attack:x",
        ]
    );
}

#[test]
fn what_does_nothing_or_the_opposite_is_noted() {
    let text = r#"
[codebook]
name = "t"
version = 1
[[target]]
id = "x"
kind = "platform"
name = "X"
names = { en = ["exbook", "mixbook"] }
also = { cased = ["Exbook"], not = ["mixbook"] }
[[target]]
id = "y"
kind = "platform"
name = "Y"
names = { en = ["ExBook"] }
[[label]]
id = "attack"
definition = "d"
stance = "against"
kind = ["platform"]
[[label]]
id = "nobody"
definition = "d"
stance = "against"
kind = ["person"]
[[label]]
id = "praise"
definition = "d"
stance = "favor"
kind = ["platform"]
[[rule]]
id = "shame"
description = "d"
pattern = ["shame on {target}", "boo {target}"]
votes = "against"
yes = ["shame on Exbook"]
no = ["Exbook"]
[[rule]]
id = "again"
description = "d"
pattern = ["shame  on {target}", "x {target}"]
votes = "none"
yes = ["x Exbook"]
no = ["Exbook"]
"#;
    let report =
        check("t", Codebook::from_toml("t", text, None).expect("a codebook")).expect("patterns are right");
    let noted = |kind: NoteKind, said: &str| {
        let found = report.notes.iter().any(|note| note.kind == kind && note.message.contains(said));
        assert!(found, "{kind:?} {said:?}: {:#?}", report.notes);
    };
    noted(NoteKind::Shadowed, "the name `ExBook` of `y` is a name of `x` too");
    noted(NoteKind::Shadowed, "`Exbook` of `x` stands under [target.names] too");
    noted(NoteKind::Shadowed, "`mixbook` is a name and also what is no name");
    noted(NoteKind::Unused, "no target of this codebook can carry the label `nobody`");
    noted(NoteKind::Unused, "no rule votes favor for the label `praise`");
    noted(NoteKind::Conflicting, "this pattern of `again` stands in `shame` already");
    noted(NoteKind::NeverFiring, "no example makes this pattern of `shame` fire");
    assert_eq!(
        report.notes.iter().filter(|note| note.kind == NoteKind::NeverFiring).count(),
        1,
        "{:#?}",
        report.notes
    );
}

#[test]
fn a_claims_examples_are_tests_too() {
    let text = "[codebook]\nname = \"t\"\nversion = 1\n[[claim]]\nid = \"c\"\ntext = \"d\"\npattern = [\"free lunch\"]\n\
                yes = [\"a free lunch\", \"a lunch\"]\nno = [\"free lunch\"]\n";
    let report =
        check("t", Codebook::from_toml("t", text, None).expect("a codebook")).expect("patterns are right");
    assert_eq!((report.passed, report.failures.len()), (1, 2), "{:?}", report.failures);
}

/// The tutorial builds a codebook step by step: its pieces together are one, and its examples pass.
#[test]
fn the_codebook_of_the_tutorial_passes_its_own_check() {
    let page = include_str!("../../docs/codebook.md");
    let tutorial =
        page.split("# A codebook from nothing").nth(1).and_then(|rest| rest.split("# Reference").next());
    let pieces = tutorial
        .expect("a tutorial")
        .split("```toml\n")
        .skip(1)
        .map(|piece| piece.split("```").next().expect("an end of the piece"));
    let text = pieces.collect::<Vec<_>>().join("\n");
    let book = Codebook::from_toml("dam.toml", &text, None).unwrap_or_else(|error| panic!("{error}"));
    let report = check("dam.toml", book).expect("patterns are right");
    assert!(report.failures.is_empty() && report.passed == 5, "{:?}", report.failures);
}
