//! The matching of one glob without braces, in time proportional to pattern times path.
//!
//! A stranger writes the pattern. A matcher that builds a regular expression for each part of it is slow to build, and
//! one that tries one way after the other takes exponential time on `**/**/**/…`; this one does neither.

use super::tree::TreePath;

/// What is wrong with a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syntax(pub(super) &'static str);

/// One step of a pattern: over the parts of a path, or over the characters of a part.
#[derive(Debug, Clone)]
enum Step<T> {
    /// `**` or `*`: any number of units, also none.
    AnyRun,
    /// Exactly one unit.
    One(T),
}

/// What matches one part of a path.
#[derive(Debug, Clone)]
enum PartPattern {
    /// The part itself.
    Literal(String),
    /// A part with wildcards.
    Wild {
        characters: Vec<Step<CharPattern>>,
        /// Whether the pattern writes a dot at the start.
        takes_dot: bool,
    },
}

/// What matches one character.
#[derive(Debug, Clone)]
enum CharPattern {
    Literal(char),
    /// `?`
    Any,
    /// `[a-z]` or `[!a-z]`
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// A pattern of whole paths.
#[derive(Debug, Clone)]
pub(super) struct PathPattern(Vec<Step<PartPattern>>);

impl PathPattern {
    /// Reads a pattern without braces.
    pub(super) fn compile(pattern: &str) -> Result<Self, Syntax> {
        let mut parts = Vec::new();
        for part in pattern.split('/').filter(|part| !matches!(*part, "" | ".")) {
            parts.push(if part == "**" { Step::AnyRun } else { Step::One(PartPattern::compile(part)?) });
        }
        if matches!(parts.last(), Some(Step::AnyRun)) {
            // `a/**` is what is below `a`, not `a` itself.
            parts.push(Step::One(PartPattern::compile("*")?));
        }
        Ok(Self(parts))
    }

    pub(super) fn is_match(&self, path: &TreePath) -> bool {
        follow(&self.0, path.parts(), |pattern, part| match pattern {
            Step::AnyRun => !part.starts_with('.'),
            Step::One(pattern) => pattern.is_match(part),
        })
    }
}

impl PartPattern {
    fn compile(part: &str) -> Result<Self, Syntax> {
        let mut characters = Vec::new();
        let mut rest = part.chars();
        while let Some(c) = rest.next() {
            characters.push(match c {
                '*' => Step::AnyRun,
                '?' => Step::One(CharPattern::Any),
                '[' => Step::One(CharPattern::class(&mut rest)?),
                '\\' => Step::One(CharPattern::Literal(escaped(&mut rest)?)),
                literal => Step::One(CharPattern::Literal(literal)),
            });
        }
        let literal = characters.iter().map(|step| match step {
            Step::One(CharPattern::Literal(c)) => Some(*c),
            _ => None,
        });
        if let Some(literal) = literal.collect::<Option<String>>() {
            return Ok(Self::Literal(literal));
        }
        let takes_dot = matches!(characters.first(), Some(Step::One(CharPattern::Literal('.'))));
        Ok(Self::Wild { characters, takes_dot })
    }

    fn is_match(&self, part: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == part,
            Self::Wild { takes_dot: false, .. } if part.starts_with('.') => false,
            Self::Wild { characters, .. } => follow(characters, part.chars(), |pattern, &c| match pattern {
                Step::AnyRun => true,
                Step::One(pattern) => pattern.is_match(c),
            }),
        }
    }
}

/// The character after a backslash.
fn escaped(rest: &mut std::str::Chars<'_>) -> Result<char, Syntax> {
    rest.next().ok_or(Syntax("a backslash stands at the end of a part"))
}

impl CharPattern {
    /// Reads what follows the `[`, up to its `]`.
    fn class(rest: &mut std::str::Chars<'_>) -> Result<Self, Syntax> {
        let unclosed = Syntax("a bracket is not closed");
        let is_negated = rest.as_str().starts_with(['!', '^']);
        if is_negated {
            rest.next();
        }
        let mut ranges = Vec::new();
        loop {
            let low = match rest.next().ok_or(unclosed)? {
                // A bracket right at the start stands for itself.
                ']' if !ranges.is_empty() => return Ok(Self::Class { is_negated, ranges }),
                '\\' => escaped(rest)?,
                c => c,
            };
            let is_range = rest.as_str().starts_with('-') && !rest.as_str().starts_with("-]");
            if is_range {
                rest.next();
            }
            let high = match is_range.then(|| rest.next().ok_or(unclosed)).transpose()? {
                None => low,
                Some('\\') => escaped(rest)?,
                Some(c) => c,
            };
            if low > high {
                return Err(Syntax("a range of characters runs backwards"));
            }
            ranges.push((low, high));
        }
    }

    fn is_match(&self, c: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == c,
            Self::Any => true,
            Self::Class { is_negated, ranges } => {
                ranges.iter().any(|(low, high)| (low..=high).contains(&&c)) != *is_negated
            }
        }
    }
}

/// Whether the steps lead through all units, following every way at once.
fn follow<T, U>(steps: &[Step<T>], units: impl Iterator<Item = U>, takes: impl Fn(&Step<T>, &U) -> bool) -> bool {
    // `reached[n]`: the units so far are matched by the first `n` steps.
    let mut reached = vec![false; steps.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    skip_runs(&mut reached, steps);
    for unit in units {
        let mut arrives = false;
        for (at, place) in reached.iter_mut().enumerate() {
            let step = steps.get(at).filter(|step| *place && takes(step, &unit));
            *place = arrives || matches!(step, Some(Step::AnyRun));
            arrives = matches!(step, Some(Step::One(_)));
        }
        skip_runs(&mut reached, steps);
    }
    reached.last().copied().unwrap_or_default()
}

/// Adds the places that are reached because a run may be empty.
fn skip_runs<T>(reached: &mut [bool], steps: &[Step<T>]) {
    let mut arrives = false;
    for (at, place) in reached.iter_mut().enumerate() {
        *place |= arrives;
        arrives = *place && matches!(steps.get(at), Some(Step::AnyRun));
    }
}
