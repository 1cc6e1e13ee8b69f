//! Logging: to standard error, as text or as one JSON object a line.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::Environment;

use super::args::LogFormat;
use super::end::refuse;
use super::exit::Exit;
use super::output::Output;

/// Logs to standard error from now on, in this form: what the environment asks for, else warnings, and to programs also
/// what was done.
pub fn log(environment: &Environment, format: LogFormat, output: &Output) {
    let usual = match format {
        LogFormat::Text => "warn",
        LogFormat::Json => "warn,curator=info",
    };
    let filter = environment.log.as_deref().map_or_else(|| Ok(EnvFilter::new(usual)), EnvFilter::try_new);
    let misread = filter.is_err();
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(usual));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Json => logs.json().init(),
        LogFormat::Text => logs.with_ansi(!environment.no_color && std::io::stderr().is_terminal()).init(),
    }
    if misread {
        let wanted = environment.log.as_deref().unwrap_or_default();
        let message = format!("CURATOR_LOG is '{wanted}', which is no filter for logs; warnings are logged");
        let _ = refuse(&message, None, Exit::Done, output);
    }
}
