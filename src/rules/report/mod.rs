//! Every sentence that a person reads: the words of findings, plans and errors, and the forms they are shown in.

mod adoption;
mod audit;
mod findings;
mod history;
mod import;
mod inert;
mod markdown;
mod new;
mod outcome;
mod package_set;
pub mod pages;
mod plan;
mod rebuild;
pub mod review;
mod setup;
mod status;
mod stop;
mod vitals;
mod watching;
pub mod words;

pub use adoption::{adoption_json, adoption_text};
pub use audit::{audit_json, audit_text};
pub use findings::{FindingView, Position, Style, Texts, counted, github, human, summary, view};
pub use history::{history_findings, history_json, history_text};
pub use import::{import_json, import_text};
pub use inert::{inert, inert_json, inert_line};
pub use new::NewFiles;
pub use outcome::{artifact_json, artifact_text, sync_json, sync_text};
pub use package_set::{SetDeed, changelog, set_json, set_markdown, set_text};
pub use plan::{plan_json, plan_markdown, plan_text};
pub use rebuild::{rebuild_json, rebuild_text};
pub use setup::{SetupStep, setup_json, setup_steps, setup_text};
pub use status::{status_json, status_text};
pub use stop::{stop, without_index};
pub use vitals::{health_json, is_well, metrics, receipt};
pub use watching::{listening, no_secret, not_loopback, resting, unreviewed, unreviewing, waiting};
