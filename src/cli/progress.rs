//! Progress bars: on a terminal only, on standard error, so that pipes stay quiet.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ports::{Event, Progress};
use crate::rules::report::inert;

use super::output::Output;

/// Shows how far a run has come, where somebody is watching.
#[must_use]
pub fn progress(output: &Output) -> Progress {
    if !output.is_watched() {
        return Arc::new(|_| {});
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    Arc::new(move |event| match event {
        Event::Total(0) => bar.finish_and_clear(),
        Event::Total(total) => {
            bar.reset();
            bar.set_length(total as u64);
        }
        Event::Begin(what) => bar.set_message(inert(&what).into_owned()),
        Event::Done => {
            bar.inc(1);
            if bar.length() == Some(bar.position()) {
                bar.finish_and_clear();
            }
        }
    })
}
