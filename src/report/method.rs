//! The method and its limits in plain words.

use super::{Report, Timeline, charts, timeline::LEAST_BURST};
use crate::{estimate::Way, write::grouped};

/// What was done and what it means, each with its name.
pub(super) fn sentences(report: &Report) -> Vec<(&'static str, String)> {
    let mut out = vec![(
        "Labels",
        "Rules and a model read each post and say which stance it takes toward which target; labels follow from that. They \
         say what posts say, not what their authors are, and not who is behind an account."
            .to_owned(),
    )];
    out.push(match &report.corrected {
        None => (
            "Uncorrected",
            "Shares are of the labels as predicted. Labels are sometimes wrong, and not equally often for each label, language \
             and time, so that the true shares can lie outside of the intervals: these hold for chance alone. An audit corrects \
             them: `stancemark audit draw` draws posts to be judged by people, `--audit` puts the corrected shares beside."
                .to_owned(),
        ),
        Some(corrected) => (
            "Corrected",
            format!(
                "Shares marked as corrected are estimates of what people would find, from {} posts that people judged ({}): \
                 their 95% intervals hold both for chance and for wrong labels. All others, among them those over time, by \
                 language and by hashtag, are of the labels as predicted and can be off by more than their intervals.",
                grouped(corrected.audited),
                if corrected.way == Some(Way::Strata) {
                    "drawn stratum by stratum, weighted back"
                } else {
                    "drawn at random, prediction-powered inference"
                }
            ),
        ),
    });
    out.push((
        "Intervals",
        "95% score intervals (Wilson) for shares; for net stance the two joined by square-and-add (Newcombe). They take posts \
         as independent of each other. Copies are not: where many posts repeat one text, intervals are too narrow."
            .to_owned(),
    ));
    out.extend(report.timeline.iter().flat_map(|timeline| of_time(report, timeline)));
    if let Some(copies) = &report.copies {
        let mut text = format!(
            "Two texts are the same when they share {:.0}% of their five-letter shingles; links, mentions, case and punctuation \
             aside. A repost is what its source marks as one, or what begins with RT @name. The first of several is the \
             original, as far as these files go.",
            100.0 * copies.similarity
        );
        if copies.forgotten.texts > 0 {
            text += &format!(
                " To keep memory bounded, {} rare texts were forgotten on the way: copies of them that came later count as \
                 originals.",
                grouped(copies.forgotten.texts)
            );
        }
        out.push(("Copies", text));
    }
    if let Some((k, unit)) = report.suppressed {
        out.push((
            "Small cells",
            format!(
                "Cells of fewer than {k} {unit} are left out, shown as –, and so are the next smallest where a total would give \
                 them away. Each table is protected by itself; several tables together may still tell more than one."
            ),
        ));
    }
    if report.no_text {
        out.push(("Texts", "Example texts were left out on request.".to_owned()));
    }
    out.push((
        "What is not here",
        "Posts that were deleted before they were collected, posts that a search did not find, and whatever the platform \
         withheld. Shares are of these files, not of a public."
            .to_owned(),
    ));
    out
}

/// What is said of curves and bursts.
fn of_time(report: &Report, timeline: &Timeline) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    out.push((
        "Time",
        format!(
            "Stretches of {}, in the time zone {}. {}Times are those that the source gives.",
            charts::one(timeline),
            report.zone,
            if timeline.outside > 0 {
                "A few posts far from all others (at most 0.2% at either end) are not drawn, but counted in everything else. "
            } else {
                ""
            }
        ),
    ));
    if let Some(scan) = &timeline.scan {
        let compared = match scan.around {
            Some(_) => {
                "the day before and after it, and whole days with all others, so that days and nights are no bursts"
            }
            None => "the whole stream",
        };
        out.push((
            "Bursts",
            format!(
                "A burst is a stretch of time with more posts than chance brings (a scan statistic): compared with \
                 {compared}. Of a hundred steady streams at most {} would show any burst at all. A burst is also at least \
                 {} times as fast as expected and as the median stretch. What is expected is the pace \
                 of the rest. A burst does not say why: news and coordination look the same.",
                format!("{:.1}", 100.0 * scan.false_alarm * if scan.around.is_some() { 2.0 } else { 1.0 }).trim_end_matches(".0"),
                LEAST_BURST
            ),
        ));
    }
    out
}
