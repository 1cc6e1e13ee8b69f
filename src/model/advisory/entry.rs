//! An entry of an advisory about one package, read as far as it can be read.

use std::str::FromStr;

use super::ecosystem::Ecosystem;
use super::level::SeverityLevel;
use super::parts::Rating;
use super::range::{AffectedRange, EVENT_KEYS, RangeEvent};
use super::{Affected, Severities};
use crate::model::fields::{FieldProblem, Fields, Reading};
use crate::model::json::{Node, Span, Value};
use crate::model::name::PackageName;
use crate::model::profile::Profile;
use crate::model::version::Version;

/// What an entry about a package of this registry names, each with its place: what is compared with the registry, also
/// where something else of the file is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisoryEntry {
    /// The package.
    pub package: PackageName,
    /// Where its name stands.
    pub span: Span,
    /// The ranges.
    pub ranges: Vec<(AffectedRange, Span)>,
    /// The versions that are listed.
    pub versions: Vec<(Version, Span)>,
}

/// Something that is sound and has no effect here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisoryRemark {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: AdvisoryRemarkKind,
}

/// What has no effect here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdvisoryRemarkKind {
    /// A range of commits.
    Commits,
    /// A range of a type that nobody knows.
    RangeType(String),
    /// A severity in a word that nobody knows.
    Severity(String),
}

/// What was read of an entry.
#[derive(Default)]
pub(super) struct EntryReading {
    /// `None` where it is about a package of another ecosystem, or broken.
    pub(super) affected: Option<Affected>,
    /// `None` where it is about a package of another ecosystem, or names none.
    pub(super) entry: Option<AdvisoryEntry>,
    /// Whether it is about a package of this registry, or may be meant so.
    pub(super) is_ours: bool,
    pub(super) problems: Vec<FieldProblem>,
    pub(super) remarks: Vec<AdvisoryRemark>,
}

impl EntryReading {
    /// Reads an entry of `affected`.
    pub(super) fn of(node: &Node, ecosystem: &Ecosystem) -> Self {
        let mut fields = Fields::of(node);
        let package = fields.node("package");
        if is_foreign(node, package, ecosystem) {
            return Self::default();
        }
        let (mut remarks, profile) = (Vec::new(), ecosystem.profile());
        let package = package.and_then(|node| {
            let nested = read_package(node, profile);
            fields.adopt_open("package", nested)
        });
        let ranges: Vec<(AffectedRange, Span)> = fields
            .items("ranges")
            .iter()
            .filter_map(|node| Some((read_range(&mut fields, node, &mut remarks, profile)?, node.span.clone())))
            .collect();
        let versions: Vec<(Version, Span)> = fields.spanned("versions", |text| profile.version(text));
        let ratings = ratings(&mut fields);
        let own = word(&mut fields, "database_specific", &mut remarks);
        let theirs = word(&mut fields, "ecosystem_specific", &mut remarks);
        let severity = Severities { word: own.or(theirs), ratings };
        if ranges.is_empty() && versions.is_empty() && fields.is_sound() {
            let reason = "it names no version: neither one by one nor by a range of type SEMVER or ECOSYSTEM";
            fields.invalid("affected", &node.span, "", reason);
        }
        let entry = package.map(|(package, span)| AdvisoryEntry { package, span, ranges, versions });
        let affected = entry.clone().map(|entry| Affected {
            package: entry.package,
            ranges: entry.ranges.into_iter().map(|(range, _)| range).collect(),
            versions: entry.versions.into_iter().map(|(version, _)| version).collect(),
            severity,
        });
        let Reading { value, problems, .. } = fields.finish(affected);
        Self { affected: value, entry, is_ours: true, problems, remarks }
    }
}

/// Whether the entry is about something else than packages of this registry: its ecosystem is another one, or it names no
/// package at all, as entries about commits do.
fn is_foreign(node: &Node, package: Option<&Node>, ecosystem: &Ecosystem) -> bool {
    let Value::Object(_) = &node.value else { return false };
    let Some(package) = package else { return true };
    let named = package.member("ecosystem").and_then(|member| member.value.value.as_text());
    named.is_some_and(|named| !ecosystem.is_named(named))
}

fn read_package(node: &Node, profile: Profile) -> Reading<(PackageName, Span)> {
    let mut fields = Fields::of(node);
    let ecosystem: Option<String> = fields.required("ecosystem");
    let name: Option<PackageName> = fields.required_by("name", |text| profile.name(text));
    let _ = fields.optional::<String>("purl");
    let span = node.member("name").map_or_else(|| node.span.clone(), |member| member.value.span.clone());
    let package = ecosystem.and(name).map(|name| (name, span));
    fields.finish(package)
}

fn read_range(
    fields: &mut Fields<'_>,
    node: &Node,
    remarks: &mut Vec<AdvisoryRemark>,
    profile: Profile,
) -> Option<AffectedRange> {
    let mut nested = Fields::of(node);
    let kind: Option<String> = nested.required("type");
    let _ = (nested.optional::<String>("repo"), nested.object("database_specific"));
    let events = nested.required_node("events");
    let remark = match kind.as_deref() {
        Some("SEMVER" | "ECOSYSTEM") | None => None,
        Some("GIT") => Some(AdvisoryRemarkKind::Commits),
        Some(other) => Some(AdvisoryRemarkKind::RangeType(other.to_owned())),
    };
    let evaluated = remark.is_none();
    remarks.extend(remark.map(|kind| AdvisoryRemark { span: node.span.clone(), kind }));
    let range = events.filter(|_| evaluated).and_then(|events| read_events(&mut nested, events, profile));
    let reading = nested.finish(range);
    fields.adopt_open("ranges", reading)
}

fn read_events(fields: &mut Fields<'_>, node: &Node, profile: Profile) -> Option<AffectedRange> {
    let items = fields.items("events");
    if !matches!(node.value, Value::Array(_) | Value::Null) {
        return None;
    }
    let events: Option<Vec<RangeEvent>> = items.iter().map(|item| read_event(fields, item, profile)).collect();
    match AffectedRange::new(&events?) {
        Ok(range) => Some(range),
        Err((at, error)) => {
            let span = items.get(at).map_or(&node.span, |item| &item.span);
            fields.invalid("events", span, "", &error.to_string());
            None
        }
    }
}

/// An event has one of the keys that can be evaluated: of one that has two, or another one, nobody knows what it means.
fn read_event(fields: &mut Fields<'_>, node: &Node, profile: Profile) -> Option<RangeEvent> {
    let Value::Object(members) = &node.value else {
        fields.wrong_type("events", &node.span, "an array of objects", &node.value);
        return None;
    };
    let [member] = members.as_slice() else {
        fields.invalid("events", &node.span, "", ONE_KEY);
        return None;
    };
    if !EVENT_KEYS.contains(&member.key.as_str()) {
        fields.invalid("events", &member.key_span, &member.key, ONE_KEY);
        return None;
    }
    let Some(text) = member.value.value.as_text() else {
        fields.wrong_type("events", &member.value.span, "an array of objects with strings", &member.value.value);
        return None;
    };
    let event = RangeEvent::parse(&member.key, text, profile);
    event.map_err(|error| fields.invalid("events", &member.value.span, text, &error.to_string())).ok()
}

const ONE_KEY: &str = "an event has one key: \"introduced\", \"fixed\", \"last_affected\" or \"limit\"";

/// The scores of an advisory or of an entry of it.
pub(super) fn ratings(fields: &mut Fields<'_>) -> Vec<Rating> {
    let items = fields.items("severity").iter();
    items.filter_map(|node| fields.adopt_open("severity", Rating::read(node))).collect()
}

/// The severity that an open object says in a word. Its meaning is the database's own, so another word is no error.
pub(super) fn word(
    fields: &mut Fields<'_>,
    key: &'static str,
    remarks: &mut Vec<AdvisoryRemark>,
) -> Option<SeverityLevel> {
    let member = fields.object(key)?.member("severity")?;
    let text = member.value.value.as_text();
    let level = text.and_then(|text| SeverityLevel::from_str(text).ok());
    if level.is_none() {
        let said = text.unwrap_or_else(|| member.value.value.kind()).to_owned();
        remarks.push(AdvisoryRemark { span: member.value.span.clone(), kind: AdvisoryRemarkKind::Severity(said) });
    }
    level
}
