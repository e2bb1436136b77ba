//! Labels of the whole post that come back with their targets.

use std::collections::BTreeSet;

use crate::import::{Annotated, How, LabelMark, mark_labels};

/// Marks the labels of a post as [`mark_labels`] does; a label that comes with targets has just these.
pub(super) fn mark_pairs(annotated: &mut Annotated, pairs: &[(String, Option<String>)]) {
    mark_labels(annotated, pairs.iter().map(|(label, _)| label.as_str()));
    let with_target: BTreeSet<(&str, &str)> =
        pairs.iter().filter_map(|(label, target)| Some((label.as_str(), target.as_deref()?))).collect();
    let labels: BTreeSet<&str> = with_target.iter().map(|(label, _)| *label).collect();
    annotated.labels.retain(|mark| mark.how == How::Deleted || !labels.contains(mark.label.as_str()));
    for label in labels {
        let given: BTreeSet<&str> =
            with_target.iter().filter(|(other, _)| *other == label).map(|(_, target)| *target).collect();
        let mut proposed: BTreeSet<&str> = BTreeSet::new();
        for proposal in annotated.proposed.iter().flat_map(|proposed| &proposed.labels) {
            if proposal.label == label {
                proposed.insert(&proposal.target);
            }
        }
        // A proposal whose target was changed is edited once; what is left of the proposals was taken away.
        let mut left: Vec<&str> = proposed.difference(&given).copied().collect();
        let mut marks = Vec::new();
        for target in &given {
            let how = if annotated.proposed.is_none() {
                How::Untold
            } else if proposed.contains(target) {
                How::Accepted
            } else if left.pop().is_some() {
                How::Edited
            } else {
                How::New
            };
            marks.push(mark(label, target, how));
        }
        marks.extend(left.iter().map(|target| mark(label, target, How::Deleted)));
        annotated.labels.extend(marks);
    }
}

fn mark(label: &str, target: &str, how: How) -> LabelMark {
    LabelMark {
        label: label.to_owned(),
        target: Some(target.to_owned()).filter(|target| !target.is_empty()),
        how,
    }
}
