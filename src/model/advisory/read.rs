//! Reading an advisory, and everything that is wrong with it.

use std::str::FromStr;

use super::ecosystem::Ecosystem;
use super::entry::{AdvisoryEntry, AdvisoryRemark, EntryReading, ratings, word};
use super::parts::{Credit, OsvTime, Reference};
use super::{Advisory, Severities};
use crate::model::advisory_id::AdvisoryId;
use crate::model::fields::{FieldProblem, Fields, Reading};
use crate::model::json::{Document, Value};

/// An advisory file, read as far as it can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvisoryReading {
    /// The advisory; `None` where a problem other than an unknown key stands in the way.
    pub value: Option<Advisory>,
    /// What its entries about this registry name, as far as they can be read.
    pub entries: Vec<AdvisoryEntry>,
    /// What has no effect here.
    pub remarks: Vec<AdvisoryRemark>,
    /// Everything that is wrong, in the order of the fields.
    pub problems: Vec<FieldProblem>,
    /// The keys that the reader asked for, whether they were there or not.
    pub known: Vec<&'static str>,
}

/// The version of OSV's schema that a file follows. Within the first, new versions add fields and change none.
struct SchemaVersion;

/// A text that names no version of the schema which can be read.
#[derive(Debug, thiserror::Error)]
#[error("this curator reads version 1 of the OSV schema, written like 1.7.4")]
struct SchemaVersionError;

impl FromStr for SchemaVersion {
    type Err = SchemaVersionError;

    fn from_str(text: &str) -> Result<Self, SchemaVersionError> {
        let version = semver::Version::parse(text).map_err(|_| SchemaVersionError)?;
        if version.major == 1 { Ok(Self) } else { Err(SchemaVersionError) }
    }
}

/// The most levels of an advisory: one more is around it in the file of all of them, which readers with an end of 127
/// levels, as most have, must be able to read.
const MAX_DEPTH: usize = 64;

impl Advisory {
    /// Reads an advisory and everything that is wrong with its fields. Of its entries, those of `ecosystem` count.
    #[must_use]
    pub fn read(document: &Document, ecosystem: &Ecosystem) -> AdvisoryReading {
        let mut fields = Fields::of(document.root());
        let mut remarks = Vec::new();
        let _ = fields.optional::<SchemaVersion>("schema_version");
        let id: Option<AdvisoryId> = fields.required("id");
        let modified = fields.required::<OsvTime>("modified");
        let [published, withdrawn] = ["published", "withdrawn"].map(|key| fields.optional::<OsvTime>(key));
        let [aliases, upstream, related] = ["aliases", "upstream", "related"].map(|key| fields.texts(key));
        let [summary, details] = ["summary", "details"].map(|key| fields.optional::<String>(key));
        let ratings = ratings(&mut fields);
        let word = word(&mut fields, "database_specific", &mut remarks);
        let (affected, entries) = affected(&mut fields, ecosystem, &mut remarks);
        let references = fields.items("references").iter();
        let references = references.filter_map(|it| fields.adopt_open("references", Reference::read(it))).collect();
        let credits = fields.items("credits").iter();
        let credits = credits.filter_map(|it| fields.adopt_open("credits", Credit::read(it))).collect();
        shallow(&mut fields, document);
        let advisory = id.zip(modified).map(|(id, modified)| Self {
            id,
            modified: modified.0,
            published: published.map(|it| it.0),
            withdrawn: withdrawn.map(|it| it.0),
            aliases,
            upstream,
            related,
            summary,
            details,
            severity: Severities { word, ratings },
            affected,
            references,
            credits,
            json: document.root().compact(),
        });
        let Reading { value, problems, known } = fields.finish(advisory);
        AdvisoryReading { value, entries, remarks, problems, known }
    }
}

/// Reads the entries about packages of this registry; there must be one.
fn affected(
    fields: &mut Fields<'_>,
    ecosystem: &Ecosystem,
    remarks: &mut Vec<AdvisoryRemark>,
) -> (Vec<super::Affected>, Vec<AdvisoryEntry>) {
    let (mut affected, mut entries, mut is_ours) = (Vec::new(), Vec::new(), false);
    let Some(node) = fields.required_node("affected") else { return (affected, entries) };
    for item in fields.items("affected") {
        let reading = EntryReading::of(item, ecosystem);
        is_ours |= reading.is_ours;
        remarks.extend(reading.remarks);
        entries.extend(reading.entry);
        let nested = Reading { value: reading.affected, problems: reading.problems, known: Vec::new() };
        affected.extend(fields.adopt_open("affected", nested));
    }
    if !is_ours && matches!(node.value, Value::Array(_) | Value::Null) {
        let reason = format!("no entry is about a package of this registry, whose ecosystem is {}", ecosystem.names());
        fields.invalid("affected", &node.span, "", &reason);
    }
    (affected, entries)
}

fn shallow(fields: &mut Fields<'_>, document: &Document) {
    let Value::Object(members) = &document.root().value else { return };
    for member in members.iter().filter(|member| member.value.depth() >= MAX_DEPTH) {
        let reason = format!("an advisory has at most {MAX_DEPTH} levels of objects and arrays inside each other");
        fields.invalid(&member.key, &member.value.span, "", &reason);
    }
}
