//! Curator: a package registry that is nothing but git repositories and static files.

pub mod adapters;
pub mod cli;
pub mod config;
pub mod model;
pub mod ops;
pub mod ports;
pub mod rules;
pub mod wire;
