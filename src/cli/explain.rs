//! `curator explain`.

use serde_json::json;

use crate::model::{Code, CodeError};
use crate::rules::report::pages;

use super::args::{ExplainArgs, Format};
use super::end::refuse;
use super::exit::Exit;
use super::output::Output;

/// Prints the page of a code, or the list of all.
#[must_use]
pub fn explain(args: &ExplainArgs, output: &Output) -> Exit {
    let code: Option<Result<Code, CodeError>> = args.code.as_deref().map(str::parse);
    match code.transpose() {
        Ok(code) => {
            print(code, output);
            Exit::Done
        }
        Err(error) => refuse(&error.to_string(), None, Exit::Operator, output),
    }
}

fn print(code: Option<Code>, output: &Output) {
    let entry = |code: Code| json!({ "code": code, "title": code.title(), "page": pages::page(code) });
    match (code, output.format) {
        (Some(code), Format::Json) => output.json(&entry(code)),
        (None, Format::Json) => output.json(&Code::ALL.iter().copied().map(entry).collect()),
        (Some(code), _) => output.text(pages::page(code)),
        (None, _) => output.text(&pages::index()),
    }
}
