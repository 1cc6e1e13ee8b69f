//! What packs, and what writes to an index or to what stands beside it.

use std::sync::Arc;

use curator::cli::{self, DocsArgs, Exit, PackArgs, PackageSetCommand, PublishArgs, PublishPlaces, SyncArgs, ViewArgs};
use curator::wire::{self, Access, Described};

use super::Run;

impl Run<'_> {
    pub(crate) fn pack(&self, args: &PackArgs) -> Exit {
        let definition = match args.definition.as_deref().map(wire::read_definition).transpose() {
            Ok(definition) => definition,
            Err(error) => return self.refuse(&error),
        };
        let (out, file) = match wire::out_file(&args.out) {
            Ok(place) => place,
            Err(error) => return self.refuse(&error),
        };
        let overrides = match self.overrides() {
            Ok(overrides) => overrides,
            Err(exit) => return exit,
        };
        let rules = match self.runtime.block_on(wire::pack_rules(&overrides, self.environment)) {
            Ok(rules) => rules,
            Err(error) => return self.refuse(&error),
        };
        let packed = if args.reference.is_some() {
            let (sources, encoder) = match wire::pack_hands(&args.source, cli::PACK_URL) {
                Ok(hands) => hands,
                Err(error) => return self.refuse(&error),
            };
            self.runtime.block_on(cli::pack_git(&sources, &encoder, args, definition.as_deref(), rules))
        } else {
            cli::pack_folder(&wire::folder(&args.source), &wire::encoders(), args, definition.as_deref(), rules)
        };
        self.end(packed.and_then(|artifact| cli::write_archive(&out, &file, &artifact, args, &self.output)))
    }

    pub(crate) fn sync(&self, args: &SyncArgs) -> Exit {
        let claim = match self.claimed(args.claim.as_deref()) {
            Ok(claim) => claim,
            Err(exit) => return exit,
        };
        if args.announce {
            return self.at(args.published_time, |now| {
                self.with_forge(Access::Write(now), |run, wired, forge, place| {
                    let curator = Arc::new(wired.believing(claim));
                    run.story(cli::sync_and_announce(&curator, forge, args, place, now, &run.output))
                })
            });
        }
        self.at(args.published_time, |now| {
            self.with(Access::Write(now), Described::Always, |run, wired| {
                let curator = Arc::new(wired.believing(claim));
                run.story(cli::sync(&curator, args, now, &run.output))
            })
        })
    }

    pub(crate) fn publish(&self, args: &PublishArgs) -> Exit {
        let provenance = match args.provenance.as_deref().map(wire::read_definition).transpose() {
            Ok(provenance) => provenance,
            Err(error) => return self.refuse(&error),
        };
        let source = wire::folder(&args.dir);
        self.at(args.published_time, |now| {
            let access = if args.dry_run { Access::Read } else { Access::Write(now) };
            self.with(access, Described::Always, |run, wired| {
                let registry = match wired.plain_folder() {
                    Ok(registry) => registry.clone(),
                    Err(error) => return run.refuse(&error),
                };
                let curator = Arc::new(wired.curator);
                if args.dry_run {
                    return run.story(cli::rehearse(&curator, &source, args, provenance, &run.output));
                }
                let places = PublishPlaces { source: &source, registry: &registry };
                run.story(cli::publish(&curator, places, args, provenance, now, &run.output))
            })
        })
    }

    pub(crate) fn docs(&self, args: &DocsArgs) -> Exit {
        self.at(None, |now| {
            let access = if args.dry_run { Access::Read } else { Access::Write(now) };
            self.with(access, Described::Always, |run, wired| {
                run.story(cli::docs(&Arc::new(wired.curator), args, now, &run.output))
            })
        })
    }

    pub(crate) fn view(&self, args: &ViewArgs) -> Exit {
        self.at(None, |now| {
            let access = if args.dry_run { Access::Read } else { Access::Show(now) };
            self.with(access, Described::Always, |run, wired| run.story(cli::view(&wired.curator, args, &run.output)))
        })
    }

    pub(crate) fn package_set(&self, command: &PackageSetCommand) -> Exit {
        match command {
            PackageSetCommand::Propose(args) => self.at(args.published_time, |now| {
                self.with(Access::Read, Described::IfPossible, |run, wired| {
                    run.story(cli::propose_set(&wired.curator, now, &run.output))
                })
            }),
            PackageSetCommand::Update(args) => self.at(args.published_time, |now| {
                self.with(Access::Write(now), Described::Always, |run, wired| {
                    run.story(cli::update_set(&wired.curator, now, &run.output))
                })
            }),
            PackageSetCommand::Check(args) => match args.selection(wire::read_definition) {
                Ok(selection) => self.at(None, |now| {
                    self.with(Access::Read, Described::IfPossible, |run, wired| {
                        run.story(cli::check_set(&wired.curator, selection, now, &run.output))
                    })
                }),
                Err(error) => self.refuse(&error),
            },
        }
    }
}
