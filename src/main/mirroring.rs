//! What keeps copies of a registry, and what looks whether they are true.

use std::path::PathBuf;
use std::sync::Arc;

use curator::cli::{self, Exit, MirrorArgs, RestoreArgs, Restored, VerifyArgs, VerifySubject, VerifyTarget};
use curator::wire::{self, Overrides};

use super::Run;

impl Run<'_> {
    pub(crate) fn verify(&self, args: &VerifyArgs) -> Exit {
        let subject = match args.target() {
            Ok(VerifyTarget::All) => VerifySubject::All,
            Ok(VerifyTarget::Versions(versions)) => VerifySubject::Versions(versions),
            Ok(VerifyTarget::File(file)) => match wire::read_definition(&file) {
                Ok(bytes) => VerifySubject::File(file.display().to_string(), bytes),
                Err(error) => return self.refuse(&error),
            },
            Err(stop) => return self.end(Err(stop)),
        };
        let overrides = self.overrides().map(|overrides| Overrides { archives: args.from.clone(), ..overrides });
        match overrides.and_then(|overrides| self.client_at(&PathBuf::from("."), args.offline, &overrides)) {
            Ok(client) => self.story(cli::verify(&client, subject, args.depth(), &self.output)),
            Err(exit) => exit,
        }
    }

    pub(crate) fn mirror(&self, args: &MirrorArgs) -> Exit {
        let overrides = match self.overrides() {
            // The registry that is named is one to copy, and not the way to an index.
            Ok(overrides) => Overrides { index: Some(args.source.clone()), ..overrides },
            Err(exit) => return exit,
        };
        let registry = match wire::mirrored_registry(&overrides, self.environment) {
            Ok(registry) => registry,
            Err(error) => return self.refuse(&error),
        };
        let client = match self.client_at(&args.dir, false, &overrides) {
            Ok(client) => client,
            Err(exit) => return exit,
        };
        match wire::mirror_target(&args.dir) {
            Ok(target) => self.story(cli::mirror(&client, registry.as_ref(), &Arc::new(target), args, &self.output)),
            Err(error) => self.refuse(&error),
        }
    }

    pub(crate) fn restore(&self, args: &RestoreArgs) -> Exit {
        match wire::restoration(&args.from, &args.to) {
            Ok((mirror, [registry, index], store)) => {
                let into = Restored { registry, index, store };
                self.story(cli::restore(&mirror, &into, args, &self.output))
            }
            Err(error) => self.refuse(&error),
        }
    }
}
