//! Stories of pull requests: the real program, a GitHub that keeps its state, real git on both sides.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod acts;
#[allow(dead_code, reason = "shared with the tests of stores, which need more of it")]
#[path = "../support/answers.rs"]
mod answers;
mod attack_authority;
mod attack_bulk;
mod attack_hooks;
mod attack_merges;
mod attack_releases;
mod attack_texts;
mod attack_tokens;
mod attack_verdicts;
mod attack_voices;
mod authority_rules;
mod authority_signed;
mod authority_versions;
mod authority_words;
mod compiled;
mod course_authors;
mod course_late;
mod course_people;
mod course_shape;
mod course_time;
mod course_together;
mod course_words;
#[allow(dead_code, reason = "shared with other tests, which need other parts of it")]
#[path = "../support/github/mod.rs"]
mod github;
mod ground;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod impacts;
#[allow(dead_code, reason = "shared with other tests, which need other parts of it")]
#[path = "../support/inertness.rs"]
mod inertness;
mod life;
mod log_authority;
#[allow(dead_code, reason = "shared with the tests of the words, which need more of it")]
#[path = "../review_words/markdown.rs"]
mod markdown;
mod own_registry;
#[allow(dead_code, reason = "shared with the tests of the commands, which need more of it")]
#[path = "../support/program.rs"]
mod program;
mod publication_store;
mod publication_told;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
mod scene;
mod watching;
