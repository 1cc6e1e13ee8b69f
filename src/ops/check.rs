//! Checking files of the registry: everything that an author can mend, found in one run.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Amendment, Area, Finding, Fix, Impact, Plan, Prepared, Step, TreePath};
use crate::ports::{Ports, Workspace};
use crate::rules::report::Texts;

use super::branch;
use super::examination::{Portion, look};
use super::reader::Reader;
use super::review::{Move, look_around};
use super::{Curator, Stop};

/// What to check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckRequest {
    /// Which files.
    pub selection: Selection,
    /// Whether sources are looked at.
    pub sources: SourceAccess,
}

/// Which files of the registry are checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection {
    /// Every file.
    #[default]
    Everything,
    /// These files, as paths in the registry.
    Files(Vec<TreePath>),
    /// What changed since the registry forked off this branch, tag or commit.
    Since(String),
}

/// Whether a check looks at sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SourceAccess {
    /// Sources are fetched, packed and looked through.
    #[default]
    Fetch,
    /// Only what the registry and the index hold is looked at: what an editor wants at every keystroke.
    Offline,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckReport {
    /// The findings, by place.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub texts: Texts,
    /// What a change would publish, as it would be, where only what changed was checked.
    pub prepared: Vec<Prepared>,
    /// What it would make of the index besides.
    pub amendments: Vec<Amendment>,
    /// What a change makes of resolutions, where only what changed was checked, and that has an override or a status.
    pub impact: Option<Impact>,
    /// How many files were checked.
    pub checked: usize,
    /// Whether some source could not be fetched for a reason that may pass.
    pub transient: bool,
}

impl CheckReport {
    /// The steps that the change comes to.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let publish = |prepared: &Prepared| Step::Publish(Box::new(prepared.publication.clone()));
        let amend = |amendment: &Amendment| Step::Amend(Box::new(amendment.clone()));
        Plan { steps: self.prepared.iter().map(publish).chain(self.amendments.iter().map(amend)).collect() }
    }
}

/// Checks files of the registry.
///
/// # Errors
/// [`Stop`] where registry, index or machine are at fault, and where a file that was named is not there.
pub async fn check<P: Ports>(curator: &Arc<Curator<P>>, request: &CheckRequest) -> Result<CheckReport, Stop> {
    let reader = Reader::open(curator.as_ref()).await?;
    let since = match &request.selection {
        Selection::Since(base) => Some(branch::since(&reader, base).await?),
        _ => None,
    };
    let portion = match (&request.selection, &since) {
        (Selection::Files(files), _) => Portion::Files(files),
        (_, Some((_, differences))) => Portion::Changes(differences),
        (_, None) => Portion::Everything,
    };
    let mut report = look(curator, &reader, portion, request.sources).await?.report;
    if let Some((fork, differences)) = &since {
        let before = Reader::at(curator.as_ref(), fork.clone(), reader.index_revision().clone());
        let change = Move { before: &before, after: &reader, differences, prepared: &report.prepared };
        if let Some((impact, found)) = look_around(curator, &change)? {
            report.impact = Some(impact);
            report.findings.extend(found);
            report.findings.sort_by(Finding::by_place);
        }
    }
    Ok(report)
}

/// Writes the fixes of `report` into the user's files, and gives the files that changed.
///
/// # Errors
/// [`Stop::Workspace`]; the files that were written before stay written, each of them whole.
pub fn fix<W: Workspace>(workspace: &W, report: &CheckReport) -> Result<Vec<TreePath>, Stop> {
    let mut fixes: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.place.area == Area::Registry) {
        fixes.entry(&finding.place.file).or_default().extend(&finding.fix);
    }
    let mut changed = Vec::new();
    for (file, mut fixes) in fixes {
        let (Some(text), false) = (report.texts.get(file), fixes.is_empty()) else { continue };
        // From the end, so that the places of earlier fixes stay true; of two that overlap, one waits for the next run.
        fixes.sort_by_key(|fix| (std::cmp::Reverse(fix.span), &fix.replacement));
        let mut mended = text.clone();
        let mut end = text.len() + 1;
        for fix in fixes {
            let fits = fix.span.end <= end && fix.span.start <= fix.span.end && fix.span.start < end;
            if fits && text.is_char_boundary(fix.span.start) && text.is_char_boundary(fix.span.end) {
                mended.replace_range(fix.span.start..fix.span.end, &fix.replacement);
                end = fix.span.start;
            }
        }
        let path: TreePath = file.parse().map_err(super::reader::bug)?;
        workspace.replace(&path, mended.as_bytes())?;
        changed.push(path);
    }
    Ok(changed)
}
