//! What the history tells, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{
    Area, Deed, Fact, Fate, Finding, HistoryReport, Incident, PastCommit, Place, Subject, Trace, Walked,
};

use super::findings::{Style, Texts, counted, human, view};
use super::words::history as words;

/// The damage that is still there, as findings in the order of the commits.
#[must_use]
pub fn history_findings(report: &HistoryReport) -> Vec<Finding> {
    report.incidents.iter().filter_map(|incident| finding(report, incident)).collect()
}

fn finding(report: &HistoryReport, incident: &Incident) -> Option<Finding> {
    let wording = words::damage(report, incident)?;
    let area = report.commits.get(incident.commit)?.area;
    let open: Vec<&Trace> = incident.traces.iter().filter(|trace| trace.fate == Fate::Open).collect();
    let first = open.first()?;
    let place = Place::file(area, &first.file);
    let is_one = open.iter().all(|trace| trace.subject == first.subject);
    Some(match &first.subject {
        Subject::Version(name, version) if is_one => wording.of(name, version, place),
        _ => wording.at(place),
    })
}

/// What the history tells, on a terminal: the damage of today as findings, then what was healed, what was unpublished,
/// what was changed as it may be, and what was looked at.
#[must_use]
pub fn history_text(report: &HistoryReport, style: Style) -> String {
    let texts = Texts::new();
    let mut text = String::new();
    let findings = history_findings(report);
    for finding in &findings {
        let _ = writeln!(text, "{}\n", human(finding, &texts, style));
    }
    section(&mut text, "Healed:", healed(report));
    section(&mut text, "Unpublished:", of_deed(report, Deed::Unpublished));
    section(&mut text, "Revised by bound overrides:", of_deed(report, Deed::Revised));
    section(&mut text, "Changed, as it may be:", changed(report));
    let looked_at: Vec<String> = report.walked.iter().map(looked_at).collect();
    let since = report.since.map(|since| format!(" since {since}")).unwrap_or_default();
    let _ = write!(text, "{} audited{since}: ", looked_at.join(", "));
    let damaged: BTreeSet<&Subject> = report.open().map(|trace| &trace.subject).collect();
    if damaged.is_empty() {
        let _ = writeln!(text, "nothing is damaged.");
    } else {
        let (damaged, findings) = (damaged.len(), counted(findings.len(), "finding"));
        let _ = writeln!(text, "{damaged} published {} damaged ({findings}).", is_or_are(damaged));
    }
    text
}

fn is_or_are(number: usize) -> &'static str {
    if number == 1 { "thing is" } else { "things are" }
}

fn looked_at(walked: &Walked) -> String {
    match walked.commits {
        Some(commits) => format!("{} of the {}", counted(commits, "commit"), area(walked.area)),
        None => format!("nothing of the {} (it has no history)", area(walked.area)),
    }
}

fn area(area: Area) -> &'static str {
    match area {
        Area::Registry => "registry",
        Area::Index => "index",
        Area::Store => "store",
        Area::Source => "source",
    }
}

fn section(text: &mut String, heading: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        let _ = writeln!(text, "{heading}");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
        text.push('\n');
    }
}

/// The incidents whose damage is gone, at least in part, each with what became of it.
fn healed(report: &HistoryReport) -> Vec<String> {
    let damages = report.incidents.iter().filter(|incident| incident.deed.is_damage());
    let line = |incident: &Incident| {
        let healed: Vec<&Trace> = incident.traces.iter().filter(|trace| trace.fate != Fate::Open).collect();
        let commit = report.commits.get(incident.commit).filter(|_| !healed.is_empty())?;
        let mut fates: BTreeMap<Fate, usize> = BTreeMap::new();
        for trace in &healed {
            *fates.entry(trace.fate).or_default() += 1;
        }
        let mut fates: Vec<(Fate, usize)> = fates.into_iter().collect();
        fates.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let shown: Vec<String> = fates.iter().take(MOST_FATES).map(|(it, count)| fate(report, *it, *count)).collect();
        let more = match fates.len().saturating_sub(MOST_FATES) {
            0 => String::new(),
            more => format!(", and {} besides", counted(more, "other outcome")),
        };
        let (facts, happened) = (words::facts(&healed), words::happened(incident.deed, &healed, commit));
        Some(format!("{facts} {happened}: {}: {}{more}", words::subjects(&healed), shown.join(", ")))
    };
    damages.filter_map(line).collect()
}

/// The most commits that are named as having healed one incident.
const MOST_FATES: usize = 2;

fn fate(report: &HistoryReport, fate: Fate, count: usize) -> String {
    let named = |at: usize| report.commits.get(at).map(words::named).unwrap_or_default();
    match fate {
        Fate::Open => format!("{count} as they were left"),
        Fate::Restored(at) => format!("{count} restored in {}", named(at)),
        Fate::Replaced(at) => format!("{count} came back otherwise in {}", named(at)),
        Fate::Unpublished(Some(at)) => format!("{count} unpublished in {}", named(at)),
        Fate::Unpublished(None) => format!("{count} unpublished"),
        Fate::Gone(at) => format!("{count} lost in {}", named(at)),
    }
}

fn of_deed(report: &HistoryReport, deed: Deed) -> Vec<String> {
    let incidents = report.incidents.iter().filter(|incident| incident.deed == deed);
    let line = |incident: &Incident| {
        let commit = report.commits.get(incident.commit)?;
        let traces: Vec<&Trace> = incident.traces.iter().collect();
        let what = if deed == Deed::Unpublished { removed(&traces) } else { String::new() };
        let happened = words::happened(deed, &subjects_once(&traces), commit);
        Some(format!("{} {happened}{what}", words::subjects(&traces)))
    };
    incidents.filter_map(line).collect()
}

/// One trace of each subject.
fn subjects_once<'t>(traces: &[&'t Trace]) -> Vec<&'t Trace> {
    let mut seen = BTreeSet::new();
    traces.iter().copied().filter(|trace| seen.insert(&trace.subject)).collect()
}

/// What an unpublishing took away in a commit that does not record it.
fn removed(traces: &[&Trace]) -> String {
    let removed: Vec<&Trace> = traces.iter().copied().filter(|trace| trace.fact != Fact::Record).collect();
    if removed.is_empty() { String::new() } else { format!(": {}", words::facts(&removed)) }
}

/// What was changed and may change, fact by fact: there are many such commits, and none is a damage.
fn changed(report: &HistoryReport) -> Vec<String> {
    let mut by_fact: BTreeMap<Fact, (Vec<&Trace>, BTreeSet<usize>)> = BTreeMap::new();
    for incident in report.incidents.iter().filter(|incident| incident.deed == Deed::Changed) {
        for trace in &incident.traces {
            let (traces, commits) = by_fact.entry(trace.fact).or_default();
            traces.push(trace);
            commits.insert(incident.commit);
        }
    }
    let line = |(traces, commits): (Vec<&Trace>, BTreeSet<usize>)| {
        let last = commits.last().and_then(|at| report.commits.get(*at)).map(words::named)?;
        let (facts, in_commits) = (words::facts(&traces), counted(commits.len(), "commit"));
        Some(format!("{facts} in {in_commits}, the last of them {last}: {}", words::subjects(&traces)))
    };
    let mut lines: Vec<String> = by_fact.into_values().filter_map(line).collect();
    if report.compilers_added > 0 {
        lines.push(format!("compilers added {}", counted(report.compilers_added, "time")));
    }
    lines
}

/// What the history tells, for a program.
#[must_use]
pub fn history_json(report: &HistoryReport) -> Value {
    let texts = Texts::new();
    let walked = report
        .walked
        .iter()
        .map(|walked| json!({ "area": walked.area, "commits": walked.commits, "until": walked.until }));
    let findings = history_findings(report);
    let findings = findings.iter().map(|finding| json!(view(finding, &texts)));
    let damaged: BTreeSet<&Subject> = report.open().map(|trace| &trace.subject).collect();
    json!({
        "since": report.since,
        "walked": walked.collect::<Vec<_>>(),
        "damaged": damaged.len(),
        "compilersAdded": report.compilers_added,
        "incidents": report.incidents.iter().map(|incident| incident_json(report, incident)).collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn incident_json(report: &HistoryReport, incident: &Incident) -> Value {
    let mut groups: BTreeMap<(Fact, Fate), Vec<String>> = BTreeMap::new();
    for Trace { fact, fate, subject, .. } in &incident.traces {
        groups.entry((*fact, *fate)).or_default().push(words::shown(subject));
    }
    let group = |((fact, fate), subjects): ((Fact, Fate), Vec<String>)| {
        let (fate, by) = fate_json(fate);
        let by = by.and_then(|at| report.commits.get(at)).map(commit_json);
        json!({ "fact": fact.as_str(), "fate": fate, "by": by, "count": subjects.len(), "subjects": subjects })
    };
    json!({
        "deed": incident.deed.as_str(),
        "damage": incident.deed.is_damage(),
        "commit": report.commits.get(incident.commit).map(commit_json),
        "keys": incident.keys,
        "facts": groups.into_iter().map(group).collect::<Vec<_>>(),
    })
}

fn fate_json(fate: Fate) -> (&'static str, Option<usize>) {
    match fate {
        Fate::Open => ("open", None),
        Fate::Restored(at) => ("restored", Some(at)),
        Fate::Replaced(at) => ("replaced", Some(at)),
        Fate::Unpublished(at) => ("unpublished", at),
        Fate::Gone(at) => ("gone", Some(at)),
    }
}

fn commit_json(commit: &PastCommit) -> Value {
    let PastCommit { area, id, time, author, message } = commit;
    json!({ "area": area, "id": id, "time": time, "author": author, "message": message })
}
