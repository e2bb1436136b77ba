//! Figures in cells, and posts with their evidence marked.

use crate::{
    evaluate::{Figure, GoldPost, Predicted, Wrong, percent},
    page::escaped,
};

/// A cell with a share in percent and its interval, smaller.
pub fn share(figure: Option<&Figure>) -> String {
    let text = percent(figure);
    match text.split_once(' ') {
        Some((value, interval)) => format!("<td>{value} <small>{interval}</small></td>"),
        None => format!("<td>{text}</td>"),
    }
}

/// A wrong decision: the post with its evidence marked, what was decided and why.
pub fn error(wrong: &Wrong, post: &GoldPost, predicted: &Predicted) -> String {
    let what = if wrong.missed { "missed" } else { "wrongly given" };
    let mut html = format!(
        "<article><p><span class=\"what\">{what} {}</span>, {:.0} % sure · <bdi>{}</bdi> · {}{}</p>\n",
        escaped(&wrong.label),
        100.0 * wrong.sureness,
        escaped(&post.post.id),
        escaped(&predicted.lang),
        post.home.as_ref().map_or(String::new(), |home| format!(" · home {}", escaped(home))),
    );
    html += &format!("<blockquote dir=\"auto\">{}</blockquote>\n", marked(&post.post.text, predicted));
    let gold = post.labels.iter().flatten().map(escaped).collect::<Vec<_>>().join(", ");
    html += &format!("<p class=\"soft\">gold: {}", if gold.is_empty() { "no label" } else { &gold });
    for tag in &predicted.tags {
        html += &format!(
            " · given: {} {} {:.2}, by {}",
            escaped(&tag.label),
            escaped(&tag.target),
            tag.score,
            escaped(tag.by.join(", "))
        );
    }
    html += "</p>\n";
    if !predicted.trace.is_empty() {
        let steps: String =
            predicted.trace.iter().map(|step| format!("<li dir=\"auto\">{}</li>", escaped(step))).collect();
        html += &format!("<details><summary>how it was decided</summary><ol>{steps}</ol></details>\n");
    }
    html + "</article>\n"
}

/// The text, with the ranges of the evidence of all tags marked.
fn marked(text: &str, predicted: &Predicted) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut evident = vec![false; letters.len()];
    for (start, end, _) in predicted.tags.iter().flat_map(|tag| &tag.evidence) {
        for at in (*start as usize..*end as usize).take_while(|at| *at < letters.len()) {
            evident[at] = true;
        }
    }
    let mut html = String::new();
    let mut at = 0;
    while at < letters.len() {
        let same = evident[at..].iter().take_while(|evident_too| **evident_too == evident[at]).count();
        let part = escaped(letters[at..at + same].iter().collect::<String>());
        html += &if evident[at] { format!("<mark>{part}</mark>") } else { part };
        at += same;
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Given;

    #[test]
    fn evidence_is_marked_by_code_points_and_stays_escaped() {
        let tag = |start, end| Given {
            label: "a".to_owned(),
            target: "t".to_owned(),
            stance: None,
            score: 1.0,
            evidence: vec![(start, end, "rule:r".to_owned())],
            by: Vec::new(),
        };
        let predicted = Predicted { tags: vec![tag(2, 4), tag(3, 6), tag(90, 99)], ..Predicted::default() };
        assert_eq!(marked("ش <b>ends", &predicted), "ش <mark>&lt;b&gt;e</mark>nds");
    }
}
