//! The way of a version from the registry to those who install it, as a picture that GitHub draws (Mermaid).

use std::fmt::Write as _;

use crate::model::{Manifest, Prepared, Review};

use super::super::findings::counted;

/// The most versions and the most dependants of each that are drawn: a picture of more says nothing.
const MOST_VERSIONS: usize = 3;
const MOST_DEPENDANTS: usize = 5;
/// The most characters of a label.
const LONGEST_LABEL: usize = 60;

/// The picture; nothing where nothing would be published.
pub(super) fn picture(review: &Review) -> String {
    let packed: Vec<&Prepared> = review.prepared.iter().filter(|prepared| prepared.publishable().is_some()).collect();
    if packed.is_empty() {
        return String::new();
    }
    let mut lines = String::from("flowchart LR\n");
    for (at, prepared) in packed.iter().take(MOST_VERSIONS).enumerate() {
        push_version(&mut lines, review, at, prepared);
    }
    let left_out = match packed.len().saturating_sub(MOST_VERSIONS) {
        0 => String::new(),
        more => format!(
            "\n{} not drawn.\n",
            if more == 1 { "1 version is".to_owned() } else { format!("{more} versions are") }
        ),
    };
    format!("```mermaid\n{lines}```\n{left_out}\n")
}

fn push_version(lines: &mut String, review: &Review, at: usize, prepared: &Prepared) {
    let publication = &prepared.publication;
    let Manifest { name, version, location, .. } = &publication.definition.manifest;
    let commit = publication.definition.commit.map(|commit| commit.to_string()).unwrap_or_default();
    let commit = commit.get(..12).unwrap_or_default();
    let bytes = prepared.artifact.as_ref().map_or(0, |artifact| artifact.bytes.len());
    let nodes = [
        ("registry", publication.file.to_string()),
        ("source", format!("{location} {commit}")),
        ("archive", format!("{}-{version}.tar.gz, {}", name.stem(), counted(bytes, "byte"))),
        ("index", format!("index: {name} {version}")),
    ];
    // A label stands where its node comes up first.
    let mut before = String::new();
    for (node, text) in nodes {
        let labelled = format!("{node}{at}[\"{}\"]", label(&text));
        if !before.is_empty() {
            let _ = writeln!(lines, "  {before} --> {labelled}");
        }
        before = if before.is_empty() { labelled } else { format!("{node}{at}") };
    }
    let _ = writeln!(lines, "  archive{at} --> stores{at}[\"stores\"]");
    let dependants = review.subjects.get(name).map(|before| before.dependants.as_slice()).unwrap_or_default();
    let taking: Vec<_> = dependants.iter().filter(|dependant| dependant.range.includes(version)).collect();
    for (number, dependant) in taking.iter().take(MOST_DEPENDANTS).enumerate() {
        let text = label(&format!("{} {}", dependant.name, dependant.version));
        let _ = writeln!(lines, "  index{at} --> taker{at}x{number}[\"{text}\"]");
    }
    match taking.len().saturating_sub(MOST_DEPENDANTS) {
        0 => {}
        more => {
            let _ = writeln!(lines, "  index{at} --> takers{at}[\"and {}\"]", counted(more, "more package"));
        }
    }
}

/// Text from outside as a label: letters, digits and a few marks, and nothing that Mermaid, its directives or its HTML
/// could take for more.
fn label(text: &str) -> String {
    let harmless = |c: char| if c.is_ascii_alphanumeric() || " .,:_/-".contains(c) { c } else { '_' };
    let mut label: String = text.chars().take(LONGEST_LABEL).map(harmless).collect();
    if text.chars().nth(LONGEST_LABEL).is_some() {
        label.push_str("...");
    }
    label
}
