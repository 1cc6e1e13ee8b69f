//! What a part of a view was made from: in git, in the trailers of its last commit; in a folder, in a file of these lines.

use std::fmt::Write as _;

use crate::model::{ViewFormat, ViewState};

/// The file of a folder that says what the folder was made from.
pub const STATE_FILE: &str = ".view";

/// How the line with the format begins.
const FORMAT: &str = "View-Format: ";
/// How the line with the commit of the index begins.
const INDEX_COMMIT: &str = "Index-Commit: ";

/// The format and the number of its rendering. The number rises with every change of what is rendered from the same index,
/// so that what an older curator made is made anew.
#[must_use]
pub fn state_name(format: ViewFormat) -> String {
    let number = match format {
        ViewFormat::PurescriptRegistry
        | ViewFormat::RicochetStatic
        | ViewFormat::ZeroIndex
        | ViewFormat::ZeroRemote => 1,
    };
    format!("{format}/{number}")
}

/// The lines that record a state.
#[must_use]
pub fn state_text(state: &ViewState) -> String {
    let mut text = format!("{FORMAT}{}\n", state.format);
    if let Some(commit) = &state.index_commit {
        let _ = writeln!(text, "{INDEX_COMMIT}{commit}");
    }
    text
}

/// The state that a commit message or the file of a folder records; `None` where it records none.
#[must_use]
pub fn state_of(text: &str) -> Option<ViewState> {
    let value = |key: &str| text.lines().rev().find_map(|line| line.strip_prefix(key)).map(str::trim);
    let format = value(FORMAT)?.to_owned();
    Some(ViewState { format, index_commit: value(INDEX_COMMIT).and_then(|commit| commit.parse().ok()) })
}

#[cfg(test)]
mod tests {
    use crate::model::{ViewFormat, ViewState};

    use super::{state_name, state_of, state_text};

    #[test]
    fn a_state_is_read_as_it_was_recorded_and_nothing_else_is_one() {
        for format in ViewFormat::ALL {
            for index_commit in [None, Some("0123456789abcdef0123456789abcdef01234567".parse().unwrap())] {
                let state = ViewState { format: state_name(format), index_commit };
                assert_eq!(state_of(&state_text(&state)).as_ref(), Some(&state));
                assert_eq!(state_of(&format!("Show 3 packages\n\n{}", state_text(&state))), Some(state));
            }
        }
        for text in ["", "Merge", "Index-Commit: 0123456789abcdef0123456789abcdef01234567\n"] {
            assert_eq!(state_of(text), None, "{text}");
        }
        assert_eq!(state_of("View-Format: x/1\nIndex-Commit: HEAD\n").unwrap().index_commit, None);
    }
}
