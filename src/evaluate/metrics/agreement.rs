//! How far annotators agree beyond chance, with ratings that may be missing.

/// What the categories of ratings are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Names.
    Nominal,
    /// Ranks.
    Ordinal,
    /// Numbers whose differences count.
    Interval,
    /// Numbers with a true zero, whose ratios count.
    Ratio,
}

/// Ratings of units by raters.
#[derive(Debug, Clone)]
pub struct Ratings {
    /// The different values, rising.
    values: Vec<f64>,
    /// Per unit and rater, the index of the value; `None` where it is missing.
    units: Vec<Vec<Option<usize>>>,
}

/// A coefficient with what it is made of: (observed − expected) / (1 − expected).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// The coefficient: 1 full agreement, 0 as by chance. NaN where it has no value.
    pub value: f64,
    /// Agreement observed, 0–1.
    pub observed: f64,
    /// Agreement expected by chance, 0–1.
    pub expected: f64,
}

impl Agreement {
    fn of(observed: f64, expected: f64) -> Self {
        Self { value: (observed - expected) / (1.0 - expected), observed, expected }
    }
}

impl Ratings {
    /// Ratings from one row a unit, one column a rater; `None` is missing, and so is NaN.
    pub fn new(units: &[Vec<Option<f64>>]) -> Self {
        let present = |rating: &Option<f64>| rating.filter(|value| !value.is_nan());
        let mut values: Vec<f64> = units.iter().flatten().filter_map(present).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let find = |value: f64| values.binary_search_by(|known| known.total_cmp(&value)).ok();
        let units =
            units.iter().map(|unit| unit.iter().map(|r| present(r).and_then(find)).collect()).collect();
        Self { values, units }
    }

    /// How many units at least two raters rated.
    pub fn rated_twice(&self) -> usize {
        self.units.iter().filter(|unit| unit.iter().flatten().count() >= 2).count()
    }

    /// Raters × values: how often each gave each.
    fn by_rater(&self) -> Vec<Vec<f64>> {
        let raters = self.units.iter().map(Vec::len).max().unwrap_or(0);
        let mut table = vec![vec![0.0; self.values.len()]; raters];
        for unit in &self.units {
            for (rater, value) in unit.iter().enumerate() {
                if let Some(value) = value {
                    table[rater][*value] += 1.0;
                }
            }
        }
        table
    }

    /// Units × values: how many raters gave each.
    fn tally(&self) -> Vec<Vec<f64>> {
        let count = |unit: &Vec<Option<usize>>| {
            let mut counts = vec![0.0; self.values.len()];
            for value in unit.iter().flatten() {
                counts[*value] += 1.0;
            }
            counts
        };
        self.units.iter().map(count).collect()
    }

    /// Share of pairs of raters that agree, by units rated at least twice (Gwet 2014).
    fn observed(&self) -> f64 {
        let mut shares = Vec::new();
        for counts in self.tally() {
            let n: f64 = counts.iter().sum();
            if n >= 2.0 {
                shares.push(counts.iter().map(|c| c * (c - 1.0)).sum::<f64>() / (n * (n - 1.0)));
            }
        }
        shares.iter().sum::<f64>() / shares.len() as f64
    }

    /// Each value's share, as the mean over the rated units.
    fn shares(&self) -> Vec<f64> {
        let rated: Vec<Vec<f64>> =
            self.tally().into_iter().filter(|counts| counts.iter().sum::<f64>() > 0.0).collect();
        let mut shares = vec![0.0; self.values.len()];
        for counts in &rated {
            let n: f64 = counts.iter().sum();
            for (share, count) in shares.iter_mut().zip(counts) {
                *share += count / n / rated.len() as f64;
            }
        }
        shares
    }

    /// Cohen's kappa of the first two raters, on the units that both rated (Cohen 1960).
    pub fn cohen(&self) -> Agreement {
        let (q, mut n, mut same) = (self.values.len(), 0.0, 0.0);
        let mut shares = vec![[0.0f64; 2]; q];
        for unit in &self.units {
            if let [Some(a), Some(b), ..] = unit[..] {
                n += 1.0;
                same += f64::from(a == b);
                shares[a][0] += 1.0;
                shares[b][1] += 1.0;
            }
        }
        Agreement::of(same / n, shares.iter().map(|[a, b]| a * b).sum::<f64>() / (n * n))
    }

    /// Fleiss' kappa (Fleiss 1971), with missing ratings as in Gwet 2014.
    pub fn fleiss(&self) -> Agreement {
        Agreement::of(self.observed(), self.shares().iter().map(|share| share * share).sum())
    }

    /// Randolph's free-marginal kappa, Brennan and Prediger's coefficient: chance is 1 / number of values.
    pub fn randolph(&self) -> Agreement {
        Agreement::of(self.observed(), 1.0 / self.values.len() as f64)
    }

    /// Gwet's AC1 (Gwet 2008): steady where one value is rare.
    pub fn gwet(&self) -> Agreement {
        let q = self.values.len() as f64;
        let expected = self.shares().iter().map(|share| share * (1.0 - share)).sum::<f64>() / (q - 1.0);
        Agreement::of(self.observed(), expected)
    }

    /// Conger's kappa (Conger 1980): Cohen's for several raters.
    pub fn conger(&self) -> Agreement {
        let mut shares: Vec<Vec<f64>> = Vec::new();
        for counts in self.by_rater() {
            let n: f64 = counts.iter().sum();
            if n > 0.0 {
                shares.push(counts.iter().map(|count| count / n).collect());
            }
        }
        let r = shares.len() as f64;
        let expected = (0..self.values.len())
            .map(|value| {
                let mean = shares.iter().map(|share| share[value]).sum::<f64>() / r;
                let variance =
                    shares.iter().map(|share| (share[value] - mean).powi(2)).sum::<f64>() / (r - 1.0);
                mean * mean - variance / r
            })
            .sum();
        Agreement::of(self.observed(), expected)
    }

    /// Krippendorff's alpha (Krippendorff 2011): any number of raters, missing ratings, four scales. NaN where all
    /// ratings are one value.
    pub fn krippendorff(&self, scale: Scale) -> f64 {
        let q = self.values.len();
        let mut coincidences = vec![vec![0.0; q]; q];
        for counts in self.tally() {
            let n: f64 = counts.iter().sum();
            if n < 2.0 {
                continue;
            }
            for a in 0..q {
                for b in 0..q {
                    let pairs = counts[a] * (counts[b] - f64::from(a == b));
                    coincidences[a][b] += pairs / (n - 1.0);
                }
            }
        }
        let totals: Vec<f64> = coincidences.iter().map(|row| row.iter().sum()).collect();
        let all: f64 = totals.iter().sum();
        let apart = |a: usize, b: usize| -> f64 {
            let (x, y) = (self.values[a], self.values[b]);
            match scale {
                Scale::Nominal => f64::from(a != b),
                Scale::Ordinal => {
                    let (low, high) = (a.min(b), a.max(b));
                    let between: f64 = totals[low..=high].iter().sum();
                    (between - f64::midpoint(totals[a], totals[b])).powi(2)
                }
                Scale::Interval => (x - y).powi(2),
                Scale::Ratio => relative(x, y).powi(2),
            }
        };
        let (mut observed, mut expected) = (0.0, 0.0);
        for a in 0..q {
            for b in 0..q {
                observed += coincidences[a][b] * apart(a, b);
                expected += totals[a] * totals[b] / (all - 1.0) * apart(a, b);
            }
        }
        1.0 - observed / expected
    }
}

/// (x − y) / (x + y), and 0 where both are 0.
fn relative(x: f64, y: f64) -> f64 {
    super::ratio(x - y, x + y)
}
