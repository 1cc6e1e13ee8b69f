//! The table `[verify]`: how the versions of a registry are compiled before they are let in.

use std::fmt;
use std::time::Duration;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, de};

use crate::model::{CompileBounds, CompileRules, ExpectedTool, ToolCommand};

/// The table `[verify]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VerifySection {
    /// What compiles a version; nobody does, where it is left out.
    pub compile: Option<CompileSection>,
    /// The longest time of a run.
    #[serde(deserialize_with = "time")]
    pub time: Duration,
    /// The most memory of a process, in MiB.
    #[serde(deserialize_with = "memory")]
    pub memory_mib: u32,
    /// The most that a run writes, in MiB.
    #[serde(deserialize_with = "disk")]
    pub disk_mib: u32,
    /// The most processes and threads of a run.
    #[serde(deserialize_with = "processes")]
    pub processes: u32,
}

/// A MiB in bytes.
const MIB: u64 = 1 << 20;

impl Default for VerifySection {
    fn default() -> Self {
        let bounds = CompileBounds::default();
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            compile: None,
            time: bounds.time,
            memory_mib: small(bounds.memory_bytes / MIB),
            disk_mib: small(bounds.disk_bytes / MIB),
            processes: small(bounds.processes),
        }
    }
}

/// What compiles a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileSection {
    /// The PureScript compiler: `"purs"`.
    Purs,
    /// A tool, by a template of its command line.
    Tool(Box<ToolSection>),
}

/// A table with the commands of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSection {
    /// Compiles a version and its dependencies.
    pub command: ToolCommand,
    /// Prints which module uses which.
    pub graph: Option<ToolCommand>,
    /// Prints the version of the tool.
    pub version: Option<ToolCommand>,
}

impl VerifySection {
    /// What a run may use.
    #[must_use]
    pub fn bounds(&self) -> CompileBounds {
        CompileBounds {
            time: self.time,
            memory_bytes: u64::from(self.memory_mib) * MIB,
            disk_bytes: u64::from(self.disk_mib) * MIB,
            processes: u64::from(self.processes),
            ..CompileBounds::default()
        }
    }

    /// How versions are compiled; `None` where nobody asks for it.
    #[must_use]
    pub fn rules(&self) -> Option<CompileRules> {
        let bounds = self.bounds();
        match self.compile.as_ref()? {
            CompileSection::Purs => Some(CompileRules::purs(bounds)),
            CompileSection::Tool(tool) => {
                let ToolSection { command, graph, version } = tool.as_ref().clone();
                Some(CompileRules { command, graph, version, expected: ExpectedTool::Any, bounds })
            }
        }
    }
}

impl<'de> Deserialize<'de> for CompileSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherForm)
    }
}

/// Reads the name of a preset, or a table.
struct EitherForm;

impl<'de> Visitor<'de> for EitherForm {
    type Value = CompileSection;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"purs\", or a table with a command")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<CompileSection, E> {
        match text {
            "purs" => Ok(CompileSection::Purs),
            _ => Err(E::custom(format!(
                "'{text}' is no compiler with a preset: write \"purs\", or a table with a command"
            ))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CompileSection, A::Error> {
        ToolSection::deserialize(MapAccessDeserializer::new(map)).map(|tool| CompileSection::Tool(Box::new(tool)))
    }
}

impl<'de> Deserialize<'de> for ToolSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            command: Vec<String>,
            graph: Option<Vec<String>>,
            version: Option<Vec<String>>,
        }

        let Table { command, graph, version } = Table::deserialize(deserializer)?;
        let read = |words: Vec<String>| ToolCommand::parse(&words).map_err(de::Error::custom);
        Ok(Self {
            command: read(command)?,
            graph: graph.map(read).transpose()?,
            version: version.map(read).transpose()?,
        })
    }
}

/// A run without an end would never be told of, and one of no time ends at once.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let time = super::policy::wait(deserializer)?;
    let is_usable = time > Duration::ZERO && time <= Duration::from_hours(1);
    is_usable.then_some(time).ok_or_else(|| de::Error::custom("a run takes between 1s and 1h"))
}

fn between<'de, D: Deserializer<'de>>(deserializer: D, least: u32, most: u32) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    let is_usable = (least..=most).contains(&number);
    is_usable.then_some(number).ok_or_else(|| de::Error::custom(format!("write a number from {least} to {most}")))
}

fn memory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    between(deserializer, 64, 65_536)
}

fn disk<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    between(deserializer, 1, 65_536)
}

fn processes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    between(deserializer, 8, 4_096)
}
