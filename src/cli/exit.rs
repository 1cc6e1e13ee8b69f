//! How the program ends, as a number that scripts can rely on.

use crate::model::Fault;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything was done, and there is nothing to mend.
    Done,
    /// There are findings that somebody must mend.
    Findings,
    /// Trying again may succeed.
    TryAgain,
    /// Whoever runs the curator must mend something: the machine, the configuration, or what was typed.
    Operator,
}

impl Exit {
    /// How a run ends that errors may have `stopped`, some of them perhaps `transient`.
    #[must_use]
    pub fn after(stopped: bool, transient: bool) -> Self {
        match (stopped, transient) {
            (false, _) => Self::Done,
            (true, true) => Self::TryAgain,
            (true, false) => Self::Findings,
        }
    }

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::TryAgain => 2,
            Self::Operator => 3,
        }
    }
}

impl From<Fault> for Exit {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Author => Self::Findings,
            Fault::Transient => Self::TryAgain,
            Fault::Operator => Self::Operator,
        }
    }
}
