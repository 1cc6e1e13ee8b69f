//! `curator init`.

use serde_json::json;

use crate::ops::{self, Stop};
use crate::ports::Workspace;

use super::args::{Format, InitArgs};
use super::exit::Exit;
use super::output::Output;

/// Makes a new registry and says what to do next.
///
/// # Errors
/// [`Stop`], as the story tells.
pub fn init<W: Workspace>(workspace: &W, args: &InitArgs, output: &Output) -> Result<Exit, Stop> {
    let name = args.name.clone().or_else(|| Some(args.dir.file_name()?.to_str()?.to_owned()));
    let files = ops::init(workspace, &name.unwrap_or_else(|| "registry".to_owned()))?;
    let dir = args.dir.display().to_string();
    if output.format == Format::Json {
        output.json(&json!({ "directory": dir, "files": files }));
    } else {
        for file in &files {
            output.line(&format!("  wrote {file}"));
        }
        output.line(&format!("A new registry is in {dir}. Read its README.md, then: cd {dir} && curator check"));
    }
    Ok(Exit::Done)
}
