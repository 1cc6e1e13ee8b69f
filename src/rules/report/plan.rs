//! A plan as people and programs read it: the dry run, the log and the comment on a pull request.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{
    Amendment, Difference, File, Files, Finding, Location, Manifest, Mode, Plan, Postponed, Prepared, Publication,
    Recipe, Removal, Restock, Step, TreePath,
};

use super::amendment::{amendment_details, amendment_json, amendment_line};
use super::findings::counted;
use super::inert::inert_line;
use super::markdown::{block, code, folded};
use super::outcome::nothing_to_do;

/// A plan on a terminal, with the number of versions that are published, where it is known, and of those that are owed.
#[must_use]
pub fn plan_text(plan: &Plan, prepared: &[Prepared], published: Option<usize>, owed: &[Postponed]) -> String {
    if plan.steps.is_empty() {
        return nothing_to_do(published, owed);
    }
    let mut text = format!("{}:\n", tally(plan));
    for step in &plan.steps {
        match step {
            Step::Publish(publication) => {
                let preview = prepared.iter().find(|prepared| prepared.publication == **publication);
                push_publication(&mut text, publication, preview);
            }
            Step::Amend(amendment) => push_amendment(&mut text, amendment),
            Step::Restock(restock) => push_restock(&mut text, restock),
            Step::Remove(removal) => push_removal(&mut text, removal),
        }
    }
    text
}

/// The number of steps of each kind, in words.
fn tally(plan: &Plan) -> String {
    let count = |kind: fn(&Step) -> bool| plan.steps.iter().filter(|step| kind(step)).count();
    let kinds = [
        (count(|step| matches!(step, Step::Publish(_))), "to publish"),
        (count(|step| matches!(step, Step::Amend(_))), "to amend"),
        (count(|step| matches!(step, Step::Restock(_))), "to restock"),
        (count(|step| matches!(step, Step::Remove(_))), "to remove"),
    ];
    let parts: Vec<String> = kinds.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    parts.join(", ")
}

fn push_amendment(text: &mut String, amendment: &Amendment) {
    let _ = writeln!(text, "\n  {}", amendment_line(amendment));
    for line in amendment_details(amendment) {
        let _ = writeln!(text, "    {line}");
    }
}

fn push_removal(text: &mut String, removal: &Removal) {
    let (name, version) = (removal.withdrawn.name(), removal.withdrawn.version());
    let _ = writeln!(text, "\n  remove {name}@{version} from store '{}'", inert_line(&removal.store));
}

fn push_restock(text: &mut String, restock: &Restock) {
    let Recipe { manifest, .. } = &restock.recipe;
    let _ =
        writeln!(text, "\n  restock {}@{} in store '{}'", manifest.name, manifest.version, inert_line(&restock.store));
    let _ = writeln!(text, "    hash     {} (the archive must have it)", restock.hash);
}

fn push_publication(text: &mut String, publication: &Publication, preview: Option<&Prepared>) {
    let manifest = &publication.definition.manifest;
    let _ = writeln!(text, "\n  publish {}@{}", manifest.name, manifest.version);
    let commit = publication.definition.commit.map(|commit| commit.to_string());
    let digest = match &manifest.location {
        Location::Archive { sha256, .. } => sha256.map(|sha256| sha256.to_string()),
        _ => None,
    };
    let commit = commit.or(digest).unwrap_or_else(|| "no commit".to_owned());
    let _ = writeln!(
        text,
        "    source   {} {} ({commit})",
        inert_line(&manifest.location.to_string()),
        inert_line(manifest.reference.as_str())
    );
    if let Some(bound_override) = &publication.bound_override {
        let _ = writeln!(text, "    override revision {}", bound_override.revision);
    }
    if let Some(revised) = &publication.revised {
        let _ = writeln!(text, "    override revision {}, in the index alone", revised.revision);
    }
    let Some(prepared) = preview else { return };
    if let Some(artifact) = &prepared.artifact {
        let size = artifact.bytes.len();
        let _ = writeln!(
            text,
            "    archive  {}-{}.tar.gz, {size} bytes, {}",
            manifest.name.stem(),
            manifest.version,
            artifact.encoder
        );
        let _ = writeln!(text, "    hash     {}", artifact.hash);
        let _ = writeln!(text, "    content  {}", artifact.content_hash);
        let _ = writeln!(text, "    files    {}", artifact.files.len());
        for (path, file) in &artifact.files {
            text.push_str("    ");
            push_file(text, path, file);
        }
    }
    if let Some(difference) = &prepared.difference {
        push_difference(text, difference, usize::MAX);
    }
    let errors = prepared.findings.iter().filter(|finding| finding.is_error()).count();
    if errors > 0 {
        let _ = writeln!(text, "    stopped by {}", counted(errors, "error"));
    }
}

/// A file of an archive, with a mark where it can be executed.
pub(super) fn push_file(text: &mut String, path: &TreePath, file: &File) {
    let mark = if file.mode == Mode::Executable { '*' } else { ' ' };
    let _ = writeln!(text, "{:>9}{mark} {}", file.bytes.len(), inert_line(path.as_str()));
}

/// The files that differ, a line each, of each kind at most so many.
pub(super) fn push_difference(text: &mut String, difference: &Difference, most: usize) {
    if difference.is_empty() {
        let _ = writeln!(text, "    the same files as {}", difference.from);
        return;
    }
    let _ = writeln!(text, "    compared with {}", difference.from);
    let groups = [('+', &difference.added), ('-', &difference.removed), ('~', &difference.changed)];
    for (mark, paths) in groups {
        for path in paths.iter().take(most) {
            let _ = writeln!(text, "      {mark} {}", inert_line(path.as_str()));
        }
        push_left_out(text, paths.len(), most);
    }
}

/// The most bytes of the table of steps, and of the whole text: GitHub refuses comments above 65,536 characters.
const MOST_TABLE_BYTES: usize = 40_000;
const MOST_BYTES: usize = 60_000;
/// The most files that are listed of one archive.
const MOST_LISTED: usize = 200;

/// A plan as Markdown, for a comment or a job summary. What does not fit is counted.
#[must_use]
pub fn plan_markdown(plan: &Plan, prepared: &[Prepared], findings: &[Finding], published: Option<usize>) -> String {
    let mut text = findings_markdown(findings);
    if plan.steps.is_empty() {
        let published = published.map_or_else(String::new, |it| format!(": {} published", counted(it, "version")));
        let rest = if findings.is_empty() { ", and that is all that is wanted" } else { "" };
        let _ = writeln!(text, "**Nothing to do**{published}{rest}.");
        return text;
    }
    let _ = write!(
        text,
        "**{}**\n\n| step | version | commit | encoder | bytes | hash |\n| --- | --- | --- | --- | --- | --- |\n",
        tally(plan)
    );
    for (at, step) in plan.steps.iter().enumerate() {
        if text.len() > MOST_TABLE_BYTES {
            let _ = writeln!(text, "\nand {}", counted(plan.steps.len() - at, "more step"));
            break;
        }
        push_row(&mut text, step, prepared);
    }
    for (at, details) in prepared.iter().map(|prepared| details(prepared, MOST_LISTED)).enumerate() {
        if text.len() + details.len() > MOST_BYTES {
            let _ = writeln!(text, "\nThe files of {} are not listed.", counted(prepared.len() - at, "archive"));
            break;
        }
        text.push_str(&details);
    }
    text
}

/// What was found, a line each, before anything else: whoever reads the steps must know what stands against them.
pub(super) fn findings_markdown(findings: &[Finding]) -> String {
    let mut text = String::new();
    for (at, finding) in findings.iter().enumerate() {
        if text.len() > MOST_TABLE_BYTES / 2 {
            let _ = writeln!(text, "- and {}", counted(findings.len() - at, "more finding"));
            break;
        }
        let level = if finding.is_error() { "error" } else { "warning" };
        let (place, message) = (code(&finding.place.file), code(&finding.message));
        let _ = writeln!(text, "- **{level} {}** {place}: {message}", finding.code);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn push_row(text: &mut String, step: &Step, prepared: &[Prepared]) {
    let subject = match (step.name(), step.version()) {
        (name, Some(version)) => format!("{name}@{version}"),
        (name, None) => name.to_string(),
    };
    let (kind, commit, archive) = match step {
        Step::Amend(amendment) => {
            let _ = writeln!(text, "| amend | {} | | | | {} |", code(&subject), code(&amendment_line(amendment)));
            return;
        }
        Step::Remove(_) => ("remove", None, None),
        Step::Publish(publication) => {
            let preview = prepared.iter().find(|prepared| prepared.publication == **publication);
            ("publish", publication.definition.commit, preview.and_then(|prepared| prepared.artifact.as_ref()))
        }
        Step::Restock(restock) => ("restock", restock.recipe.commit, None),
    };
    let commit = commit.map_or_else(String::new, |commit| code(&commit.to_string()));
    let (encoder, bytes, hash) = archive.map_or_else(Default::default, |artifact| {
        (artifact.encoder.to_string(), artifact.bytes.len().to_string(), code(&artifact.hash.to_string()))
    });
    let _ = writeln!(text, "| {kind} | {} | {commit} | {encoder} | {bytes} | {hash} |", code(&subject));
}

/// The files of an archive, folded up; nothing where there is no archive.
pub(super) fn details(prepared: &Prepared, most: usize) -> String {
    let Some(artifact) = &prepared.artifact else { return String::new() };
    let Manifest { name, version, .. } = &prepared.publication.definition.manifest;
    let count = counted(artifact.files.len(), "file");
    let mut listing = String::new();
    for (path, file) in artifact.files.iter().take(most) {
        push_file(&mut listing, path, file);
    }
    push_left_out(&mut listing, artifact.files.len(), most);
    if let Some(difference) = &prepared.difference {
        push_difference(&mut listing, difference, most);
    }
    format!("\n{}", folded(&format!("{name} {version}: {count}"), &block(&listing, "text", "")))
}

/// How many of a number of files are not listed.
fn push_left_out(text: &mut String, files: usize, most: usize) {
    if let Some(left_out) = files.checked_sub(most).filter(|left_out| *left_out > 0) {
        let _ = writeln!(text, "          and {}", counted(left_out, "more file"));
    }
}

/// A plan for a program.
#[must_use]
pub fn plan_json(plan: &Plan, prepared: &[Prepared], findings: &[Value], published: Option<usize>) -> Value {
    let steps: Vec<Value> = plan.steps.iter().map(|step| step_json(step, prepared)).collect();
    json!({ "published": published, "steps": steps, "findings": findings })
}

fn step_json(step: &Step, prepared: &[Prepared]) -> Value {
    match step {
        Step::Publish(publication) => {
            publication_json(publication, prepared.iter().find(|prepared| prepared.publication == **publication))
        }
        Step::Amend(amendment) => amendment_json(amendment),
        Step::Remove(removal) => json!({
            "step": "remove",
            "name": step.name(),
            "version": step.version(),
            "store": removal.store,
        }),
        Step::Restock(restock) => json!({
            "step": "restock",
            "name": step.name(),
            "version": step.version(),
            "store": restock.store,
            "hash": restock.hash,
        }),
    }
}

/// A publication for a program, with what was prepared of it.
pub(super) fn publication_json(publication: &Publication, preview: Option<&Prepared>) -> Value {
    let Manifest { name, version, location, reference, .. } = &publication.definition.manifest;
    json!({
        "step": "publish",
        "name": name,
        "version": version,
        "definition": publication.file,
        "location": location,
        "ref": reference,
        "commit": publication.definition.commit,
        "encoder": publication.encoder,
        "revision": publication.bound_override.as_ref().map(|it| it.revision),
        "laterRevision": publication.revised.as_ref().map(|it| it.revision),
        "archive": preview.and_then(|prepared| prepared.artifact.as_ref()).map(|artifact| json!({
            "hash": artifact.hash,
            "contentHash": artifact.content_hash,
            "bytes": artifact.bytes.len(),
            "files": files_json(&artifact.files),
        })),
        "difference": preview.and_then(|prepared| prepared.difference.as_ref()).map(difference_json),
        "resolution": preview.map(|prepared| &prepared.resolution),
        "publishable": preview.map(|prepared| !prepared.findings.iter().any(Finding::is_error)),
    })
}

/// The files of an archive for a program.
#[must_use]
pub(super) fn files_json(files: &Files) -> Value {
    let file = |(path, file): (&TreePath, &File)| json!({ "path": path, "bytes": file.bytes.len(), "executable": file.mode == Mode::Executable });
    files.iter().map(file).collect()
}

/// The differing files for a program.
#[must_use]
pub(super) fn difference_json(difference: &Difference) -> Value {
    json!({
        "from": difference.from,
        "added": difference.added,
        "removed": difference.removed,
        "changed": difference.changed,
    })
}
