//! The same posts get other tags when `--home` changes: a label is a stance toward a kind of target,
//! seen from a country.

use std::collections::{BTreeMap, BTreeSet};

use crate::program::{DEMO, Program, assert_says, posts, tag, tags_of};

const TEXTS: [&str; 5] = [
    "Pakistan Zindabad!",
    "Jai Hind! Bharat mata ki jai",
    "Pakistan is a terrorist state",
    "India is a terrorist state",
    "Shame on Facebook",
];

fn tagged(home: &str) -> Vec<BTreeSet<String>> {
    tag(["-q", "--home", home]).stdin(posts(TEXTS)).done().lines().iter().map(tags_of).collect()
}

fn only(tag: &str) -> BTreeSet<String> {
    BTreeSet::from([tag.to_owned()])
}

#[test]
fn another_country_is_any_that_is_not_home() {
    let none = BTreeSet::new();
    let attack = only("platform_attack:facebook");
    let at = |what: &str| only(&format!("country_target:{what}"));
    let home = |what: &str| only(&format!("support:{what}"));
    assert_eq!(tagged("PK"), [home("pakistan"), none.clone(), none.clone(), at("india"), attack.clone()]);
    assert_eq!(tagged("IN"), [none.clone(), home("india"), at("pakistan"), none.clone(), attack.clone()]);
    assert_eq!(tagged("none"), [none.clone(), none.clone(), at("pakistan"), at("india"), attack.clone()]);
    // A home that is neither of the two: both are others.
    assert_eq!(tagged("BD"), [none.clone(), none, at("pakistan"), at("india"), attack]);
}

#[test]
fn home_is_a_code_in_either_case_and_the_codebook_s_own_without_it() {
    assert_eq!(tagged("pk"), tagged("PK"));
    let own: Vec<_> = tag(["-q"]).stdin(posts(TEXTS)).done().lines().iter().map(tags_of).collect();
    assert_eq!(own, tagged("PK"));
}

#[test]
fn the_demo_seen_from_three_homes() {
    let labels = |home: &str| {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for tags in tag([DEMO, "-q", "--home", home]).done().lines().iter().map(tags_of) {
            for tag in tags {
                *counts.entry(tag).or_default() += 1;
            }
        }
        counts
    };
    let (pakistan, india, none) = (labels("PK"), labels("IN"), labels("none"));
    let of = |counts: &BTreeMap<String, u64>, label: &str| -> u64 {
        counts.iter().filter(|(tag, _)| tag.split(':').next() == Some(label)).map(|(_, posts)| posts).sum()
    };
    assert!(of(&pakistan, "support") > 10 * of(&india, "support").max(1), "{pakistan:?} {india:?}");
    assert_eq!(of(&none, "support"), 0, "without a home there is no home side: {none:?}");
    assert!(pakistan.contains_key("country_target:india") && !india.contains_key("country_target:india"));
    assert!(!pakistan.contains_key("country_target:pakistan"), "home is no other country: {pakistan:?}");
    assert_eq!(none.get("country_target:india"), pakistan.get("country_target:india"));
    // Attacks on platforms do not depend on where one stands.
    assert!(of(&pakistan, "platform_attack") > 0);
    assert_eq!(of(&pakistan, "platform_attack"), of(&india, "platform_attack"));
    assert_eq!(of(&pakistan, "platform_attack"), of(&none, "platform_attack"));
}

#[test]
fn what_is_no_country_is_refused() {
    for word in ["Pakistan", "XQ1", ""] {
        let ran = Program::run(tag(["--home", word, DEMO]));
        assert_eq!(ran.code, Some(2), "{word:?}: {ran:?}");
        assert_says(&ran.stderr, &["--home", "none"]);
    }
}
