//! The end of a run that could not do its work: what went wrong, and the way out.

use crate::config::ConfigError;
use crate::model::{Area, Place};
use crate::ops::Stop;
use crate::rules::report::{self, Texts, words};

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// Tells why a run stopped, where it did.
#[must_use]
pub fn end(result: Result<Exit, Stop>, output: &Output) -> Exit {
    match result {
        Ok(exit) => exit,
        Err(stop) => {
            output.error(&report::stop(&stop.to_string(), stop.way_out()));
            stop.fault().into()
        }
    }
}

/// Tells what went wrong before a run could begin.
#[must_use]
pub fn refuse(message: &str, way_out: Option<&str>, exit: Exit, output: &Output) -> Exit {
    output.error(&report::stop(message, way_out));
    exit
}

/// Tells that there is no index at the place where it would be, so that nothing counts as published.
pub fn without_index(place: &str, output: &Output) {
    if output.format == Format::Human {
        output.error(&report::without_index(place));
    }
}

/// Tells what was typed wrong, or shows the help that was asked for. What was typed may be a name that a stranger chose.
#[must_use]
pub fn misused(error: &clap::Error, output: &Output) -> Exit {
    if error.use_stderr() {
        output.error(report::inert(error.render().to_string().trim_end()).as_ref());
        return Exit::Operator;
    }
    let _ = error.print();
    Exit::Done
}

/// Tells what is wrong with `curator.toml`, at its place.
#[must_use]
pub fn misconfigured(file: &str, text: &str, error: &ConfigError, exit: Exit, output: &Output) -> Exit {
    let place = Place::file(Area::Registry, file);
    let place = match &error.span {
        Some(span) => place.at(span.clone()),
        None => place,
    };
    let finding = words::file::config(&error.message).at(place);
    let texts = Texts::from([(file.to_owned(), text.to_owned())]);
    match output.format {
        Format::Json => output.json(&serde_json::json!({ "findings": Output::finding_values(&[finding], &texts) })),
        _ => output.findings(&[finding], &texts),
    }
    exit
}
