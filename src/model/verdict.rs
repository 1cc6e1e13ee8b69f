//! A verdict about a commit, and what it says beside the lines of files.

/// A verdict about a commit, as the forge shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it comes to.
    pub conclusion: Conclusion,
    /// It in a few words.
    pub title: String,
    /// It at length, in Markdown.
    pub summary: String,
    /// What stands beside the lines of files.
    pub annotations: Vec<Annotation>,
    /// What tells this verdict from others, for a program.
    pub fingerprint: String,
}

/// What a verdict comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// The commit may be merged.
    Passed,
    /// Somebody or something is waited for.
    Waiting,
    /// It may not be merged as it is.
    Failed,
}

/// A remark beside the lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file, as a path in the repository.
    pub file: String,
    /// The first line, from 1.
    pub first_line: usize,
    /// The last line.
    pub last_line: usize,
    /// The first and the last column, from 1, where both are on one line.
    pub columns: Option<(usize, usize)>,
    /// How grave it is.
    pub level: AnnotationLevel,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
}

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationLevel {
    /// It holds something up.
    Failure,
    /// It does not.
    Warning,
}
