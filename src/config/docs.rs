//! The table `[docs]`: what makes the documentation of a version, and where it goes.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, de};

use crate::model::{CompileBounds, DocsCommand, DocsPlace, DocsRules, DocsTool, DocsUrl, DocsUrlError};

use super::is_credential;

/// The table `[docs]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "DocsTable")]
pub struct DocsSection {
    /// What makes it.
    pub command: DocsCommandSection,
    /// Where it goes.
    pub place: DocsPlace,
    /// The variable that holds what lets the curator in there.
    pub credential: Option<String>,
}

/// What makes documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocsCommandSection {
    /// The PureScript compiler: `"purs"`.
    Purs,
    /// A tool, by a template of its command line.
    Tool(DocsCommand),
}

impl DocsSection {
    /// How documentation is made, within these bounds.
    #[must_use]
    pub fn rules(&self, bounds: CompileBounds) -> DocsRules {
        match &self.command {
            DocsCommandSection::Purs => DocsRules::purs(bounds),
            DocsCommandSection::Tool(command) => DocsRules { command: command.clone(), tool: DocsTool::Any, bounds },
        }
    }
}

/// A table `[docs]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocsTable {
    command: DocsCommandSection,
    pursuit: Option<String>,
    put: Option<String>,
    post: Option<String>,
    path: Option<String>,
    credential: Option<String>,
}

/// Why a table `[docs]` is none.
#[derive(Debug, thiserror::Error)]
enum DocsTableError {
    #[error("[docs] has no place: give it a URL under pursuit, put or post, or a folder under path")]
    Nowhere,
    #[error("[docs] has several places: leave all but one of pursuit, put, post and path out")]
    Several,
    #[error(transparent)]
    Url(#[from] DocsUrlError),
    #[error("[docs] {0} names the same URL for every version: write {{name}} and {{version}} into it")]
    SameUrl(&'static str),
    #[error("[docs] pursuit is one URL for every version: leave the placeholders out")]
    ManyUrls,
    #[error(
        "[docs] credential names the variable '{0}'; only variables whose names begin with CURATOR_CREDENTIAL are sent to a host"
    )]
    Foreign(String),
    #[error("[docs] pursuit lets nobody in without a token: name the variable that holds it under credential")]
    NoToken,
    #[error("[docs] path is a folder, and nothing is sent there: leave credential out")]
    Token,
    #[error("[docs] command leaves its work in {{out}}, and a folder of files goes into a path only")]
    Folder,
}

impl TryFrom<DocsTable> for DocsSection {
    type Error = DocsTableError;

    fn try_from(table: DocsTable) -> Result<Self, DocsTableError> {
        let place = match (table.pursuit, table.put, table.post, table.path) {
            (None, None, None, None) => return Err(DocsTableError::Nowhere),
            (Some(url), None, None, None) => {
                let url = DocsUrl::parse(&url)?;
                if url.as_str().contains('{') {
                    return Err(DocsTableError::ManyUrls);
                }
                DocsPlace::Pursuit(url)
            }
            (None, Some(url), None, None) => DocsPlace::Put(of_version(&url, "put")?),
            (None, None, Some(url), None) => DocsPlace::Post(of_version(&url, "post")?),
            (None, None, None, Some(path)) => DocsPlace::Directory(path),
            _ => return Err(DocsTableError::Several),
        };
        if let Some(name) = table.credential.iter().find(|name| !is_credential(name)) {
            return Err(DocsTableError::Foreign(name.clone()));
        }
        let is_folder = matches!(place, DocsPlace::Directory(_));
        let fills = matches!(&table.command, DocsCommandSection::Tool(command) if command.fills_folder());
        match &place {
            DocsPlace::Pursuit(_) if table.credential.is_none() => return Err(DocsTableError::NoToken),
            DocsPlace::Directory(_) if table.credential.is_some() => return Err(DocsTableError::Token),
            _ if fills && !is_folder => return Err(DocsTableError::Folder),
            _ => {}
        }
        Ok(Self { command: table.command, place, credential: table.credential })
    }
}

/// A URL that differs for each version.
fn of_version(text: &str, key: &'static str) -> Result<DocsUrl, DocsTableError> {
    let url = DocsUrl::parse(text)?;
    if url.names_version() { Ok(url) } else { Err(DocsTableError::SameUrl(key)) }
}

impl<'de> Deserialize<'de> for DocsCommandSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherForm)
    }
}

/// Reads the name of a preset, or a list of words.
struct EitherForm;

impl<'de> Visitor<'de> for EitherForm {
    type Value = DocsCommandSection;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"purs\", or a list with a program and its arguments")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<DocsCommandSection, E> {
        match text {
            "purs" => Ok(DocsCommandSection::Purs),
            _ => Err(E::custom(format!(
                "'{text}' is no command with a preset: write \"purs\", or a list with a program and its arguments"
            ))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<DocsCommandSection, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = list.next_element::<String>()? {
            words.push(word);
        }
        DocsCommand::parse(&words).map(DocsCommandSection::Tool).map_err(de::Error::custom)
    }
}
