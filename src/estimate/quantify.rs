//! Prevalence from predictions and a known rate of errors: the classical corrections, and how far off one is.
//!
//! They assume that the tagger errs on this corpus as it did where its errors were counted. That is seldom so: measured
//! on public stance data they made things worse. They are here to compare with; the estimates take an audit of this very
//! corpus instead.

/// The share by adjusted count (Gart and Buck 1966; Forman 2008: ACC): (given − fpr) / (tpr − fpr), within 0 and 1.
///
/// With mean scores in place of shares it is Bella et al.'s (2010) PACC: `given` the mean score, `tpr` that of posts with
/// the label, `fpr` that of posts without. NaN where the tagger does not tell the two apart.
pub fn adjusted_count(given: f64, tpr: f64, fpr: f64) -> f64 {
    ((given - fpr) / (tpr - fpr)).clamp(0.0, 1.0)
}

/// Shares by expectation maximisation (Saerens, Latinne and Decaestecker 2002: EMQ, SLD): probabilities by class of each
/// post are learnt under the shares `trained`; which shares make them fit each other?
///
/// Ends where shares move by less than 1e-4 in the mean, or after 1,000 rounds, as QuaPy does.
pub fn expectation_maximisation(trained: &[f64], probabilities: &[Vec<f64>]) -> Vec<f64> {
    let mut shares = trained.to_vec();
    for round in 0..1000 {
        let mut next = vec![0.0; shares.len()];
        for post in probabilities {
            let odds = |class: usize| shares[class] / trained[class] * post[class];
            let sum: f64 = (0..shares.len()).map(odds).sum();
            for (class, next) in next.iter_mut().enumerate() {
                *next += odds(class) / sum / probabilities.len() as f64;
            }
        }
        let moved = next.iter().zip(&shares).map(|(a, b)| (a - b).abs()).sum::<f64>() / shares.len() as f64;
        shares = next;
        if round > 0 && moved < 1e-4 {
            break;
        }
    }
    shares
}

/// How far estimated shares are from true ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareError {
    /// Mean absolute error.
    pub absolute: f64,
    /// Mean relative error, smoothed.
    pub relative: f64,
    /// Kullback–Leibler divergence, smoothed.
    pub divergence: f64,
    /// The divergence drawn into 0–1.
    pub normalised: f64,
}

/// The errors of `estimated` shares; shares are smoothed by (p + ε) / (1 + ε·classes) where a 0 would have no value
/// (Sebastiani 2020; QuaPy).
pub fn share_error(truth: &[f64], estimated: &[f64], epsilon: f64) -> ShareError {
    let classes = truth.len() as f64;
    let smooth = |p: f64| (p + epsilon) / (1.0 + epsilon * classes);
    let pairs = || truth.iter().zip(estimated);
    let divergence: f64 = pairs().map(|(&p, &q)| smooth(p) * (smooth(p) / smooth(q)).ln()).sum();
    ShareError {
        absolute: pairs().map(|(p, q)| (p - q).abs()).sum::<f64>() / classes,
        relative: pairs().map(|(&p, &q)| (smooth(p) - smooth(q)).abs() / smooth(p)).sum::<f64>() / classes,
        divergence,
        normalised: 2.0 * divergence.exp() / (1.0 + divergence.exp()) - 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adjusted_count_undoes_known_errors() {
        // 30 % have it, of which 80 % are found, and 10 % of the others are taken for it.
        let given = 0.3 * 0.8 + 0.7 * 0.1;
        assert!((adjusted_count(given, 0.8, 0.1) - 0.3).abs() < 1e-12);
        assert!(adjusted_count(0.05, 0.8, 0.1).abs() < 1e-12, "below the false alarms: none");
        assert!(adjusted_count(0.0, 0.5, 0.5).is_nan() || adjusted_count(0.5, 0.5, 0.5).is_nan());
    }
}
