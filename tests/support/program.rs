//! Running the real program, and what must hold of every run of it, whatever it was asked to do.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// Longer than any run takes: one that hangs fails the test instead of the whole suite.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a run printed, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// The program in the folder `home`, which knows nothing of the tester's environment but where programs are.
pub(crate) fn curator(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_curator"));
    command.current_dir(home).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command
}

/// Runs the program in `home`.
pub(crate) fn run<S: AsRef<OsStr>>(home: &Path, args: impl IntoIterator<Item = S>) -> Ran {
    let mut command = curator(home);
    command.args(args);
    finish(command)
}

/// Runs `command` to its end, with a folder of its own for scratch, which must be empty afterwards.
pub(crate) fn finish(mut command: Command) -> Ran {
    let scratch = TempDir::new().unwrap();
    command.env("TMPDIR", scratch.path()).stdin(Stdio::null());
    let output = assert_cmd::Command::from_std(command).timeout(PATIENCE).output().unwrap();
    let ran = Ran {
        code: output.status.code().unwrap_or_else(|| panic!("ended by a signal: {output:?}")),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "scratch was left behind: {left:?}");
    ran.assert_harmless();
    ran
}

impl Ran {
    /// Asserts that nothing printed could steer a terminal, a reader or GitHub's runner (threats 29 and 30), and that
    /// the program did not break down.
    fn assert_harmless(&self) {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for text in [&self.out, &self.err] {
            let odd = text.chars().find(|&c| c != '\n' && c != '\t' && (c.is_control() || turns_or_hides(c)));
            assert_eq!(odd, None, "{text}");
            assert!(!text.contains("##["), "{text}");
            let commands = text.lines().filter(|line| line.trim_start().starts_with("::"));
            for command in commands {
                let own = command.starts_with("::error ") || command.starts_with("::warning ");
                assert!(own, "a command to the runner: {command}");
            }
        }
        assert!((0..=3).contains(&self.code), "{self:?}");
    }

    /// Asserts how the run ended.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }

    /// Asserts that standard output holds each of `texts`.
    #[track_caller]
    pub(crate) fn prints(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.out.contains(text), "no {text:?} in standard output:\n{}", self.out);
        }
        self
    }

    /// Asserts that standard output holds none of `texts`.
    #[track_caller]
    pub(crate) fn prints_no(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(!self.out.contains(text), "there is {text:?} in standard output:\n{}", self.out);
        }
        self
    }

    /// Asserts that standard error holds each of `texts`.
    #[track_caller]
    pub(crate) fn complains(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.err.contains(text), "no {text:?} in standard error:\n{}", self.err);
        }
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Whether a character turns the reading direction or is not seen.
fn turns_or_hides(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}
