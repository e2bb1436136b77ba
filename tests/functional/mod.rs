//! The functional cases: the pass rate does not fall below what `floor.json` holds. Who raises it raises the floor.
//!
//! With the model the floors are some three cases below the rate: a case near the threshold may fall to the other side on
//! another processor. `unseen/` holds cases whose failures nobody looks at: do not write rules for them.

use serde_json::Value;

use crate::program::stancemark;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functional");

fn rates(folder: &str, more: &[&str]) -> Option<Value> {
    let folder = format!("{FOLDER}{folder}");
    let cases = std::fs::read_dir(&folder).expect("the folder").filter(|entry| {
        entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|ending| ending == "jsonl"))
    });
    if cases.count() == 0 {
        println!("skipped: there are no cases in {folder} yet");
        return None;
    }
    let ran = stancemark(["evaluate", "functional", &folder, "--json"]).and(more).done();
    Some(serde_json::from_str(&ran.stdout).expect("JSON"))
}

fn hold(rates: &Value, floor: &Value, way: &str) {
    let mut fallen = Vec::new();
    let mut check = |name: &str, found: Option<f64>, floor: &Value| {
        let floor = floor.as_f64().expect("a share");
        if let Some(found) = found.filter(|found| *found < floor) {
            fallen.push(format!("{name}: {found:.3}, and the floor is {floor:.3}"));
        }
    };
    check("all", rates["rate"].as_f64(), &floor["all"]);
    for (language, floor) in floor["by_language"].as_object().expect("languages") {
        check(language, rates["by_language"][language]["rate"].as_f64(), floor);
    }
    assert!(fallen.is_empty(), "the pass rate {way} fell:\n{}", fallen.join("\n"));
}

fn floor() -> Value {
    let text = std::fs::read_to_string(format!("{FOLDER}/floor.json")).expect("floor.json");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_pass_rate_of_rules_alone_does_not_fall() {
    if let Some(rates) = rates("", &["--no-model"]) {
        hold(&rates, &floor()["no_model"], "of rules alone");
    }
}

#[test]
fn the_pass_rate_with_the_model_does_not_fall() {
    if let Some(rates) = rates("", &[]) {
        hold(&rates, &floor()["model"], "with the model");
    }
}

#[test]
fn the_pass_rate_on_unseen_cases_does_not_fall() {
    if let Some(rates) = rates("/unseen", &[]) {
        hold(&rates, &floor()["unseen"], "on unseen cases");
    }
}
