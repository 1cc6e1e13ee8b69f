//! The desk that sees to documentation.

use std::path::PathBuf;

use crate::adapters::{DocsFolder, DocsPatience, DocsServer, DocsShelf, DocsToken, Places, Sandbox};
use crate::config::{Config, Environment};
use crate::model::DocsPlace;
use crate::ports::DocsDesk;

use super::{Overrides, Trust, sandbox};

/// The folder that documentation goes into, where it goes into one.
pub(super) fn folder(places: &Places, config: &Config) -> Option<PathBuf> {
    match &config.docs.as_ref()?.place {
        DocsPlace::Directory(path) => Some(places.from_registry(path)),
        _ => None,
    }
}

/// The desk that `config` describes. Where its text is of this machine, it may be anybody's: then nothing of it is run
/// unless the operator trusts it.
pub(super) fn desk(
    overrides: &Overrides,
    environment: &Environment,
    places: &Places,
    config: &Config,
    trust: Trust,
) -> Option<DocsDesk<Sandbox, DocsShelf>> {
    let section = config.docs.as_ref()?;
    let host = match &section.place {
        DocsPlace::Directory(path) => DocsShelf::Folder(DocsFolder::new(path, places.from_registry(path))),
        place => {
            let token = section.credential.clone().map(|variable| {
                let secret = Environment::secret(&variable);
                DocsToken { variable, secret }
            });
            let opened = overrides.allow_addresses.clone();
            DocsShelf::Server(Box::new(DocsServer::new(place.clone(), token, opened, DocsPatience::default())?))
        }
    };
    let compiler = (trust == Trust::Given).then(|| sandbox(environment));
    Some(DocsDesk { rules: section.rules(config.verify.bounds()), compiler, host })
}
