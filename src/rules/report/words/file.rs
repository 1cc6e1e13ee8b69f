//! What is said of files that cannot be read or do not belong.

use crate::model::{Code, FieldProblem, FieldProblemKind, SyntaxKind, TreePath};

use super::{Wording, word};

/// The file is not strict JSON.
#[must_use]
pub fn not_json(kind: &SyntaxKind) -> Wording {
    let hint = match kind {
        SyntaxKind::DuplicateKey(_) => "keep one of the two; readers disagree on which one counts",
        SyntaxKind::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
        SyntaxKind::NotUtf8 => "save the file as UTF-8",
        SyntaxKind::TooLarge { .. } => "a definition takes a few kilobytes",
        _ => "the format is JSON (RFC 8259): double quotes, no comments, no comma at the end",
    };
    let wording = match kind {
        SyntaxKind::DuplicateKey(key) => {
            Wording::error(Code::Json, format!("the key \"{}\" stands twice in this object", word(key)))
        }
        kind => Wording::error(Code::Json, kind.to_string()),
    };
    wording.hint(hint)
}

/// A field is missing or has another type.
#[must_use]
pub fn shape(problem: &FieldProblem) -> Option<Wording> {
    match &problem.kind {
        FieldProblemKind::Missing => {
            let message = format!("the field \"{}\" is missing", problem.key);
            Some(Wording::error(Code::Shape, message).hint("`curator schema` prints what a file of this kind holds"))
        }
        FieldProblemKind::WrongType { expected, found } if problem.key.is_empty() => {
            Some(Wording::error(Code::Shape, format!("the file must hold {expected}, not {found}")))
        }
        FieldProblemKind::WrongType { expected, found } => {
            Some(Wording::error(Code::Shape, format!("\"{}\" must be {expected}, not {found}", problem.key)))
        }
        FieldProblemKind::Unknown | FieldProblemKind::Invalid { .. } => None,
    }
}

/// A value is outside its grammar, in a field that has no rule of its own.
#[must_use]
pub fn invalid(code: Code, key: &str, reason: &str) -> Wording {
    Wording::error(code, format!("\"{key}\": {reason}"))
}

/// A key that nobody knows, where newer readers may know it.
#[must_use]
pub fn unknown_key(key: &str, nearest: Option<&str>) -> Wording {
    let wording = Wording::warning(Code::UnknownKey, format!("nobody knows the key \"{}\"", word(key)));
    match nearest {
        Some(nearest) => wording.hint(format!("did you mean \"{nearest}\"?")),
        None => wording.hint("it has no effect; remove it"),
    }
}

/// A key that nobody knows, where that may be a misspelt right.
#[must_use]
pub fn refused_key(key: &str) -> Wording {
    Wording::error(Code::UnknownKey, format!("nobody knows the key \"{}\"", word(key)))
        .hint("files that give rights or change what is published are refused whole when a key is unknown; remove it")
}

/// A file stands where no file of that kind belongs.
#[must_use]
pub fn stray(expected: &str) -> Wording {
    Wording::error(Code::Path, "no file of a registry belongs here".to_owned()).hint(expected)
}

/// The name or version in a file is not that of its path.
#[must_use]
pub fn path_differs(what: &str, in_file: &str, in_path: &str, expected: &TreePath) -> Wording {
    Wording::error(Code::Path, format!("the {what} is {in_file}, but the path says {in_path}"))
        .hint(format!("correct one of the two; with this content the file belongs at {expected}"))
}

/// An override stands for a version that does not exist.
#[must_use]
pub fn without_version() -> Wording {
    Wording::error(Code::Path, "the path names a version that nobody published or defined".to_owned())
        .hint("the name and the version of an override are those of the definition that it changes")
}

/// Something that is not a plain file stands in the registry.
#[must_use]
pub fn foreign() -> Wording {
    Wording::error(Code::Foreign, "this is a link, a submodule or a device, not a plain file".to_owned()).hint(
        "a registry holds plain files only: a link could make the curator read another file than the reviewed one",
    )
}

/// Something in the registry has a name that no file of a registry can have.
#[must_use]
pub fn unlisted() -> Wording {
    Wording::error(Code::Foreign, "no file of a registry can have this name".to_owned())
        .hint("it does not work on every system, or could be taken for something else; remove it")
}

/// A file of the registry went, perhaps to another place.
#[must_use]
pub fn deleted(is_published: bool, renamed: Option<&TreePath>) -> Wording {
    let what = match renamed {
        Some(to) => format!("the file was moved to {to}"),
        None => "the file was deleted".to_owned(),
    };
    if is_published {
        Wording::error(Code::Deleted, format!("{what}, and something published rests on it"))
            .hint("restore it: nothing that is published loses the files that it rests on")
    } else {
        Wording::warning(Code::Deleted, what).hint("nothing published rests on it; restore it if that was not meant")
    }
}

/// A file changed that no author changes.
#[must_use]
pub fn elsewhere() -> Wording {
    Wording::warning(Code::Deleted, "no definition, registration, override or status stands here".to_owned())
        .hint("such a change is decided by trustees, by hand; keep it out of a change that publishes something")
}

/// Nobody can tell what a pull request would make of the registry.
#[must_use]
pub fn unmergeable(reason: &str) -> Wording {
    Wording::error(Code::Unmergeable, format!("this cannot be looked at: {reason}"))
        .hint("make the change anew, on a branch that starts at the newest state of the registry")
}

/// A pull request of several commits, where the registry puts each on top of its branch.
#[must_use]
pub fn several_commits() -> Wording {
    let message = "the registry rebases, and this has several commits: one by one they may come to something else";
    Wording::error(Code::Unmergeable, message).hint("make one commit of them, on top of the registry's newest state")
}

/// A trustee is waited for, and there is none.
#[must_use]
pub fn no_trustees() -> Wording {
    Wording::warning(Code::Config, "this registry has no trustees, so nothing that needs one can be merged".to_owned())
        .hint("`people` under [trustees] in curator.toml, on the published branch, lists them by number")
}

/// The team of trustees is none that the curator can see.
#[must_use]
pub fn unseen_team(team: &str) -> Wording {
    let message = format!("the members of {team} cannot be seen with the curator's token, and count for nothing here");
    Wording::warning(Code::Config, message)
        .hint("the token of a workflow sees no teams: list `people` under [trustees], or let a GitHub App review")
}

/// `curator.toml` cannot be used.
#[must_use]
pub fn config(message: &str) -> Wording {
    Wording::error(Code::Config, message.to_owned()).hint("`curator schema config` prints what curator.toml may hold")
}
