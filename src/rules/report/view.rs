//! What became of views.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{
    CLIENT_DESCRIPTION_LIMIT, LeftOut, LeftOutReason, LeftOutSubject, ViewFormat, ViewPart, ViewUpdate,
};

use super::findings::counted;
use super::inert::inert_line;
use super::stop::stop;

/// The first line of a commit of a view; `packages` counts those that were looked at, unless all of them were.
#[must_use]
pub fn view_message(name: &str, packages: Option<usize>) -> String {
    match packages {
        Some(0) => format!("Update view '{name}': no package changed in the index"),
        Some(packages) => format!("Update view '{name}': {} changed in the index", counted(packages, "package")),
        None => format!("Update view '{name}': all of the index"),
    }
}

/// Why no store has an archive as it was published; `other` is a store that has other bytes.
#[must_use]
pub fn view_no_archive(other: Option<&str>) -> String {
    match other {
        Some(store) => format!("in the store '{store}' is another archive than the index says"),
        None => "is in none of the stores".to_owned(),
    }
}

/// What became of a view, on a terminal. Nothing is said of one that was up to date, unless somebody asked.
#[must_use]
pub fn view_text(name: &str, update: &ViewUpdate, told: ViewTold) -> String {
    let mut text = String::new();
    for push in &update.pushes {
        let verb = if told == ViewTold::Plan { "would update" } else { "updated" };
        let part = if push.part == ViewPart::Whole { String::new() } else { format!(" {}", push.part.as_str()) };
        let removed = if push.removed > 0 { format!(", {} removed", push.removed) } else { String::new() };
        let _ = writeln!(text, "  {verb} view '{name}'{part}: {} written{removed}", counted(push.written, "file"));
    }
    if update.pushes.is_empty() && told != ViewTold::News {
        let _ = writeln!(text, "  view '{name}' shows the index as it is");
    }
    for left_out in &update.left_out {
        let _ = writeln!(text, "  view '{name}' leaves out {}", left_out_line(left_out));
    }
    text
}

/// To whom a view is told of, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewTold {
    /// After a sync, of which it is one of many results: what changed.
    News,
    /// To somebody who asked for it: what was done.
    Deeds,
    /// To somebody who asked for it: what would be done.
    Plan,
}

/// Why a view could not be made.
#[must_use]
pub fn view_failure(name: &str, why: &str, way_out: Option<&str>) -> String {
    stop(&format!("view '{name}': {why}"), way_out)
}

fn left_out_line(left_out: &LeftOut) -> String {
    let what = match &left_out.what {
        LeftOutSubject::Version(name, version) => format!("{name}@{version}"),
        LeftOutSubject::Package(name) => format!("all of {name}"),
        LeftOutSubject::Set(file) => inert_line(file).into_owned(),
    };
    format!("{what}: {}", reason(&left_out.why))
}

fn reason(why: &LeftOutReason) -> String {
    match why {
        LeftOutReason::WithoutLine => {
            "the index has no manifest of it, and clients would take it for one without dependencies".to_owned()
        }
        LeftOutReason::Key(key) => {
            format!("its clients cannot read its '{key}', and would lose the other versions of the package with it")
        }
        LeftOutReason::Description(chars) => {
            format!("its description has {chars} characters, and its clients read {CLIENT_DESCRIPTION_LIMIT}")
        }
        LeftOutReason::Archive(why) => format!("its archive {}", inert_line(why)),
    }
}

/// What became of a view, for a program.
#[must_use]
pub fn view_json(name: &str, format: ViewFormat, outcome: &Result<ViewUpdate, String>) -> Value {
    let update = match outcome {
        Err(error) => return json!({ "name": name, "format": format, "error": error }),
        Ok(update) => update,
    };
    let pushes = update
        .pushes
        .iter()
        .map(|push| json!({ "part": push.part.as_str(), "written": push.written, "removed": push.removed }));
    let left_out = update.left_out.iter().map(|left_out| {
        let why = reason(&left_out.why);
        match &left_out.what {
            LeftOutSubject::Version(name, version) => json!({ "name": name, "version": version, "why": why }),
            LeftOutSubject::Package(name) => json!({ "name": name, "why": why }),
            LeftOutSubject::Set(file) => json!({ "file": file, "why": why }),
        }
    });
    json!({
        "name": name,
        "format": format,
        "indexCommit": update.index_commit,
        "packages": update.packages,
        "pushes": pushes.collect::<Vec<_>>(),
        "leftOut": left_out.collect::<Vec<_>>(),
    })
}

/// What a sync did, for a program, with what became of the views, where there are some.
#[must_use]
pub fn with_views(mut told: Value, views: Vec<Value>) -> Value {
    if let (Value::Object(told), false) = (&mut told, views.is_empty()) {
        told.insert("views".to_owned(), views.into());
    }
    told
}
