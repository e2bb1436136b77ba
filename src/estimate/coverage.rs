//! Do 95 % intervals hold the truth 95 times in a hundred? 1,000 seeded draws from made-up corpora whose truth is known.

use super::{
    Difference, Estimate, Random,
    ppi::{self, Audited, Unaudited},
    strata::{Group, stratified, stratified_normal},
};

const ROUNDS: usize = 1000;
const POSTS: usize = 20_000;
const AUDITED: usize = 200;

/// A corpus: what people would say, whether the label was given, and its score.
struct Corpus {
    truth: Vec<bool>,
    given: Vec<bool>,
    score: Vec<f64>,
}

impl Corpus {
    /// With so many of the label's posts, of which a tagger finds a part (`recall`), and of whose tags a part is right
    /// (`precision`).
    fn new(prevalence: f64, recall: f64, precision: f64, random: &mut Random) -> Self {
        let with = (POSTS as f64 * prevalence).round() as usize;
        let found = (with as f64 * recall).round() as usize;
        let wrong = (found as f64 * (1.0 - precision) / precision).round() as usize;
        let truth: Vec<bool> = (0..POSTS).map(|at| at < with).collect();
        let given: Vec<bool> =
            (0..POSTS).map(|at| at < found || (with..with + wrong).contains(&at)).collect();
        let score = (0..POSTS).map(|at| {
            let u = random.share();
            match (given[at], truth[at]) {
                (true, true) => 0.5 + 0.5 * (1.0 - u * u),
                (true, false) => 0.5 + 0.4 * u,
                (false, _) => 0.45 * u * u * u,
            }
        });
        Self { score: score.collect(), truth, given }
    }

    fn share(&self) -> f64 {
        self.truth.iter().filter(|&&truth| truth).count() as f64 / POSTS as f64
    }

    fn y(&self, post: usize) -> f64 {
        f64::from(u8::from(self.truth[post]))
    }

    /// Strata as `audit draw` makes them: without a tag by the highest score, with one by its score.
    fn strata(&self) -> Vec<Vec<usize>> {
        let mut strata = vec![Vec::new(); 4];
        for post in 0..POSTS {
            let stratum = match (self.given[post], self.score[post]) {
                (false, score) => usize::from(score >= 0.1),
                (true, score) => 2 + usize::from(score >= 0.8),
            };
            strata[stratum].push(post);
        }
        strata
    }
}

/// The first `count` become a random sample without replacement.
fn draw(posts: &mut [usize], count: usize, random: &mut Random) {
    for at in 0..count.min(posts.len()) {
        posts.swap(at, at + random.below(posts.len() - at));
    }
}

fn covers(found: &Estimate, truth: f64) -> bool {
    found.low <= truth + 1e-9 && truth <= found.high + 1e-9
}

/// How many of the draws cover, by way: PPI++ with given tags, with scores, the paper's interval; stratified, its usual one.
fn covered(prevalence: f64) -> [usize; 5] {
    let mut random = Random::new(7);
    // About what the shipped tagger does on posts of its kind.
    let corpus = Corpus::new(prevalence, 0.7, 0.72, &mut random);
    let (truth, strata) = (corpus.share(), corpus.strata());
    let mut counts = [0; 5];
    let mut posts: Vec<usize> = (0..POSTS).collect();
    let predicted: [Vec<f64>; 2] =
        [corpus.given.iter().map(|&given| f64::from(u8::from(given))).collect(), corpus.score.clone()];
    let all = predicted.each_ref().map(|list| Unaudited::of(list.iter().copied()));
    for _ in 0..ROUNDS {
        draw(&mut posts, AUDITED, &mut random);
        for (at, predicted) in predicted.iter().enumerate() {
            let audited = Audited::of(posts[..AUDITED].iter().map(|&post| (corpus.y(post), predicted[post])));
            let rest = Unaudited {
                posts: all[at].posts - audited.posts,
                f: all[at].f - audited.f,
                ff: all[at].ff - audited.ff,
            };
            counts[at] += usize::from(covers(&ppi::share(&audited, &rest), truth));
            if at == 0 {
                counts[2] += usize::from(covers(&ppi::share_normal(&audited, &rest), truth));
            }
        }
        let mut groups = Vec::new();
        for (stratum, size) in strata.iter().zip([80, 50, 35, 35]) {
            let mut stratum = stratum.clone();
            let size = usize::min(size, stratum.len());
            draw(&mut stratum, size, &mut random);
            let positive: f64 = stratum[..size].iter().map(|&post| corpus.y(post)).sum();
            let all = stratum.len() as f64;
            groups.push(Group::new(all / POSTS as f64, positive, size as f64, all));
        }
        for (at, (value, interval)) in [(3, stratified(&groups)), (4, stratified_normal(&groups))] {
            counts[at] += usize::from(covers(&Estimate::new(value, interval, AUDITED as u64), truth));
        }
    }
    counts
}

#[test]
fn intervals_of_95_percent_cover_in_93_to_97_percent_of_1000_draws() {
    for prevalence in [0.5, 0.2, 0.1, 0.05, 0.02, 0.01] {
        let [given, scores, paper, strata, usual] = covered(prevalence);
        println!(
            "{prevalence}: PPI++ {given}, with scores {scores}, paper's {paper}; strata {strata}, usual {usual}"
        );
        // Where two posts with the label are expected among 200, a narrower interval would often hold none at all: too many.
        let most = if prevalence < 0.02 { 990 } else { 970 };
        for count in [given, scores, strata] {
            assert!((930..=most).contains(&count), "{prevalence}: {count} of {ROUNDS}");
        }
        if prevalence <= 0.02 {
            assert!(paper < 920 && usual < 920, "the usual intervals fail here: {paper}, {usual}");
        }
    }
}

#[test]
fn differences_cover_as_well() {
    // One side of 120 audited posts at 30 %, one of 80 at 5 %, each with predictions of its own.
    let mut random = Random::new(11);
    let sides =
        [(0.3, 120), (0.05, 80)].map(|(share, size)| (Corpus::new(share, 0.7, 0.72, &mut random), size));
    let truth = sides[0].0.share() - sides[1].0.share();
    let mut posts: Vec<usize> = (0..POSTS).collect();
    let mut covered = 0;
    for _ in 0..ROUNDS {
        let [a, b] = sides.each_ref().map(|(corpus, size)| {
            draw(&mut posts, *size, &mut random);
            let given = |post: usize| f64::from(u8::from(corpus.given[post]));
            let audited = Audited::of(posts[..*size].iter().map(|&post| (corpus.y(post), given(post))));
            ppi::share(&audited, &Unaudited::of(posts[*size..].iter().map(|&post| given(post))))
        });
        let found = Difference::between(&a, &b, 0.0);
        covered += usize::from(found.low <= truth && truth <= found.high);
    }
    assert!((930..=970).contains(&covered), "{covered} of {ROUNDS}");
}
