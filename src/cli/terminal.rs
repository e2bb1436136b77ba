//! What is printed: colours where there is a terminal, a progress bar, text that may meet a closed pipe.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use stancemark::read::Progress;

/// For errors and stances against.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// For stances in favor.
pub const GREEN: Style = AnsiColor::Green.on_default().bold();
/// For what was found.
pub const CYAN: Style = AnsiColor::Cyan.on_default();
/// For headings.
pub const BOLD: Style = Style::new().bold();
/// For what matters less.
pub const DIM: Style = Style::new().dimmed();

/// Text in a style; the style goes away where the output is no terminal.
pub fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// Prints to stdout.
///
/// # Errors
/// A closed pipe is an error here, for `main` to end quietly on.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Columns of the terminal, 100 where there is none.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}

/// A bar on stderr, shown only on a terminal.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar that knows how much there is once the first tick comes.
    pub fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(5) };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{spinner} {msg}  {bytes} read, {elapsed} gone");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self(bar)
    }

    /// Shows how far it is.
    pub fn tick(&self, progress: &Progress, records: u64) {
        if self.0.length().is_none()
            && let Some(total) = progress.bytes_total()
        {
            self.0.set_length(total);
            let template = "{bar:30} {percent:>3} %  {msg}  {elapsed} gone, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.0.set_style(style);
            }
        }
        self.0.set_position(progress.bytes_read());
        let seconds = self.0.elapsed().as_secs_f64().max(1e-3);
        let posts = stancemark::write::grouped(records);
        self.0.set_message(format!("{posts} posts, {:.0}/s", records as f64 / seconds));
    }

    /// Takes the bar away.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}
