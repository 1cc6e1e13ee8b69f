//! Documentation: what its tool is given, and what its work is taken for.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::json;

use crate::model::{
    CompileBounds, Docs, DocsArgument, DocsRules, DocsTool, File, Files, Limits, PackageName, PathError, Timestamp,
    ToolRun, Version, WORKLOAD, Workload,
};
use crate::rules::compile::{DEPENDENCIES, lay};
use crate::rules::pack::untar;
use crate::rules::report::words;

/// Runs the tool. It gets what [`run`] puts before the tool's own arguments.
const SCRIPT: &str = include_str!("docs.sh");
/// Where that script lets the tool work, and leave its work.
const COPY: &str = "/tmp/package";
const OUT: &str = "/tmp/out";
/// The file that says where dependencies are.
const RESOLUTIONS: &str = "resolutions.json";

/// A version whose documentation is made.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The version.
    pub version: &'a Version,
    /// When it was published.
    pub published: Timestamp,
    /// Its files.
    pub files: &'a Files,
    /// What its dependencies, and theirs, resolve to.
    pub plan: &'a BTreeMap<PackageName, Version>,
}

/// What makes the documentation of a version with these dependencies; `None` where they are too many bytes together.
///
/// # Errors
/// None in practice: every path below a folder is a path.
pub fn workload(
    rules: &DocsRules,
    subject: Subject<'_>,
    dependencies: &BTreeMap<&PackageName, &Files>,
    limits: &Limits,
) -> Result<Option<Workload>, PathError> {
    let Some(mut files) = lay(subject.files, dependencies)? else { return Ok(None) };
    files.insert(RESOLUTIONS.parse()?, File::regular(resolutions(subject.plan)));
    Ok(Some(Workload { files, runs: vec![run(rules, subject)], bounds: bounds(rules, limits) }))
}

/// What a run may use. A folder of documentation is what it prints, too.
#[must_use]
pub fn bounds(rules: &DocsRules, limits: &Limits) -> CompileBounds {
    CompileBounds { output_bytes: limits.tree_bytes, ..rules.bounds.clone() }
}

/// Where each dependency is, as `purs publish` reads it: by the name that packages had before there was a registry, which
/// Pursuit still calls them by.
fn resolutions(plan: &BTreeMap<PackageName, Version>) -> String {
    let one = |(name, version): (&PackageName, &Version)| {
        let place = json!({ "path": format!("{WORKLOAD}/{DEPENDENCIES}/{name}"), "version": version });
        (format!("purescript-{name}"), place)
    };
    serde_json::Value::Object(plan.iter().map(one).collect()).to_string()
}

fn run(rules: &DocsRules, subject: Subject<'_>) -> ToolRun {
    let gives = if rules.command.fills_folder() { "folder" } else { "printed" };
    let tag = match rules.tool {
        DocsTool::Purs => format!("v{}", subject.version),
        DocsTool::Any => String::new(),
    };
    // git takes no fractions of a second.
    let time = format!("@{} +0000", subject.published.unix_millis().div_euclid(1_000));
    let own = rules.command.arguments.iter().map(|argument| match argument {
        DocsArgument::Text(text) => text.clone(),
        DocsArgument::Package => COPY.to_owned(),
        DocsArgument::Dependencies => format!("{WORKLOAD}/{DEPENDENCIES}"),
        DocsArgument::Resolutions => format!("{WORKLOAD}/{RESOLUTIONS}"),
        DocsArgument::Out => OUT.to_owned(),
    });
    let arguments = [gives.to_owned(), tag, time].into_iter().chain(own).collect();
    ToolRun { program: rules.command.program.clone(), arguments, script: Some(SCRIPT) }
}

/// The documentation that a tool printed.
///
/// # Errors
/// What it is instead, in words that are safe to show.
pub fn read(rules: &DocsRules, printed: Vec<u8>, limits: &Limits) -> Result<Docs, String> {
    if rules.command.fills_folder() {
        let (_, files) = untar(&printed, limits).map_err(|error| words::docs::no_folder(&error.to_string()))?;
        return if files.is_empty() { Err(words::docs::EMPTY.to_owned()) } else { Ok(Docs::Folder(files)) };
    }
    let docs = match rules.tool {
        DocsTool::Any => printed,
        // Before it, the compiler tells what it compiles.
        DocsTool::Purs => {
            let mut lines = printed.split(|byte| *byte == b'\n').rev();
            lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default().to_vec()
        }
    };
    let is_json = serde_json::from_slice::<IgnoredAny>(&docs).is_ok();
    match rules.tool {
        _ if docs.trim_ascii().is_empty() => Err(words::docs::EMPTY.to_owned()),
        _ if is_json => Ok(Docs::Json(docs)),
        DocsTool::Purs => Err(words::docs::NO_JSON.to_owned()),
        DocsTool::Any => Ok(Docs::Bytes(docs)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Subject, read, workload};
    use crate::model::{CompileBounds, Docs, DocsCommand, DocsRules, DocsTool, File, Files, Limits};
    use crate::rules::pack::tar;

    fn any(words: &[&str]) -> DocsRules {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let command = DocsCommand::parse(&words).unwrap();
        DocsRules { command, tool: DocsTool::Any, bounds: CompileBounds::default() }
    }

    #[test]
    fn the_compiler_of_purescript_is_told_where_things_are() {
        let rules = DocsRules::purs(CompileBounds::default());
        let files = Files::from([("purs.json".parse().unwrap(), File::regular("{}"))]);
        let plan = BTreeMap::from([("prelude".parse().unwrap(), "6.0.1".parse().unwrap())]);
        let (version, published) = ("1.2.0".parse().unwrap(), "2026-01-31T12:00:00.500Z".parse().unwrap());
        let subject = Subject { version: &version, published, files: &files, plan: &plan };
        let name = "prelude".parse().unwrap();
        let work = workload(&rules, subject, &BTreeMap::from([(&name, &files)]), &Limits::default()).unwrap().unwrap();
        let paths: Vec<&str> = work.files.keys().map(crate::model::TreePath::as_str).collect();
        assert_eq!(paths, ["dependencies/prelude/purs.json", "package/purs.json", "resolutions.json"]);
        let resolutions = String::from_utf8(work.files[&"resolutions.json".parse().unwrap()].bytes.clone()).unwrap();
        assert_eq!(resolutions, r#"{"purescript-prelude":{"path":"/in/dependencies/prelude","version":"6.0.1"}}"#);
        let told = ["printed", "v1.2.0", "@1769860800 +0000", "publish", "--manifest", "purs.json", "--resolutions"];
        assert_eq!(work.runs[0].arguments[..7], told);
        assert_eq!(work.runs[0].arguments[7], "/in/resolutions.json");
    }

    #[test]
    fn only_the_last_line_of_the_compiler_is_documentation() {
        let rules = DocsRules::purs(CompileBounds::default());
        let read = |text: &str| read(&rules, text.as_bytes().to_vec(), &Limits::default());
        assert_eq!(read("Compiling A\n{\"name\":1}\n\n"), Ok(Docs::Json(b"{\"name\":1}".to_vec())));
        for bad in ["", "\n \n", "Compiling A\n", "{\"name\":1}\nWarning", "{\"a\":"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn other_tools_print_what_they_like_or_fill_a_folder() {
        let limits = Limits::default();
        let read = |words: &[&str], bytes: &[u8]| read(&any(words), bytes.to_vec(), &limits);
        assert_eq!(read(&["doc"], b"[1]"), Ok(Docs::Json(b"[1]".to_vec())));
        assert_eq!(read(&["doc"], b"<p>"), Ok(Docs::Bytes(b"<p>".to_vec())));
        assert!(read(&["doc"], b" \n").is_err());
        let files = Files::from([("a/b.html".parse().unwrap(), File::regular("<p>"))]);
        assert_eq!(read(&["doc", "{out}"], &tar("out", &files)), Ok(Docs::Folder(files)));
        assert!(read(&["doc", "{out}"], &tar("out", &Files::new())).is_err());
        assert!(read(&["doc", "{out}"], b"<p>").is_err());
    }
}
