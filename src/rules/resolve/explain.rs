//! A failed resolution in words: the claim first, then the facts that prove it, then which bound to change.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{PackageName, Range, Version};

/// The most facts shown for one claim; what is left out stands in the middle, far from both ends of the conflict.
const FACTS_SHOWN: usize = 16;
/// The most versions, ranges or packages shown in a row.
const ITEMS_SHOWN: usize = 8;
/// The most claims shown.
const CLAIMS_SHOWN: usize = 12;
/// The most bounds that are tried for a remedy.
const BOUNDS_TRIED: usize = 24;

/// Why no choice of versions satisfies every range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The version that cannot be resolved; `None`: what was asked for.
    pub subject: Option<(PackageName, Version)>,
    /// The proof, conclusion first: each step rests on its facts and on the later steps that it names.
    pub steps: Vec<Step>,
    /// The bounds of the subject of which any one, widened, would make it resolve.
    pub remedies: Vec<Remedy>,
}

/// A claim and what it follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What cannot be.
    pub claim: Claim,
    /// The dependencies that prove it, those of the subject first.
    pub facts: Vec<Fact>,
    /// The steps, by index, whose claims it rests on as well.
    pub given: Vec<usize>,
}

/// What a step shows: whenever `all` are chosen, one of `needed` must be; where none is, they cannot be chosen together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// The versions that it is about.
    pub all: Vec<Versions>,
    /// The versions that would do.
    pub needed: Vec<Versions>,
}

/// Some versions of one package.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Versions {
    /// The package.
    pub name: PackageName,
    /// The versions, neighbours together.
    pub spans: Vec<Span>,
    /// Whether these are all that there are, and more than one.
    pub every: bool,
}

/// One version, or an unbroken run of published versions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Span {
    /// A version with no neighbour in the set.
    One(Version),
    /// All published versions in a range: from the first of them up to just above the last.
    Run(Range),
}

/// A dependency that has a part in the conflict.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fact {
    /// Who depends; `None`: what was asked for.
    pub dependent: Option<Versions>,
    /// On what.
    pub dependency: PackageName,
    /// In which range, as written; several where the dependents write different ranges that come to the same.
    pub ranges: Vec<Range>,
    /// Why nothing can satisfy it, if that is so.
    pub lack: Option<Lack>,
}

/// Why a dependency has nothing that satisfies it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lack {
    /// No package has that name.
    Unknown,
    /// The package has versions, none of them in the range; or has none at all.
    NotInRange(Vec<Span>),
    /// It is a dependency on itself that excludes itself.
    Itself,
}

/// A bound of the subject that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// Whose versions the bound limits.
    pub dependency: PackageName,
    /// The bound as it is.
    pub range: Range,
    /// The highest version that would fit if the bound admitted it.
    pub admit: Version,
}

impl Explanation {
    /// The one bound whose change is sure to help, where there is exactly one.
    #[must_use]
    pub fn bound(&self) -> Option<&Remedy> {
        if let [only] = self.remedies.as_slice() { Some(only) } else { None }
    }

    /// Every package that has a part in the conflict.
    #[must_use]
    pub fn packages(&self) -> BTreeSet<&PackageName> {
        let facts = self.steps.iter().flat_map(|step| &step.facts);
        facts.flat_map(|fact| fact.dependent.iter().map(|versions| &versions.name).chain([&fact.dependency])).collect()
    }

    /// Asks `admitted` of every bound of the subject which version of that dependency would be chosen were the bound not there.
    pub(super) fn look_for_remedies(&mut self, mut admitted: impl FnMut(&PackageName) -> Option<Version>) {
        let own = |fact: &&Fact| match (&fact.dependent, &self.subject) {
            (None, None) => true,
            (Some(dependent), Some((name, version))) => {
                dependent.name == *name && dependent.spans.contains(&Span::One(version.clone()))
            }
            _ => false,
        };
        let mut bounds: Vec<(&PackageName, &Range)> = self
            .steps
            .iter()
            .flat_map(|step| &step.facts)
            .filter(own)
            .filter_map(|fact| Some((&fact.dependency, fact.ranges.first()?)))
            .collect();
        bounds.sort_by_key(|(name, _)| *name);
        bounds.dedup();
        bounds.truncate(BOUNDS_TRIED);
        let remedy = |(dependency, range): (&PackageName, &Range)| {
            Some(Remedy { admit: admitted(dependency)?, dependency: dependency.clone(), range: range.clone() })
        };
        self.remedies = bounds.into_iter().filter_map(remedy).collect();
    }

    fn subject(&self) -> String {
        self.subject
            .as_ref()
            .map_or_else(|| "what is asked for".to_owned(), |(name, version)| format!("{name} {version}"))
    }

    fn write_step(&self, f: &mut fmt::Formatter<'_>, index: usize, step: &Step) -> fmt::Result {
        match index {
            0 => writeln!(f, "{} cannot be resolved:", self.subject())?,
            _ => writeln!(f, "({index}) {}:", step.claim)?,
        }
        let left_out = step.facts.len().saturating_sub(FACTS_SHOWN);
        for (at, fact) in step.facts.iter().enumerate() {
            if left_out == 0 || at < FACTS_SHOWN / 2 || at >= FACTS_SHOWN / 2 + left_out {
                writeln!(f, "  - {fact}")?;
            } else if at == FACTS_SHOWN / 2 {
                writeln!(f, "  - … and so on through {left_out} more dependencies …")?;
            }
        }
        for given in step.given.iter().take(FACTS_SHOWN) {
            match self.steps.get(*given) {
                Some(step) if *given < CLAIMS_SHOWN => writeln!(f, "  - {} ({given})", step.claim)?,
                Some(step) => writeln!(f, "  - {}", step.claim)?,
                None => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate().take(CLAIMS_SHOWN) {
            self.write_step(f, index, step)?;
        }
        if let Some(left_out) = self.steps.len().checked_sub(CLAIMS_SHOWN).filter(|count| *count > 0) {
            writeln!(f, "… and so on through {left_out} more steps …")?;
        }
        let of = self.subject.as_ref().map_or_else(String::new, |(name, version)| format!(" of {name} {version}"));
        match self.remedies.as_slice() {
            [] => write!(f, "No single bound{of} makes the difference."),
            [only] => write!(f, "It would resolve with one change{of}: {only}."),
            several => {
                write!(f, "It would resolve with any one of these changes{of}:")?;
                several.iter().try_for_each(|remedy| write!(f, "\n  - {remedy}"))
            }
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "let {} {} admit {}", self.dependency, self.range, self.admit)
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, needed) = (joined(&self.all, " and "), joined(&self.needed, " or "));
        match (self.all.as_slice(), self.needed.is_empty()) {
            ([], true) => write!(f, "nothing fits together"),
            ([], false) => write!(f, "{needed} is needed"),
            ([one], true) if one.every => write!(f, "no version of {} can be used", one.name),
            ([_], true) => write!(f, "{all} cannot be used"),
            (_, true) => write!(f, "{all} cannot be used together"),
            ([_], false) => write!(f, "{all} needs {needed}"),
            (_, false) => write!(f, "{all} together need {needed}"),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dependent, dependency, ranges, lack } = self;
        match dependent {
            None if ranges.iter().all(Range::is_any) => write!(f, "{dependency} is asked for, in any version")?,
            None => write!(f, "{dependency} {} is asked for", joined(ranges, " or "))?,
            Some(dependent) if *lack == Some(Lack::Itself) => {
                return write!(f, "{dependent} depends on itself as {}, which it is not", joined(ranges, " or "));
            }
            Some(dependent) => write!(f, "{dependent} depends on {dependency} {}", joined(ranges, " or "))?,
        }
        match lack {
            None | Some(Lack::Itself) => Ok(()),
            Some(Lack::Unknown) => write!(f, ", but there is no package {dependency}"),
            Some(Lack::NotInRange(published)) if published.is_empty() => {
                write!(f, ", but {dependency} has no versions")
            }
            Some(Lack::NotInRange(published)) => write!(f, ", but {dependency} only has {}", joined(published, ", ")),
        }
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.every {
            write!(f, "every version of {}", self.name)
        } else {
            write!(f, "{} {}", self.name, joined(&self.spans, " or "))
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(version) => write!(f, "{version}"),
            Self::Run(range) => write!(f, "{range}"),
        }
    }
}

/// `items` in a row; of a long row the start.
fn joined<T: fmt::Display>(items: &[T], between: &str) -> String {
    let mut row: Vec<String> = items.iter().take(ITEMS_SHOWN).map(ToString::to_string).collect();
    if let Some(left_out) = items.len().checked_sub(ITEMS_SHOWN).filter(|count| *count > 0) {
        row.push(format!("{left_out} more"));
    }
    row.join(between)
}
