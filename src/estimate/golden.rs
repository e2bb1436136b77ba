//! Values of ppi-python and QuaPy, read where `evaluate::metrics` reads its own.

use serde_json::Value;

use super::{
    ppi::{Audited, Ppi, Unaudited, classical},
    quantify::{expectation_maximisation, share_error},
};
use crate::evaluate::metrics::golden::{EXACT, golden, numbers, same};

fn sums(case: &Value) -> (Audited, Unaudited, f64) {
    let list = |name: &str| numbers(&case["in"][name]);
    let level = 1.0 - case["in"]["alpha"].as_f64().expect("a number");
    let audited = Audited::of(list("Y").into_iter().zip(list("Yhat")));
    (audited, Unaudited::of(list("Yhat_unlabeled")), level)
}

#[test]
fn ppi_agrees_with_ppi_python() {
    let Some(golden) = golden() else { return };
    for (name, lambda) in [("lam=1", Some(1.0)), ("tuned", None)] {
        let case = &golden[format!("ppi_py.ppi_mean_pointestimate[{name}]").as_str()];
        let (audited, unaudited, _) = sums(case);
        same(&[Ppi::mean(&audited, &unaudited, lambda).mean], &case["out"], EXACT);
        let case = &golden[format!("ppi_py.ppi_mean_ci[{name}]").as_str()];
        let (audited, unaudited, level) = sums(case);
        let found = Ppi::mean(&audited, &unaudited, lambda).interval(level);
        same(&[found.low, found.high], &case["out"], EXACT);
    }
    let case = &golden["ppi_py.classical_mean_ci"];
    let (audited, _, level) = sums(case);
    let found = classical(&audited, level);
    same(&[found.low, found.high], &case["out"], EXACT);
}

#[test]
fn prevalences_agree_with_quapy() {
    let Some(golden) = golden() else { return };
    let case = &golden["quapy.error"];
    let (input, out) = (&case["in"], &case["out"]);
    let eps = input["eps"].as_f64().expect("a number");
    let found = share_error(&numbers(&input["p"]), &numbers(&input["phat"]), eps);
    same(&[found.absolute], &out["ae"], EXACT);
    same(&[found.relative], &out["rae"], EXACT);
    same(&[found.divergence], &out["kld"], EXACT);
    same(&[found.normalised], &out["nkld"], EXACT);
    let case = &golden["quapy.EMQ.EM"];
    let posts: Vec<Vec<f64>> =
        case["in"]["posteriors"].as_array().expect("rows").iter().map(numbers).collect();
    same(&expectation_maximisation(&numbers(&case["in"]["tr_prev"]), &posts), &case["out"], EXACT);
}
