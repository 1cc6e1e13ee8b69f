//! Pure verbs over the nouns: no clock, no disk, no network, no async; the same input always gives the same answer.

pub mod audit;
pub mod authorize;
pub mod check;
pub mod choose;
pub mod compile;
pub mod docs;
pub mod governance;
pub mod impact;
pub mod import;
pub mod index;
pub mod init;
pub mod own_manifest;
pub mod pack;
pub mod package_set;
pub mod plan;
pub mod project;
pub mod provenance;
pub mod registry;
pub mod report;
pub mod resolve;
pub mod restore;
pub mod review;
pub mod schema;
pub mod search;
pub mod similar;
pub mod views;
