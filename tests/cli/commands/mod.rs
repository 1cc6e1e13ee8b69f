//! Each command: what it prints in every format, and how it ends.

mod advisories;
mod audit;
mod check;
mod first_steps;
mod import_purescript;
mod pack;
mod plan;
mod rebuild;
mod terminal;
mod wish;
