//! Curator: a package registry that is nothing but git repositories and static files.
//!
//! # Three places
//!
//! The **registry** holds what people want: definitions, registrations, overrides, statuses. People alone write it, by pull
//! request. The **index** holds what is published: a line of manifest and an entry of metadata for each version. The
//! curator alone writes it. The **stores** hold the bytes: archives, each written once.
//!
//! # One loop
//!
//! *wanted − published = plan*, and nothing else: no event is trusted, so a run can be repeated, interrupted and
//! resumed at any point. [`ops::plan`] computes the difference, [`ops::sync`] makes it vanish.
//!
//! # The house
//!
//! Rooms import only downward; `tests/house.rs` and `.clippy.toml` hold that.
//!
//! | floor | room | holds | may import |
//! | --- | --- | --- | --- |
//! | 5 | `main.rs` | parse, wire, run one thing, exit code | cli, daemon, wire, config, model |
//! | 4 | [`cli`] | what can be typed; one subcommand, one story | ops, rules, ports, config, model |
//! | 4 | [`daemon`] | the curator that stays: looks again and again, syncs and reviews where there is a reason | ops, ports, model |
//! | 4 | [`wire`] | the only place that knows both ports and adapters | adapters, ports, config, model |
//! | 3 | [`ops`] | the stories: check, compile, plan, sync, status, wish, sign, pack, rebuild, audit, log, package sets, views, import, new, init; those of package users and mirrors | rules, ports, model |
//! | 3 | [`adapters`] | the hands: git, folders, stores, encoders, the clock, the door | ports, model |
//! | 2 | [`rules`] | pure verbs: checks, review, authorize, plan, pack and unpack, resolve, index, views, audit, the log, package sets, every sentence | model |
//! | 2 | [`ports`] | what is asked of the world: one small trait and its typed error a file | model |
//! | 1 | [`config`] | the one reader of `curator.toml` and of the environment | model |
//! | 1 | [`model`] | nouns, well-formed by construction | – |
//!
//! # A publication, from file to index
//!
//! Somebody merged `packages/ma/maybe/6.0.0.json`. Then, in `curator sync`:
//!
//! 1. `main` parses the command line into [`cli::Args`]; [`wire::wire`] reads `curator.toml` ([`config::Config`]) and
//!    joins the hands: a [`adapters::Place`] for the registry and another one for the index, each a plain folder
//!    ([`adapters::Directory`]; an index is opened as its only writer) or a branch of a git repository, here or elsewhere
//!    ([`adapters::GitRepo`]), a [`adapters::Store`] for each store, [`adapters::git::GitSources`],
//!    [`adapters::Encoders`]. Together they are a [`ports::Curator`].
//! 2. [`ops::sync`] reads index and registry, each at one state ([`ports::Repo::head`]). In git it looks at what changed
//!    since the commit that the index records ([`ports::History::difference`]) and at what is owed; in folders at
//!    everything. What it needs of each package becomes a [`rules::registry::World`]: published manifests and metadata on
//!    one side, and on the other the definitions that are not published yet, each a [`rules::registry::Candidate`] that
//!    has been read as far as it can be.
//! 3. [`rules::plan::plan`] turns the world into steps: here a [`model::Step::Publish`].
//! 4. The publication is prepared. [`ports::SourceFetcher::fetch`] brings the tree of the reviewed commit as a value:
//!    nothing is checked out. [`rules::pack::FileRules::select`] chooses the files, [`rules::pack::tar`] writes them,
//!    [`ports::Encoder::encode`] compresses them. Every row of [`rules::check::CHECKS`] looks at definition, world, source and
//!    archive, and none stops another. The result is a [`model::Prepared`]: an artifact and findings.
//! 5. What failed holds back whatever depends on it, and nothing else.
//! 6. Each archive and its checksum are put into each store ([`ports::ArtifactStore::put`]): stored, there already, or a
//!    conflict that is never overwritten. Then the store hears that the version is whole
//!    ([`ports::ArtifactStore::complete`]), and one of releases publishes it. What a mirror does not take is owed to it.
//!    Nothing is visible in the index yet.
//! 7. The line is inserted into the [`rules::index::IndexFile`], the facts into the [`rules::index::MetadataFile`]; every other
//!    byte of both stays. What failed is written into `pending/` ([`model::Pending`]). [`ports::Repo::commit`] makes all
//!    of it visible at once, or nothing if somebody else was faster: then the story starts over. This is the point of
//!    publication.
//! 8. What may fail without harm comes afterwards: stores are filled up, and where the registry wants documentation, it is
//!    made in a sandbox ([`ports::Compiler`]) and sent ([`ports::DocsHost`]). It was promised in the commit of step 7, and
//!    stays owed until it is there. The views of the index ([`rules::views`]) follow it: each records the commit that it
//!    shows, so that the next run brings up what this one could not.
//! 9. [`rules::report`] says what was done; `main` exits with a code that scripts can rely on.
//!
//! What happens to a version afterwards (other bounds, a yank, a transfer) takes the same way without an archive:
//! [`rules::plan::amendments`] is what separates what the registry says, and since when
//! ([`rules::registry::Timeline`]), from what the index says, and [`rules::index::amend`] writes it in step 7. What was
//! unpublished leaves the stores after that commit.
//!
//! A crash before step 7 leaves archives that no index lists; the next run makes the same bytes and finds them there.
//!
//! # An installation, from index to folder
//!
//! Somebody types `curator add tally`. No registry is needed, and nothing is written but the project's own files:
//!
//! 1. [`wire::client`] joins other hands, a [`ports::Client`]: an index to read ([`ports::IndexSource`]: a folder, git, or files
//!    on a web server), places that may have archives ([`ports::ArtifactSource`]), what this machine keeps of them
//!    ([`ports::ArchiveCache`]), the project's files, and what it has unpacked ([`ports::Installation`]).
//! 2. [`ops::client`] reads of the index what the question touches, a few small files at once, and offers what may be chosen
//!    ([`rules::choose::Offer`]); [`rules::resolve`] chooses, or explains why it cannot.
//! 3. Archives are got, hashed and unpacked in memory, whichever place they come from; one that lies is named. Then the
//!    project's file is changed ([`rules::project`]), the lock file written, and the folders moved into place.
//!
//! [`ops::mirror`] brings the same to a folder of plain files, and makes a registry of such a folder again.
//!
//! # A curator that stays
//!
//! [`daemon::watch`] does round after round: sync what is wanted or owed, then review a few of the open pull requests
//! whose head, base or conversation changed, or whose waiting period is over. What it remembers between two rounds only
//! saves work; a new process begins without. A visitor at [`adapters::Door`] who brings a signed delivery ([`daemon::front`])
//! leaves a [`model::Hint`] in the [`daemon::MailBox`], which makes the next round come sooner, and nothing else.

pub mod adapters;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod model;
pub mod ops;
pub mod ports;
pub mod rules;
pub mod wire;
