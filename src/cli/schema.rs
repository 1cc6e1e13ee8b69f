//! `curator schema`.

use crate::rules::schema::{SchemaKind, schema_of};

use super::args::SchemaArgs;
use super::end::refuse;
use super::exit::Exit;
use super::output::Output;

/// Prints the JSON Schema of a kind of file, or the list of all kinds.
#[must_use]
pub fn schema(args: &SchemaArgs, output: &Output) -> Exit {
    match args.kind.as_deref().map(str::parse::<SchemaKind>).transpose() {
        Ok(Some(kind)) => output.text(&schema_of(kind, args.profile)),
        Ok(None) => SchemaKind::ALL.iter().for_each(|kind| output.line(&kind.to_string())),
        Err(error) => return refuse(&error.to_string(), None, Exit::Operator, output),
    }
    Exit::Done
}
