//! Values of the reference libraries, read from `shared/samples/annotation/eval/golden.json` where it is: the folder is
//! named by `STANCEMARK_SHARED`, else it stands beside the repository.

use std::path::PathBuf;

use serde_json::Value;

use super::*;

/// The outputs and inputs, or `None` with the reason printed.
pub(crate) fn golden() -> Option<Value> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let folder = std::env::var_os("STANCEMARK_SHARED").map_or(beside, PathBuf::from);
    let path = folder.join("samples/annotation/eval/golden.json");
    match std::fs::read_to_string(&path) {
        // Python writes NaN, which JSON does not have.
        Ok(text) => Some(
            serde_json::from_str::<Value>(&text.replace(": NaN", ": null")).expect("JSON")["values"].clone(),
        ),
        Err(error) => {
            println!("skipped: {}: {error} (set STANCEMARK_SHARED)", path.display());
            None
        }
    }
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().flat_map(numbers).collect(),
        Value::Number(number) => vec![number.as_f64().expect("a number")],
        Value::Null => vec![f64::NAN],
        other => panic!("{other} is no number"),
    }
}

#[track_caller]
pub(crate) fn same(found: &[f64], golden: &Value, tolerance: f64) {
    let expected = numbers(golden);
    assert_eq!(found.len(), expected.len(), "{found:?}, not {expected:?}");
    for (a, b) in found.iter().zip(&expected) {
        assert!((a - b).abs() <= tolerance || (a.is_nan() && b.is_nan()), "{found:?}, not {expected:?}");
    }
}

pub(crate) const EXACT: f64 = 1e-9;

fn classes(value: &Value) -> Vec<usize> {
    numbers(value).into_iter().map(|number| number as usize).collect()
}

fn confusion(case: &Value, size: usize) -> Confusion {
    let input = &case["in"];
    Confusion::of(size, classes(&input["y_true"]).into_iter().zip(classes(&input["y_pred"])))
}

fn triple(averaged: Averaged) -> [f64; 3] {
    [averaged.precision, averaged.recall, averaged.f1]
}

#[test]
fn several_classes_agree_with_scikit_learn() {
    let Some(golden) = golden() else { return };
    let case = |name: &str| &golden[format!("sklearn.{name}").as_str()];
    let table = confusion(case("confusion_matrix"), 3);
    let cells: Vec<f64> = (0..9).map(|at| table.cell(at / 3, at % 3) as f64).collect();
    same(&cells, &case("confusion_matrix")["out"], 0.0);
    let tables = table.tables();
    for (name, averaged) in [
        ("micro", Averaged::micro(&tables)),
        ("macro", Averaged::macro_(&tables)),
        ("weighted", Averaged::weighted(&tables)),
    ] {
        same(&triple(averaged), &case(&format!("precision_recall_fscore_support[{name}]"))["out"], EXACT);
    }
    let four = case("precision_recall_fscore_support[None,labels=0..3]");
    let tables = confusion(four, 4).tables();
    let columns: [fn(&Counts) -> f64; 4] =
        [Counts::precision, Counts::recall, Counts::f1, |table| table.support() as f64];
    let found: Vec<f64> = columns.iter().flat_map(|column| tables.iter().map(column)).collect();
    same(&found, &four["out"], EXACT);
    let report = &case("classification_report")["out"];
    same(&[table.accuracy()], &report["accuracy"], EXACT);
    same(&[table.tables()[1].f1()], &report["1"]["f1-score"], EXACT);
    for (name, weights) in [
        ("None", KappaWeights::None),
        ("linear", KappaWeights::Linear),
        ("quadratic", KappaWeights::Quadratic),
    ] {
        same(&[table.kappa(weights)], &case(&format!("cohen_kappa_score[{name}]"))["out"], EXACT);
    }
    let one = Confusion::of(2, [(1, 1), (1, 1)]);
    same(&[one.kappa(KappaWeights::None)], &case("cohen_kappa_score[one class]")["out"], EXACT);
    assert!(one.tables()[1].kappa().is_nan());
    same(&[table.mcc()], &case("matthews_corrcoef")["out"], EXACT);
    same(&[table.balanced_accuracy()], &case("balanced_accuracy_score")["out"], EXACT);
}

#[test]
fn sets_of_labels_agree_with_scikit_learn() {
    let Some(golden) = golden() else { return };
    let case = |name: &str| &golden[format!("sklearn.{name}").as_str()];
    let input = &case("hamming_loss")["in"];
    let rows = |name: &str| -> Vec<Vec<bool>> {
        let rows = input[name].as_array().expect("rows").iter();
        rows.map(|row| numbers(row).into_iter().map(|cell| cell > 0.0).collect()).collect()
    };
    let (mut tables, mut sets) = ([Counts::default(); 3], SetCounts::default());
    for (gold, given) in rows("Y_true").iter().zip(&rows("Y_pred")) {
        for (label, table) in tables.iter_mut().enumerate() {
            table.count(gold[label], given[label]);
        }
        let of = |a: bool, b: bool| gold.iter().zip(given).filter(|&(&x, &y)| x == a && y == b).count();
        sets.count(of(true, true), of(true, false), of(false, true), 3, 0.0);
    }
    let f1 = |name: &str| &case(&format!("f1_score[multilabel,{name}]"))["out"];
    same(&[Averaged::micro(&tables).f1], f1("micro"), EXACT);
    same(&[Averaged::macro_(&tables).f1], f1("macro"), EXACT);
    same(&[Averaged::weighted(&tables).f1], f1("weighted"), EXACT);
    same(&[sets.f1()], f1("samples"), EXACT);
    same(&[sets.jaccard()], &case("jaccard_score[samples]")["out"], EXACT);
    same(&[sets.hamming()], &case("hamming_loss")["out"], EXACT);
    same(&[sets.exact()], &case("accuracy_score[multilabel=subset]")["out"], EXACT);
    let found: Vec<f64> =
        tables.iter().flat_map(|t| [t.tn, t.fp, t.fn_, t.tp]).map(|count| count as f64).collect();
    same(&found, &case("multilabel_confusion_matrix")["out"], 0.0);
}

fn scored(case: &Value) -> Vec<(f64, bool)> {
    let input = &case["in"];
    numbers(&input["score"]).into_iter().zip(numbers(&input["y"]).into_iter().map(|y| y > 0.0)).collect()
}

#[test]
fn curves_agree_with_scikit_learn() {
    let Some(golden) = golden() else { return };
    let case = |name: &str| &golden[format!("sklearn.{name}").as_str()];
    let all = scored(case("roc_auc_score"));
    same(&[roc_auc(&all)], &case("roc_auc_score")["out"], EXACT);
    same(&[average_precision(&all)], &case("average_precision_score")["out"], EXACT);
    // scikit-learn ends the curve with precision 1 at recall 0, which no threshold gives.
    let (curve, out) = (pr_curve(&all), &case("precision_recall_curve")["out"]);
    let and = |column: Vec<f64>, last: f64| column.into_iter().chain([last]).collect::<Vec<f64>>();
    same(&and(curve.iter().map(|point| point.precision).collect(), 1.0), &out[0], EXACT);
    same(&and(curve.iter().map(|point| point.recall).collect(), 0.0), &out[1], EXACT);
    same(&curve.iter().map(|point| point.threshold).collect::<Vec<_>>(), &out[2], EXACT);
    assert!(roc_auc(&[(0.5, true)]).is_nan() && average_precision(&[(0.5, false)]).is_nan());
}

#[test]
fn calibration_agrees_with_scikit_learn_and_netcal() {
    let Some(golden) = golden() else { return };
    let case = |name: &str| &golden[name];
    let all = scored(case("sklearn.brier_score_loss"));
    same(&[brier(&all)], &case("sklearn.brier_score_loss")["out"], EXACT);
    same(&[log_loss(&all)], &case("sklearn.log_loss")["out"], EXACT);
    for (name, edges) in [("uniform", uniform_edges(5)), ("quantile", quantile_edges(&all, 5))] {
        let out = &case(&format!("sklearn.calibration_curve[5,{name}]"))["out"];
        let bins = reliability(&all, &edges, Closed::Right);
        let full = || bins.iter().filter(|bin| bin.count > 0.0);
        same(&full().map(Bin::rate).collect::<Vec<_>>(), &out[0], EXACT);
        same(&full().map(Bin::mean_score).collect::<Vec<_>>(), &out[1], EXACT);
    }
    let bins = reliability(&all, &uniform_edges(10), Closed::Left);
    for (name, found) in
        [("ECE", expected_error(&bins)), ("MCE", largest_error(&bins)), ("ACE", average_error(&bins))]
    {
        same(&[found], &case(&format!("netcal.{name}[10]"))["out"], EXACT);
    }
}

/// Units × raters, from raters × units.
fn ratings(case: &Value) -> Ratings {
    let raters: Vec<Vec<f64>> =
        case["in"]["reliability_data"].as_array().expect("raters").iter().map(numbers).collect();
    let units = (0..raters[0].len()).map(|unit| raters.iter().map(|rater| Some(rater[unit])).collect());
    Ratings::new(&units.collect::<Vec<_>>())
}

#[test]
fn agreement_agrees_with_krippendorff_statsmodels_and_irrcac() {
    let Some(golden) = golden() else { return };
    for (name, scale) in [
        ("nominal", Scale::Nominal),
        ("ordinal", Scale::Ordinal),
        ("interval", Scale::Interval),
        ("ratio", Scale::Ratio),
    ] {
        let case = &golden[format!("krippendorff.alpha[{name}]").as_str()];
        same(&[ratings(case).krippendorff(scale)], &case["out"], EXACT);
    }
    let case = &golden["statsmodels.fleiss_kappa[fleiss]"];
    let rows = case["in"]["subjects_x_raters"].as_array().expect("rows").iter();
    let full = Ratings::new(
        &rows.map(|row| numbers(row).into_iter().map(Some).collect()).collect::<Vec<Vec<Option<f64>>>>(),
    );
    same(&[full.fleiss().value], &case["out"], EXACT);
    same(&[full.randolph().value], &golden["statsmodels.fleiss_kappa[randolph]"]["out"], EXACT);
    // irrCAC rounds to five decimals.
    let rounded = 5.1e-6;
    for (name, of) in [
        ("gwet", Ratings::gwet as fn(&Ratings) -> Agreement),
        ("fleiss", Ratings::fleiss),
        ("conger", Ratings::conger),
        ("bp", Ratings::randolph),
    ] {
        let case = &golden[format!("irrCAC.CAC.{name}").as_str()];
        let found = of(&ratings(case));
        same(&[found.value], &case["out"]["coefficient_value"], rounded);
        same(&[found.observed], &case["out"]["pa"], rounded);
        same(&[found.expected], &case["out"]["pe"], rounded);
    }
    let case = &golden["irrCAC.CAC.krippendorff"];
    same(&[ratings(case).krippendorff(Scale::Nominal)], &case["out"]["coefficient_value"], rounded);
    let case = &golden["statsmodels.cohens_kappa"];
    let mut units = Vec::new();
    for (at, count) in numbers(&case["in"]["table"]).into_iter().enumerate() {
        let unit = vec![Some((at / 2) as f64), Some((at % 2) as f64)];
        units.extend(std::iter::repeat_n(unit, count as usize));
    }
    same(&[Ratings::new(&units).cohen().value], &case["out"]["kappa"], EXACT);
    let one = Ratings::new(&[vec![Some(1.0), Some(1.0)], vec![Some(1.0), None]]);
    assert!(one.cohen().value.is_nan() && one.krippendorff(Scale::Nominal).is_nan());
    assert_eq!(one.rated_twice(), 1);
}

#[test]
fn shares_and_paired_tests_agree_with_statsmodels_and_scipy() {
    let Some(golden) = golden() else { return };
    let ends = |method| {
        let Interval { low, high } = proportion(7, 20, method);
        [low, high]
    };
    for (name, method) in [
        ("statsmodels.proportion_confint[normal]", Method::Normal),
        ("statsmodels.proportion_confint[wilson]", Method::Wilson),
        ("statsmodels.proportion_confint[beta]", Method::Exact),
        ("statsmodels.proportion_confint[agresti_coull]", Method::AgrestiCoull),
        ("statsmodels.proportion_confint[jeffreys]", Method::Jeffreys),
        ("scipy.binomtest.proportion_ci[exact]", Method::Exact),
        ("scipy.binomtest.proportion_ci[wilson]", Method::Wilson),
        ("scipy.binomtest.proportion_ci[wilsoncc]", Method::WilsonCorrected),
    ] {
        same(&ends(method), &golden[name]["out"], EXACT);
    }
    let test = mcnemar(12, 5);
    same(&[5.0, test.exact], &golden["statsmodels.mcnemar[exact=True]"]["out"], EXACT);
    same(&[test.statistic, test.approximate], &golden["statsmodels.mcnemar[exact=False]"]["out"], EXACT);
    let mut x = numbers(&golden["scipy.quantile[linear]"]["in"]["x"]);
    x.sort_by(f64::total_cmp);
    same(&[0.025, 0.5, 0.975].map(|q| quantile(&x, q)), &golden["scipy.quantile[linear]"]["out"], EXACT);
}

#[test]
fn corrected_p_values_are_those_of_holm() {
    // Worked out by hand: 0.01 · 4, then 0.02 · 3, 0.03 · 2 (not below the one before), 0.5 · 1.
    let found = holm(&[0.03, 0.01, 0.5, 0.02]);
    for (a, b) in found.iter().zip([0.06, 0.04, 0.5, 0.06]) {
        assert!((a - b).abs() < 1e-12, "{found:?}");
    }
    assert!((mcnemar(0, 0).exact - 1.0).abs() < 1e-12);
    assert!((mcnemar(0, 10).exact - 2.0 / 1024.0).abs() < 1e-12);
}
