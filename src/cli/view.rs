//! `curator view`.

use serde_json::{Value, json};

use crate::ops::{self, Extent, Stop, ViewDeed, ViewRequest, Viewed};
use crate::ports::{Curator, Ports};
use crate::rules::report::{self, ViewTold};

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `view` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ViewArgs {
    /// The views [default: all of them]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Make all of it anew, whatever stands there, and not only what changed in the index
    #[arg(long)]
    pub full: bool,
    /// Say what would be written; nothing is
    #[arg(long)]
    pub dry_run: bool,
}

impl ViewArgs {
    fn request(&self) -> ViewRequest {
        ViewRequest {
            names: self.names.clone(),
            extent: if self.full { Extent::Everything } else { Extent::Changes },
            deed: if self.dry_run { ViewDeed::Foresee } else { ViewDeed::Make },
        }
    }
}

/// Makes views and prints what came of it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn view<P: Ports>(curator: &Curator<P>, args: &ViewArgs, output: &Output) -> Result<Exit, Stop> {
    let viewed = ops::views(curator, &args.request()).await?;
    let told = if args.dry_run { ViewTold::Plan } else { ViewTold::Deeds };
    if output.format == Format::Json {
        output.json(&json!({ "views": view_values(&viewed) }));
    }
    Ok(tell(&viewed, told, output))
}

/// Prints what became of views, and gives how a run ends with that.
pub(super) fn tell(viewed: &[Viewed], told: ViewTold, output: &Output) -> Exit {
    let mut exit = Exit::Done;
    for Viewed { name, outcome, .. } in viewed {
        match outcome {
            Ok(update) if output.format != Format::Json => output.text(&report::view_text(name, update, told)),
            Ok(_) => {}
            Err(why) => {
                output.error(&report::view_failure(name, &why.to_string(), why.way_out()));
                exit = exit.max(why.fault().into());
            }
        }
    }
    exit
}

/// What became of views, for a program.
pub(super) fn view_values(viewed: &[Viewed]) -> Vec<Value> {
    let outcome = |it: &Viewed| it.outcome.as_ref().map(Clone::clone).map_err(ToString::to_string);
    viewed.iter().map(|it| report::view_json(&it.name, it.format, &outcome(it))).collect()
}
