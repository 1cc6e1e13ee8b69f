//! GitHub as its users see it: people, repositories, pull requests.

pub(crate) mod person;
pub(crate) mod pull;
pub(crate) mod repository;
mod rules;
