//! A small multinomial logistic model over the three stances, fitted by Newton's method.
//!
//! The loss is the weighted negative log-likelihood plus Σ penaltyᵢ (θᵢ − priorᵢ)² / 2: what the gold says little about
//! stays at its prior. It is convex, so that there is one answer, and the same rows give the same.

/// Steps at most; ten are usual.
const STEPS: usize = 100;
/// Steps end when the loss falls by less than this.
const STILL: f64 = 1e-9;

/// A post and a target with a known stance.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// For each stance, the parameters that speak for it, with their values.
    pub features: [Vec<(usize, f64)>; 3],
    /// Stances that a rule struck out.
    pub struck: [bool; 3],
    /// The true stance.
    pub gold: usize,
    /// How much the row counts.
    pub weight: f64,
}

impl Row {
    /// Probabilities of the three stances under these parameters.
    pub fn probabilities(&self, theta: &[f64]) -> [f64; 3] {
        let mut logits = [f64::NEG_INFINITY; 3];
        for stance in (0..3).filter(|&stance| !self.struck[stance]) {
            logits[stance] = self.features[stance].iter().map(|&(at, value)| theta[at] * value).sum();
        }
        let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let odds = logits.map(|logit| (logit - top).exp());
        let sum: f64 = odds.iter().sum();
        odds.map(|odd| odd / sum)
    }
}

/// The parameters with the least loss. Rows whose true stance was struck out cannot teach anything and are left out.
pub(super) fn fit(rows: &[&Row], prior: &[f64], penalty: &[f64]) -> Vec<f64> {
    let rows: Vec<&Row> = rows.iter().copied().filter(|row| !row.struck[row.gold]).collect();
    let loss = |theta: &[f64]| -> f64 {
        let fit: f64 =
            rows.iter().map(|row| -row.weight * row.probabilities(theta)[row.gold].max(1e-300).ln()).sum();
        let away = theta.iter().zip(prior).zip(penalty).map(|((t, m), p)| p * (t - m).powi(2) / 2.0);
        fit + away.sum::<f64>()
    };
    let mut theta = prior.to_vec();
    let mut now = loss(&theta);
    for _ in 0..STEPS {
        let (gradient, curvature) = slopes(&rows, &theta, prior, penalty);
        let Some(step) = solve(curvature, &gradient) else { break };
        let mut size = 1.0;
        let better = loop {
            let next: Vec<f64> = theta.iter().zip(&step).map(|(t, s)| t - size * s).collect();
            let then = loss(&next);
            if then <= now {
                break Some((next, then));
            }
            size /= 2.0;
            if size < 1e-6 {
                break None;
            }
        };
        let Some((next, then)) = better else { break };
        let fell = now - then;
        (theta, now) = (next, then);
        if fell < STILL {
            break;
        }
    }
    theta
}

/// Gradient and Hessian.
fn slopes(rows: &[&Row], theta: &[f64], prior: &[f64], penalty: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = theta.len();
    let mut gradient: Vec<f64> =
        theta.iter().zip(prior).zip(penalty).map(|((t, m), p)| p * (t - m)).collect();
    let mut curvature = vec![vec![0.0; n]; n];
    for (at, row) in curvature.iter_mut().enumerate() {
        row[at] = penalty[at];
    }
    let mut mean: Vec<(usize, f64)> = Vec::new();
    for row in rows {
        let p = row.probabilities(theta);
        mean.clear();
        for (stance, features) in row.features.iter().enumerate() {
            let off = p[stance] - f64::from(stance == row.gold);
            for &(at, value) in features {
                gradient[at] += row.weight * off * value;
                match mean.iter_mut().find(|(known, _)| *known == at) {
                    Some((_, sum)) => *sum += p[stance] * value,
                    None => mean.push((at, p[stance] * value)),
                }
                for &(other, second) in features {
                    curvature[at][other] += row.weight * p[stance] * value * second;
                }
            }
        }
        for &(at, value) in &mean {
            for &(other, second) in &mean {
                curvature[at][other] -= row.weight * value * second;
            }
        }
    }
    (gradient, curvature)
}

/// Solves A x = b for a symmetric positive definite A (Cholesky); `None` where it is none.
fn solve(mut a: Vec<Vec<f64>>, b: &[f64]) -> Option<Vec<f64>> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - dot;
            if i == j {
                if rest <= 0.0 {
                    return None;
                }
                a[i][i] = rest.sqrt();
            } else {
                a[i][j] = rest / a[j][j];
            }
        }
    }
    let mut x = b.to_vec();
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| a[i][k] * x[k]).sum();
        x[i] = (x[i] - dot) / a[i][i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| a[k][i] * x[k]).sum();
        x[i] = (x[i] - dot) / a[i][i];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bias(gold: usize, weight: f64) -> Row {
        Row { features: [vec![(0, 1.0)], vec![(1, 1.0)], vec![]], struck: [false; 3], gold, weight }
    }

    #[test]
    fn biases_alone_give_the_shares() {
        // 5 : 3 : 2, so that the log-odds against the third are ln 2.5 and ln 1.5.
        let rows: Vec<Row> = [(0, 5.0), (1, 3.0), (2, 2.0)].map(|(gold, weight)| bias(gold, weight)).into();
        let theta = fit(&rows.iter().collect::<Vec<_>>(), &[0.0; 2], &[1e-9; 2]);
        assert!((theta[0] - 2.5f64.ln()).abs() < 1e-6 && (theta[1] - 1.5f64.ln()).abs() < 1e-6, "{theta:?}");
        let p = rows[0].probabilities(&theta);
        assert!((p[0] - 0.5).abs() < 1e-6, "{p:?}");
    }

    #[test]
    fn a_penalty_keeps_a_parameter_at_its_prior() {
        let rows: Vec<Row> = [(0, 5.0), (1, 3.0), (2, 2.0)].map(|(gold, weight)| bias(gold, weight)).into();
        let rows: Vec<&Row> = rows.iter().collect();
        let theta = fit(&rows, &[-1.0, 0.0], &[1e9, 1e-9]);
        assert!((theta[0] + 1.0).abs() < 1e-4, "{theta:?}");
    }

    #[test]
    fn what_was_struck_out_has_no_probability_and_teaches_nothing() {
        let mut struck = bias(0, 100.0);
        struck.struck[0] = true;
        let p = struck.probabilities(&[5.0, 0.0]);
        assert!(p[0] <= 0.0, "{p:?}");
        let kept = bias(2, 1.0);
        let with = fit(&[&kept, &struck], &[0.0; 2], &[1.0; 2]);
        assert_eq!(with, fit(&[&kept], &[0.0; 2], &[1.0; 2]));
    }
}
