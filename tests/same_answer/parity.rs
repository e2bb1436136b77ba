//! The program gives the probabilities that the training side saw when it wrote the model.

use serde_json::{Value, json};

use crate::program::stancemark;

#[test]
fn the_program_agrees_with_the_training_side() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/train/parity.json");
    let cases: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(path).expect("parity.json")).expect("JSON");
    assert!(cases.len() >= 10, "{}", cases.len());
    let pairs = cases.iter().enumerate().map(|(id, case)| {
        let pair = json!({"id": id.to_string(), "text": case["text"], "target": case["target"]});
        format!("{pair}\n")
    });
    let ran = stancemark(["stance"]).stdin(pairs.collect::<String>()).done();
    let stances = ran.lines();
    assert_eq!(stances.len(), cases.len());
    for (case, stance) in cases.iter().zip(&stances) {
        for (column, name) in ["favor", "against", "none"].iter().enumerate() {
            let expected = case["probabilities"][column].as_f64().expect("a number");
            let found = stance[name].as_f64().expect("a number");
            assert!((expected - found).abs() < 1e-4, "{name} of {}: {found}, not {expected}", case["text"]);
        }
    }
}
