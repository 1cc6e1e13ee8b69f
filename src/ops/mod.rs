//! The stories: what the curator does, told in terms of rules and ports.

mod audit;
mod audit_history;
mod batch;
mod branch;
mod check;
mod chronicle;
pub mod client;
mod compile;
mod define;
mod docs;
mod examination;
mod fetched;
mod foresight;
mod import_bower;
mod import_purescript;
mod init;
mod inspect;
mod kept;
mod life_file;
mod log;
pub mod mirror;
mod owed;
mod pack;
mod package_set;
mod packages;
mod parallel;
mod past;
mod plan;
mod publish;
mod reader;
mod rebuild;
mod removal;
mod restock;
mod review;
mod said;
mod scope;
mod sign;
mod signed;
mod stop;
mod strangers;
mod sync;
mod transfer;
mod view;
mod warnings;
mod wish;

use crate::ports::{Curator, Event};

pub use audit::audit;
pub use audit_history::audit_history;
pub use check::{CheckReport, CheckRequest, Selection, SourceAccess, check, fix};
pub use compile::{CompileReport, CompileRequest, CompileSubject, compile};
pub use define::{DefineRequest, Defined, define};
pub use docs::{DocsReport, DocsRequest, DocsSubject, docs, docs_wanted};
pub use import_bower::{IMPORT_REPORT, ImportRequest, Imported, import_bower};
pub use import_purescript::{Both, Import, read_purescript};
pub use init::{Begun, init, init_on_github};
pub use log::{LogRequest, log};
pub use owed::{StatusReport, status};
pub use pack::{PackRequest, pack_folder, pack_git};
pub use package_set::{SetReport, SetSelection, check_package_set, propose_set, update_set};
pub use plan::{PlanReport, plan, preview};
pub use publish::{LocalPublication, PublishRefusal, PublishRequest, prepare_publication, publish};
pub use rebuild::{RebuildRequest, rebuild};
pub use review::{
    Announced, Announcements, Examined, Outcome, ReviewMode, ReviewRequest, Reviewed, Then, Untold, announce,
    asked_to_retry, check_location_ids, examine, review,
};
pub use scope::{Extent, Retry, RunRequest};
pub use sign::sign;
pub use stop::{Stop, Taken};
pub use sync::{Synced, sync};
pub use view::{ViewDeed, ViewRequest, Viewed, views};
pub use wish::{FileDeed, Wish, Wished, wish};
