//! Running a compiler on a stranger's sources.

use std::future::Future;

use crate::model::{Fault, RunEnd, Workload};

/// Why nothing was run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The tool is not on this machine.
    #[error("there is no program '{program}' on the search path of this machine")]
    NoTool {
        /// Its name.
        program: String,
    },
    /// This machine has no sandbox that holds.
    #[error("there is no sandbox on this machine: {message}")]
    NoSandbox {
        /// What was tried, and what it came to.
        message: String,
    },
    /// Scratch or programs of this machine failed.
    #[error("the sandbox cannot be used: {message}")]
    Unusable {
        /// What went wrong.
        message: String,
    },
}

impl CompileError {
    /// Who can mend it: always the operator, since what a stranger wrote has not been run.
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::Operator
    }

    /// What to do about it.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::NoTool { .. } => Some("install it; everything else works without it, and says \"not compiled\""),
            Self::NoSandbox { .. } => Some(
                "install bubblewrap, or util-linux on a system that lets everybody make namespaces; where only the \
                 administrator may make them and sudo asks for no password, set CURATOR_SANDBOX_SUDO=1",
            ),
            Self::Unusable { .. } => None,
        }
    }
}

/// Runs tools where they can reach nothing but their files: no network, nobody's environment, no other process, and
/// bounds on everything that they use.
pub trait Compiler: Sync {
    /// Runs what `work` says, one after the other, until one does not end well; gives the end of each that began.
    ///
    /// # Errors
    /// [`CompileError`]: nothing of `work` was run then, or what became of it is not known.
    fn compile(&self, work: &Workload) -> impl Future<Output = Result<Vec<RunEnd>, CompileError>> + Send;
}
