//! Every way to make a sandbox that this machine has.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use curator::adapters::{Sandbox, Way};
use curator::model::{CompileBounds, File, Files, RunEnd, ToolRun, Workload};
use curator::ports::{CompileError, Compiler as _};
use tempfile::TempDir;

/// The ways that need no administrator.
const WAYS: [Way; 2] = [Way::Bubblewrap, Way::Unshare];

/// The ways that are tried: sudo's only where somebody says that it asks for no password here.
fn ways() -> Vec<Way> {
    let by_sudo = std::env::var_os("CURATOR_TEST_SANDBOX_SUDO").map(|_| Way::SudoUnshare);
    WAYS.into_iter().chain(by_sudo).collect()
}

/// Bounds that a hostile program meets soon.
pub(crate) fn tight() -> CompileBounds {
    CompileBounds {
        time: Duration::from_secs(4),
        memory_bytes: 256 << 20,
        disk_bytes: 8 << 20,
        processes: 24,
        output_bytes: 1 << 20,
    }
}

/// A run of a program.
pub(crate) fn run(program: &str, arguments: &[&str]) -> ToolRun {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    ToolRun { program: program.parse().unwrap(), arguments, script: None }
}

/// Work without files.
pub(crate) fn work(runs: Vec<ToolRun>, bounds: CompileBounds) -> Workload {
    Workload { files: Files::new(), runs, bounds }
}

pub(crate) fn compile(sandbox: &Sandbox, work: &Workload) -> Result<Vec<RunEnd>, CompileError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sandbox.compile(work))
}

/// Does `test` in every way that holds here. Where one does not, nothing is run in it, which the error must say.
pub(crate) fn in_each_way(test: impl Fn(&Sandbox)) {
    let mut held = 0;
    for way in ways() {
        let sandbox = Sandbox::new(vec![way]);
        match compile(&sandbox, &work(vec![run("true", &[])], tight())) {
            Ok(ends) => {
                assert_eq!(ends, [RunEnd::Well(Vec::new())]);
                test(&sandbox);
                held += 1;
            }
            Err(error) => assert!(matches!(error, CompileError::NoSandbox { .. }), "{error}"),
        }
    }
    // Where it is known that namespaces can be made, a way that fails is a fault of the code.
    if std::env::var_os("CURATOR_TEST_SANDBOX").is_some() {
        assert_eq!(held, ways().len(), "some way does not hold");
    }
}

/// Both texts that a run of a shell script gave.
pub(crate) fn said(end: &RunEnd) -> String {
    match end {
        RunEnd::Well(printed) => String::from_utf8_lossy(printed).into_owned(),
        RunEnd::Badly { words, printed } => {
            String::from_utf8_lossy(printed).into_owned() + &String::from_utf8_lossy(words)
        }
        RunEnd::Late | RunEnd::Flooded => String::new(),
    }
}

#[test]
fn a_program_sees_its_files_and_runs_one_after_the_other() {
    in_each_way(|sandbox| {
        let files = Files::from([
            ("package/src/A.purs".parse().unwrap(), File::regular("module A where\n")),
            ("dependencies/b/src/B.purs".parse().unwrap(), File::regular("module B where\n")),
        ]);
        let script =
            "cd /in && find . -type f | sort && cat package/src/A.purs && echo x >/tmp/work/y && cat /tmp/work/y";
        let runs = vec![run("sh", &["-c", script]), run("sh", &["-c", "exit 3"]), run("true", &[])];
        let ends = compile(sandbox, &Workload { files, runs, bounds: tight() }).unwrap();
        assert_eq!(ends.len(), 2, "what follows a failure is not run");
        assert_eq!(said(&ends[0]), "./dependencies/b/src/B.purs\n./package/src/A.purs\nmodule A where\nx\n");
        assert_eq!(ends[1], RunEnd::Badly { words: Vec::new(), printed: Vec::new() });
    });
}

#[test]
fn a_program_of_the_home_is_seen_alone() {
    let folder = TempDir::new().unwrap();
    let tool = folder.path().join("tool-x");
    fs::write(&tool, "#!/bin/sh\necho \"I am $0\"; ls /tool; ls \"$1\"\n").unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("beside"), "x").unwrap();
    for way in ways() {
        let sandbox = Sandbox::new(vec![way]).searching(folder.path().as_os_str().to_owned());
        let runs = vec![run("tool-x", &[folder.path().to_str().unwrap()])];
        match compile(&sandbox, &work(runs, tight())) {
            Ok(ends) => {
                let said = said(&ends[0]);
                assert!(said.starts_with("I am /tool/tool-x\ntool-x\n"), "{said}");
                assert!(said.contains("No such file") && !said.contains("beside"), "{said}");
            }
            Err(error) => assert!(matches!(error, CompileError::NoSandbox { .. }), "{error}"),
        }
    }
}

#[test]
fn without_a_tool_or_a_sandbox_nothing_is_run() {
    let folder = TempDir::new().unwrap();
    let sign = folder.path().join("sign");
    let sign = sign.to_str().unwrap();
    let touch = || work(vec![run("touch", &[sign])], tight());
    let none = compile(&Sandbox::new(Vec::new()), &touch()).unwrap_err();
    assert!(matches!(none, CompileError::NoSandbox { .. }), "{none}");
    let absent = compile(&Sandbox::new(WAYS.to_vec()), &work(vec![run("purs-no-such", &[])], tight())).unwrap_err();
    assert_eq!(absent, CompileError::NoTool { program: "purs-no-such".to_owned() });
    // A bubblewrap that isolates nothing: it runs what stands behind the first `--`, as it is.
    for (name, way) in [("bwrap", Way::Bubblewrap), ("unshare", Way::Unshare), ("sudo", Way::SudoUnshare)] {
        let fake = folder.path().join(name);
        let script = "#!/bin/sh\nwhile [ \"$1\" != prlimit ]; do shift; done\nexec \"$@\"\n";
        fs::write(&fake, script).unwrap();
        fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", folder.path().display());
        let error = compile(&Sandbox::new(vec![way]).made_by(path.into()), &touch()).unwrap_err();
        assert!(matches!(error, CompileError::NoSandbox { .. }), "{error}");
        fs::remove_file(fake).unwrap();
    }
    assert!(!fs::exists(sign).unwrap(), "something was run");
}
