//! The report as a page.

use serde_json::{Value, json};

use super::{Report, charts::CURVES, sections};
use crate::{
    page::{Page, escaped},
    write::grouped,
};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// uPlot 1.6.32, MIT: see `vendor/uPlot.LICENSE`.
const UPLOT: &str = include_str!("vendor/uPlot.iife.min.js");
const UPLOT_STYLE: &str = include_str!("vendor/uPlot.min.css");

impl Report {
    /// One page that holds everything: it needs no network, runs without a script, and nothing of a post becomes markup.
    /// Its size is bounded: some hundred stretches of time, some ten rows a table.
    pub fn to_html(&self, title: Option<&str>) -> String {
        let named = title.map_or_else(|| format!("Stance report: {}", self.inputs.join(", ")), str::to_owned);
        let notes: String = self.notes.iter().map(|note| format!("<li>{}</li>", escaped(note))).collect();
        let notes = if notes.is_empty() { notes } else { format!("<ul class=\"notes\">{notes}</ul>\n") };
        let parts: [(&str, &str, String); 11] = [
            ("over-time", "Posts over time", sections::over_time(self)),
            ("stance", "Stance over time", sections::stance(self)),
            ("labels", "Labels", sections::labels(self)),
            ("targets", "Labels by target", sections::targets(self)),
            ("languages", "Labels by language", sections::languages(self)),
            ("hashtags", "Labels by hashtag", sections::hashtags(self)),
            ("claims", "Claims", sections::claims(self)),
            ("copies", "Originals, reposts and copies", sections::copies(self)),
            ("method", "Method and limits", sections::method(self)),
            ("manifest", "The run", sections::manifest(self)),
            ("made", "This page", sections::made()),
        ];
        let shown = || parts.iter().filter(|(_, _, part)| !part.is_empty());
        let contents: String =
            shown().map(|(id, title, _)| format!("<li><a href=\"#{id}\">{title}</a></li>")).collect();
        let body: String = shown()
            .map(|(id, title, part)| {
                format!("<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>\n{part}</section>\n")
            })
            .collect();
        let body = format!(
            "<header><h1>{}</h1>\n{}{}</header>\n{notes}<nav aria-label=\"Contents\"><ul>{contents}</ul></nav>\n{}{body}",
            escaped(&named),
            sections::about(self),
            sections::tiles(self),
            sections::controls(self),
        );
        let data = self.data();
        let scripts: &[&str] = if data.is_some() { &[UPLOT, SCRIPT] } else { &[] };
        Page { title: &named, styles: &[UPLOT_STYLE, STYLE], scripts, data: data.as_deref(), body: &body }
            .render()
    }

    /// What the script draws; nothing where no post tells its time.
    fn data(&self) -> Option<String> {
        let timeline = self.timeline.as_ref()?;
        let names: Vec<String> = (0..=timeline.starts.len()).map(|at| timeline.begins(at)).collect();
        let labels = timeline.labels.len().min(CURVES);
        let parts: Vec<Value> = if timeline.languages.is_empty() {
            vec![json!({"name": "all", "posts": timeline.posts, "given": &timeline.given[..labels]})]
        } else {
            let part = |language: &super::Language| json!({"name": language.name, "posts": language.posts, "given": &language.given[..labels]});
            timeline.languages.iter().map(part).collect()
        };
        let bursts: Vec<[usize; 2]> = timeline.bursts.iter().map(|burst| [burst.from, burst.to]).collect();
        let data = json!({
            "zone": self.zone,
            "bucket": timeline.bucket.word(),
            "length": super::charts::length(timeline),
            "minutes": timeline.minutes(),
            "starts": timeline.starts.iter().map(|start| start.as_second()).collect::<Vec<i64>>(),
            "names": names,
            "labels": &timeline.labels[..labels],
            "languages": parts,
            "bursts": bursts,
            "net": self.net.as_ref().map(|((first, second), _)| [first, second]),
        });
        Some(data.to_string())
    }
}

/// A number of things: `1 post`, `1,915 posts`.
pub(super) fn things(count: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(count), if count == 1 { "" } else { "s" })
}
