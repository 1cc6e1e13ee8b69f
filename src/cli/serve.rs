//! `curator serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde_json::json;

use crate::rules::report;

use super::args::Format;
use super::end::refuse;
use super::exit::Exit;
use super::output::Output;

/// What `serve` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeArgs {
    /// The folder: a mirror that `curator mirror` made, or an index
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Let --listen name an address that other machines can reach
    #[arg(long)]
    pub public: bool,
}

/// Refuses to listen where other machines can reach the program, unless that is meant.
///
/// # Errors
/// The code to exit with; why is told.
pub fn may_listen(args: &ServeArgs, output: &Output) -> Result<(), Exit> {
    if args.listen.ip().is_loopback() || args.public {
        return Ok(());
    }
    let (message, way_out) = report::not_public(&args.listen.to_string());
    Err(refuse(&message, Some(way_out), Exit::Operator, output))
}

/// Prints where the folder is served, and to whom.
pub fn serving(args: &ServeArgs, address: SocketAddr, output: &Output) {
    let (dir, address) = (args.dir.display().to_string(), address.to_string());
    match output.format {
        Format::Json => output.json(&json!({ "serving": dir, "url": report::served_url(&address) })),
        _ => output.line(&report::serving(&dir, &address)),
    }
    if !args.listen.ip().is_loopback() {
        output.note(&report::public(&dir));
    }
}
