//! Strata put together until each holds enough audited posts.

use super::{Stratum, strata::Group};

/// The fewest audited posts of a group; fewer say too little about its variance.
pub(super) const LEAST: u64 = 5;

/// Audited posts of one stratum that were given the label, or that were not; later, of several.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub stratum: Stratum,
    pub given: bool,
    /// All its posts.
    pub posts: u64,
    /// Its audited posts, as places in the list of all.
    pub members: Vec<usize>,
}

impl Part {
    fn is_enough(&self) -> bool {
        let audited = self.members.len() as u64;
        audited >= LEAST || (audited > 0 && audited >= self.posts)
    }

    /// How unlike another part is: the likest is the one to be joined with.
    fn distance(&self, other: &Part) -> u32 {
        let (a, b) = (&self.stratum, &other.stratum);
        if a == b {
            0
        } else if self.given == other.given && a.lead == b.lead {
            10 + u32::from(a.part.abs_diff(b.part))
        } else if self.given == other.given && a.given == b.given {
            20
        } else {
            30 + u32::from(self.given != other.given)
        }
    }
}

/// Joins parts that hold too few audited posts, the fewest first, each with the likest: the same stratum, then the same
/// label with the next scores, then others with or without the label, then any.
pub(super) fn joined(mut parts: Vec<Part>) -> Vec<Part> {
    while parts.len() > 1 {
        let small = (0..parts.len())
            .filter(|&at| !parts[at].is_enough())
            .min_by_key(|&at| (parts[at].members.len(), parts[at].posts));
        let Some(small) = small else { break };
        let part = parts.swap_remove(small);
        let Some(near) =
            (0..parts.len()).min_by_key(|&at| (part.distance(&parts[at]), parts[at].members.len(), at))
        else {
            break;
        };
        let into = &mut parts[near];
        // The larger one gives its name.
        if part.posts > into.posts {
            (into.stratum, into.given) = (part.stratum, part.given);
        }
        into.posts += part.posts;
        into.members.extend(part.members);
    }
    parts
}

/// The parts as groups of `total` posts, from what each audited post was said to be and its weight. Where weights differ
/// within a group, its sample is worth Kish's (1965) (Σw)² / Σw² posts.
pub(super) fn groups(parts: &[Part], total: u64, truth: &[bool], weights: &[f64]) -> Vec<Group> {
    let group = |part: &Part| {
        let sum = |of: &dyn Fn(usize) -> f64| part.members.iter().map(|&at| of(at)).sum::<f64>();
        let all = sum(&|at| weights[at]);
        let with = sum(&|at| if truth[at] { weights[at] } else { 0.0 });
        let worth = all * all / sum(&|at| weights[at] * weights[at]);
        let posts = part.posts as f64;
        Group::new(posts / total as f64, with / all * worth, worth, posts)
    };
    parts.iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(lead: &str, number: u8, given: bool, posts: u64, members: std::ops::Range<usize>) -> Part {
        let stratum = Stratum { lead: lead.to_owned(), part: number, given: lead != "(none)", scored: true };
        Part { stratum, given, posts, members: members.collect() }
    }

    #[test]
    fn few_join_the_likest() {
        let parts = vec![
            part("a", 0, true, 100, 0..3),
            part("a", 1, true, 100, 3..20),
            part("a", 2, true, 500, 20..40),
            part("(none)", 0, false, 900, 40..60),
            part("b", 0, false, 3, 60..63),
            part("b", 1, false, 30, 63..63),
        ];
        let found = joined(parts);
        let told: Vec<_> = found
            .iter()
            .map(|part| (part.stratum.lead.as_str(), part.stratum.part, part.posts, part.members.len()))
            .collect();
        // b 1 has nobody and joins b 0, which then is too small and joins posts without a.
        assert!(told.contains(&("a", 2, 500, 20)) && told.contains(&("(none)", 0, 933, 23)), "{told:?}");
        assert!(told.contains(&("a", 1, 200, 20)) || told.contains(&("a", 0, 200, 20)), "{told:?}");
        assert_eq!(told.len(), 3);
    }

    #[test]
    fn weights_within_a_group_make_it_worth_less() {
        let parts = [part("a", 0, true, 1000, 0..4)];
        let truth = [true, false, false, false];
        let same = groups(&parts, 2000, &truth, &[7.0; 4])[0];
        assert!((same.share - 0.25).abs() < 1e-12 && (same.weight - 0.5).abs() < 1e-12);
        assert!((same.size - 4.0 * 999.0 / 996.0).abs() < 1e-9);
        let uneven = groups(&parts, 2000, &truth, &[9.0, 1.0, 1.0, 1.0])[0];
        assert!((uneven.share - 0.75).abs() < 1e-12 && uneven.size < 2.0);
    }
}
