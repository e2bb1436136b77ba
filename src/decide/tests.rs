//! The formula, against numbers worked out by hand.

use std::collections::BTreeMap;

use super::*;

const BOOK: &str = r#"
[codebook]
name = "t"
version = 1
[[target]]
id = "x"
kind = "platform"
name = "X"
names = { en = ["x"] }
[[target]]
id = "y"
kind = "platform"
name = "Y"
names = { en = ["y"] }
[[label]]
id = "attack"
definition = "d"
stance = "against"
kind = ["platform"]
[[rule]]
id = "r"
description = "d"
pattern = ["bad {target}"]
votes = "against"
yes = ["bad x"]
no = ["x"]
"#;

/// Weights of the tests' own: the shipped ones are learnt, and change.
const WEIGHTS: &str = "\
[model]
weight = 1.0
favor = 0.0
against = 0.0
none = 0.0
[alone]
favor = -1.0
against = -1.0
none = 0.0
[rules]
with_model = 0.8
alone = 1.0
most = 5.0
[threshold]
default = 0.5
[abstain]
band = 0.02
";

fn weights() -> Weights {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("decide.toml");
    std::fs::write(&path, WEIGHTS).expect("written");
    Weights::load(&path).expect("weights")
}

fn book() -> Codebook {
    Codebook::from_toml("t", BOOK, None).expect("a codebook")
}

fn named(target: usize, at: u32) -> TargetHit {
    TargetHit { target, words: at as usize..at as usize + 1, range: at..at + 1 }
}

fn hit(stance: Stance, effect: Effect, weight: f32) -> RuleHit {
    RuleHit { rule: 0, target: 0, stance, effect, weight, range: 50..52 }
}

/// The probabilities of favor, against and none toward the one target.
fn of(hits: &[RuleHit], model: Option<StanceProbabilities>) -> [f32; 3] {
    let name: Arc<str> = "model:m".into();
    let read: BTreeMap<_, _> = model.map(|p| (0, p)).into_iter().collect();
    let decision = decide(&weights(), &book(), "en", &[named(0, 0)], hits, model.map(|_| (&name, &read)));
    Stance::ALL.map(|stance| decision.probabilities[&0].of(stance))
}

fn near(found: [f32; 3], expected: [f32; 3]) {
    let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 1e-4, "{found:?}, not {expected:?}");
}

#[test]
fn without_a_model_votes_are_added_to_what_was_believed_before() {
    use Effect::Vote;
    // e^-1, e^-1, e^0
    near(of(&[], None), [0.211_942, 0.211_942, 0.576_117]);
    // e^-1, e^(-1+2), e^0
    near(of(&[hit(Stance::Against, Vote, 2.0)], None), [0.090_031, 0.665_241, 0.244_728]);
    // Two votes together add no more than 5: e^-1, e^4, e^0
    let two = [hit(Stance::Against, Vote, 4.0), hit(Stance::Against, Vote, 3.0)];
    near(of(&two, None), [0.006_573, 0.975_560, 0.017_867]);
}

#[test]
fn beside_a_model_votes_are_added_to_its_log_probabilities() {
    let p = StanceProbabilities { favor: 0.2, against: 0.3, none: 0.5 };
    near(of(&[], Some(p)), [0.2, 0.3, 0.5]);
    // 0.3 · e^(0.8 · 2) = 1.485910
    near(
        of(&[hit(Stance::Against, Effect::Vote, 2.0)], Some(p)),
        [0.091_487, 0.679_710, 0.228_718].map(|p| p * 1.000_085),
    );
}

#[test]
fn a_veto_strikes_out_and_a_settlement_decides() {
    let p = StanceProbabilities { favor: 0.2, against: 0.3, none: 0.5 };
    near(of(&[hit(Stance::None, Effect::Veto, 1.0)], Some(p)), [0.4, 0.6, 0.0]);
    near(of(&[hit(Stance::Against, Effect::Settle, 1.0)], Some(p)), [0.005, 0.99, 0.005]);
    let both = [hit(Stance::Against, Effect::Settle, 1.0), hit(Stance::Favor, Effect::Settle, 1.0)];
    near(of(&both, Some(p)), [0.2, 0.3, 0.5]);
    let vetoed = [hit(Stance::Against, Effect::Settle, 1.0), hit(Stance::Against, Effect::Veto, 1.0)];
    near(of(&vetoed, Some(p)), [0.2, 0.3, 0.5]);
}

#[test]
fn probabilities_add_up_to_one_however_sure() {
    for p in [[1.0, 0.0, 0.0], [0.0, 0.9999, 0.0001], [0.1, 0.2, 0.7]] {
        let [favor, against, none] =
            of(&[], Some(StanceProbabilities { favor: p[0], against: p[1], none: p[2] }));
        assert!(
            (favor + against + none - 1.0).abs() < 1e-5 && favor.max(against).max(none) <= 0.990_01,
            "{p:?}"
        );
    }
}

/// What is decided when the model gives these probabilities of `against` for the two targets.
fn with_against(first: f32, second: f32) -> Decision {
    let name: Arc<str> = "model:m".into();
    let p = |against: f32| StanceProbabilities { favor: 0.0, against, none: 1.0 - against };
    let read = BTreeMap::from([(0, p(first)), (1, p(second))]);
    decide(&weights(), &book(), "en", &[named(0, 0), named(1, 3)], &[], Some((&name, &read)))
}

#[test]
fn near_the_threshold_it_abstains_unless_another_target_carries_the_label() {
    let tags =
        |decision: &Decision| decision.tags.iter().map(|tag| tag.target.to_string()).collect::<Vec<_>>();
    for (against, tagged, abstained) in [(0.47, 0, 0), (0.49, 0, 1), (0.51, 0, 1), (0.53, 1, 0)] {
        let decision = with_against(against, 0.0);
        assert_eq!((decision.tags.len(), decision.abstained.len()), (tagged, abstained), "at {against}");
    }
    let decision = with_against(0.5, 0.9);
    assert_eq!((tags(&decision), decision.abstained.len()), (vec!["y".to_owned()], 0));
    assert_eq!(tags(&with_against(0.7, 0.9)), ["y", "x"], "highest score first");
}

#[test]
fn a_tag_says_who_and_where() {
    let targets: Vec<TargetHit> = (0..40).map(|at| named(0, at)).collect();
    let decision =
        decide(&weights(), &book(), "en", &targets, &[hit(Stance::Against, Effect::Vote, 3.0)], None);
    let tag = &decision.tags[0];
    assert_eq!(tag.by.iter().map(|by| &**by).collect::<Vec<_>>(), ["rule:r"]);
    let evidence: Vec<(u32, u32, &str)> = tag.evidence.iter().map(|e| (e.start, e.end, &*e.by)).collect();
    assert_eq!(evidence.len(), MAX_EVIDENCE);
    assert_eq!(evidence[0], (0, 1, "target:x"));
    assert_eq!(evidence[15], (50, 52, "rule:r"), "names never push a rule's evidence out");
}

#[test]
fn a_wrong_decision_file_is_told_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("decide.toml");
    let error = |text: &str| {
        std::fs::write(&path, text).expect("written");
        Weights::load(&path).expect_err(text).to_string()
    };
    assert!(
        Weights::load(&folder.path().join("none.toml"))
            .expect_err("none")
            .to_string()
            .contains("cannot read")
    );
    for (from, to, message) in [
        ("band = 0.02", "band = 0.02\nbend = 1", ":18: unknown field `bend`"),
        ("band = 0.02", "band = 0.7", "abstain.band 0.7 must be within"),
        ("default = 0.5", "default = 1.5", "the threshold 1.5 of `default` must be within 0 and 1"),
        ("most = 5.0", "most = -5.0", "must be at least 0"),
        ("favor = -1.0", "favor = nan", "must be a number"),
        ("weight = 1.0", "weight = inf", "must be a number"),
    ] {
        let found = error(&WEIGHTS.replacen(from, to, 1));
        assert!(found.contains(message) && found.contains("decide.toml:"), "{found}");
    }
    assert!((weights().threshold("no-such-label", true) - 0.5).abs() < 1e-6);
    assert!(Weights::default().threshold("support", true) > 0.0, "the shipped file is well-formed");
}
