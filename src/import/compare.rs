//! What was accepted, edited, made anew and taken away, told by comparing with what was proposed.

use std::collections::BTreeSet;

use super::{Annotated, How, LabelMark, Proposed, ProposedSpan, SpanMark};

/// Whether a place found is a place proposed, more or less strictly.
type Matches<'a> = dyn Fn(&SpanMark, &ProposedSpan) -> bool + 'a;

/// Gives the labels of a post as marks: `given` are the names that the tool tells, targets come from the places of the
/// same label and, for a label that was proposed, from the proposal. Call it when the spans are in.
pub fn mark_labels<'a>(annotated: &mut Annotated, given: impl IntoIterator<Item = &'a str>) {
    let given: BTreeSet<&str> = given.into_iter().collect();
    let nothing = Proposed::default();
    let proposed = annotated.proposed.as_ref().unwrap_or(&nothing);
    let known = annotated.proposed.is_some();
    let mut marks = Vec::new();
    for label in &given {
        let of_label = |span: &&SpanMark| span.label == *label && span.how != How::Deleted;
        let mut targets: BTreeSet<&str> =
            annotated.spans.iter().filter(of_label).filter_map(|span| span.target.as_deref()).collect();
        let proposals: Vec<_> = proposed.labels.iter().filter(|proposal| proposal.label == *label).collect();
        if targets.is_empty() {
            targets.extend(proposals.iter().map(|proposal| proposal.target.as_str()));
        }
        targets.remove("");
        let how = |target: Option<&str>| match (known, proposals.is_empty()) {
            (false, _) => How::Untold,
            (true, true) => How::New,
            (true, false) => {
                let same = |target: &str| proposals.iter().any(|proposal| proposal.target == target);
                if target.is_none_or(same) { How::Accepted } else { How::Edited }
            }
        };
        let mark = |target: Option<&str>| LabelMark {
            label: (*label).to_owned(),
            target: target.map(str::to_owned),
            how: how(target),
        };
        if targets.is_empty() {
            marks.push(mark(None));
        }
        marks.extend(targets.iter().map(|target| mark(Some(target))));
    }
    for proposal in &proposed.labels {
        if !given.contains(proposal.label.as_str()) {
            let target = Some(proposal.target.clone()).filter(|target| !target.is_empty());
            marks.push(LabelMark { label: proposal.label.clone(), target, how: How::Deleted });
        }
    }
    annotated.labels = marks;
}

/// Tells for every place that is [`How::Untold`] how it came about, gives accepted and edited ones the proposal's
/// target where they have none, and adds those that were taken away.
pub fn mark_spans(annotated: &mut Annotated) {
    let Some(proposed) = &annotated.proposed else { return };
    // What the tool shows as one place may have been proposed several times, by several rules.
    let mut proposals: Vec<&ProposedSpan> = Vec::new();
    for span in &proposed.spans {
        if !proposals.contains(&span) {
            proposals.push(span);
        }
    }
    let exact = |span: &SpanMark, proposal: &ProposedSpan| {
        (span.start, span.end, &span.label) == (proposal.start, proposal.end, &proposal.label)
    };
    let same = |span: &SpanMark, proposal: &ProposedSpan| {
        exact(span, proposal) && span.target.as_deref().is_none_or(|target| target == proposal.target)
    };
    let near = |span: &SpanMark, proposal: &ProposedSpan| {
        let overlap = span.start < proposal.end && proposal.start < span.end;
        overlap && (span.label == proposal.label || (span.start, span.end) == (proposal.start, proposal.end))
    };
    // Whatever is the same is matched first, then another target, then another place or label.
    let passes: [&Matches<'_>; 3] = [&same, &exact, &near];
    let mut taken = vec![false; proposals.len()];
    let mut matched = vec![false; annotated.spans.len()];
    for (pass, matches) in passes.into_iter().enumerate() {
        for (span, matched) in annotated.spans.iter_mut().zip(&mut matched) {
            if *matched || matches!(span.how, How::New | How::Deleted) {
                continue;
            }
            let free =
                |(index, proposal): &(usize, &&ProposedSpan)| !taken[*index] && matches(span, proposal);
            let Some((index, proposal)) = proposals.iter().enumerate().find(free) else { continue };
            (taken[index], *matched) = (true, true);
            if span.how == How::Untold {
                span.how = if pass == 0 { How::Accepted } else { How::Edited };
            }
            if span.target.is_none() && !proposal.target.is_empty() {
                span.target = Some(proposal.target.clone());
            }
        }
    }
    for span in annotated.spans.iter_mut().filter(|span| span.how == How::Untold) {
        span.how = How::New;
    }
    for (proposal, taken) in proposals.into_iter().zip(taken) {
        if !taken {
            annotated.spans.push(SpanMark {
                start: proposal.start,
                end: proposal.end,
                text: None,
                label: proposal.label.clone(),
                target: Some(proposal.target.clone()).filter(|target| !target.is_empty()),
                how: How::Deleted,
            });
        }
    }
}
