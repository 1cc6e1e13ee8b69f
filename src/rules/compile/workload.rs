//! From a plan to files and arguments: where the version and its dependencies stand, and what the tool is told.

use std::collections::BTreeMap;

use crate::model::{
    Argument, CompileRules, Files, PackageName, PathError, ToolCommand, ToolRun, TreePath, WORKLOAD, Workload,
};

/// The most bytes of a version and its dependencies together.
pub const MOST_BYTES: u64 = 512 << 20;

/// The folder of the version, and that of its dependencies.
pub(in crate::rules) const PACKAGE: &str = "package";
pub(in crate::rules) const DEPENDENCIES: &str = "dependencies";
/// Where the sources of a package are (PureScript registry), and how they are recognised.
const SOURCES: &str = "src";
const EXTENSION: &str = ".purs";

/// What compiles a version with these dependencies; `None` where they are too many bytes together.
///
/// # Errors
/// None in practice: every path below a folder is a path.
pub fn workload(
    rules: &CompileRules,
    package: &Files,
    dependencies: &BTreeMap<&PackageName, &Files>,
) -> Result<Option<Workload>, PathError> {
    let Some(files) = lay(package, dependencies)? else { return Ok(None) };
    let commands = [Some(&rules.command), rules.graph.as_ref()];
    let runs = commands.into_iter().flatten().map(|command| run(command, &files)).collect();
    Ok(Some(Workload { files, runs, bounds: rules.bounds.clone() }))
}

/// A version and its dependencies, each in its folder; `None` where they are too many bytes together.
pub(in crate::rules) fn lay(
    package: &Files,
    dependencies: &BTreeMap<&PackageName, &Files>,
) -> Result<Option<Files>, PathError> {
    let all = dependencies.values().copied().chain([package]).flat_map(BTreeMap::values);
    let bytes: u64 = all.map(|file| file.bytes.len() as u64).sum();
    if bytes > MOST_BYTES {
        return Ok(None);
    }
    let mut files = Files::new();
    let mut lay = |folder: &str, of: &Files| -> Result<(), PathError> {
        let folder: TreePath = folder.parse()?;
        files.extend(of.iter().map(|(path, file)| (path.below(&folder), file.clone())));
        Ok(())
    };
    lay(PACKAGE, package)?;
    for (name, of) in dependencies {
        lay(&format!("{DEPENDENCIES}/{name}"), of)?;
    }
    Ok(Some(files))
}

/// What runs a command on no files.
#[must_use]
pub fn command(rules: &CompileRules, command: &ToolCommand) -> Workload {
    let files = Files::new();
    Workload { runs: vec![run(command, &files)], files, bounds: rules.bounds.clone() }
}

/// The command with its placeholders filled in, each as whole arguments.
fn run(command: &ToolCommand, files: &Files) -> ToolRun {
    let arguments = command.arguments.iter().flat_map(|argument| match argument {
        Argument::Text(text) => vec![text.clone()],
        Argument::Package => vec![format!("{WORKLOAD}/{PACKAGE}")],
        Argument::Dependencies => vec![format!("{WORKLOAD}/{DEPENDENCIES}")],
        Argument::Globs => globs(files),
        Argument::Sources => {
            files.keys().filter(|path| is_source(path)).map(|path| format!("{WORKLOAD}/{path}")).collect()
        }
    });
    ToolRun { program: command.program.clone(), arguments: arguments.collect(), script: None }
}

/// The patterns of the sources. A pattern that matches nothing is an error to some tools.
fn globs(files: &Files) -> Vec<String> {
    let has_dependencies = files.keys().any(|path| path.parts().next() == Some(DEPENDENCIES));
    let own = format!("{WORKLOAD}/{PACKAGE}/{SOURCES}/**/*{EXTENSION}");
    let theirs = has_dependencies.then(|| format!("{WORKLOAD}/{DEPENDENCIES}/*/{SOURCES}/**/*{EXTENSION}"));
    std::iter::once(own).chain(theirs).collect()
}

fn is_source(path: &TreePath) -> bool {
    let mut parts = path.parts();
    let above = match parts.next() {
        Some(PACKAGE) => parts.next(),
        Some(DEPENDENCIES) => parts.nth(1),
        _ => None,
    };
    above == Some(SOURCES) && path.as_str().strip_suffix(EXTENSION).is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{command, workload};
    use crate::model::{
        CompileBounds, CompileRules, ExpectedTool, File, Files, PackageName, ToolCommand, ToolCommandError,
    };

    fn parse(words: &[&str]) -> Result<ToolCommand, ToolCommandError> {
        ToolCommand::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    fn files(paths: &[&str]) -> Files {
        paths.iter().map(|path| (path.parse().unwrap(), File::regular(*path))).collect()
    }

    fn arguments(words: &[&str], dependencies: &[(&PackageName, &Files)]) -> Vec<String> {
        let rules = CompileRules {
            command: parse(words).unwrap(),
            graph: None,
            version: None,
            expected: ExpectedTool::Any,
            bounds: CompileBounds::default(),
        };
        let package = files(&["purs.json", "src/A.purs", "src/A.js", "test/B.purs"]);
        let dependencies: BTreeMap<_, _> = dependencies.iter().copied().collect();
        workload(&rules, &package, &dependencies).unwrap().unwrap().runs.remove(0).arguments
    }

    #[test]
    fn placeholders_become_whole_arguments() {
        let (name, theirs) = ("seedbed".parse().unwrap(), files(&["src/S/T.purs", "LICENSE"]));
        let with = [(&name, &theirs)];
        let own = "/in/package/src/**/*.purs";
        assert_eq!(arguments(&["purs", "compile", "{globs}"], &[]), ["compile", own]);
        assert_eq!(arguments(&["x", "{globs}"], &with), [own, "/in/dependencies/*/src/**/*.purs"]);
        let sources = ["/in/dependencies/seedbed/src/S/T.purs", "/in/package/src/A.purs"];
        assert_eq!(arguments(&["x", "{sources}"], &with), sources);
        assert_eq!(
            arguments(&["x", "{package}", "-d", "{dependencies}"], &[]),
            ["/in/package", "-d", "/in/dependencies"]
        );
        // A shell would read these; nobody does.
        assert_eq!(arguments(&["x", "$(id) ; `id`", "*"], &[]), ["$(id) ; `id`", "*"]);
    }

    #[test]
    fn a_command_names_a_program_and_no_path() {
        for bad in ["", ".", "../x", "/bin/sh", "a/b", "-x", "a b", "$x", "purs\n"] {
            assert!(parse(&[bad]).is_err(), "{bad}");
        }
        for bad in ["--out={package}", "{}", "{home}", "{globs}{globs}", "a\0b", "}"] {
            assert!(parse(&["purs", bad]).is_err(), "{bad}");
        }
        assert_eq!(parse(&[]), Err(ToolCommandError::Empty));
    }

    #[test]
    fn the_preset_is_the_compiler_of_purescript() {
        let rules = CompileRules::purs(CompileBounds::default());
        let version = command(&rules, rules.version.as_ref().unwrap());
        assert_eq!(
            (version.files.len(), version.runs[0].arguments.as_slice()),
            (0, ["--version".to_owned()].as_slice())
        );
        let runs = workload(&rules, &files(&["src/A.purs"]), &BTreeMap::new()).unwrap().unwrap().runs;
        let told: Vec<_> = runs.iter().map(|run| (run.program.as_str(), run.arguments[0].as_str())).collect();
        assert_eq!(told, [("purs", "compile"), ("purs", "graph")]);
    }
}
