//! Pure verbs over the nouns: no clock, no disk, no network, no async; the same input always gives the same answer.

pub mod check;
pub mod index;
pub mod own_manifest;
pub mod pack;
pub mod registry;
pub mod report;
pub mod resolve;
pub mod similar;
