//! What users of packages do: it needs an index and a project, and no registry.

use std::path::Path;
use std::sync::Arc;

use curator::cli::{self, ClientArgs, Exit, Stop};
use curator::ports::Client;
use curator::wire::{self, ClientHands, ClientRequest, Offline};

use super::Run;

/// The hands of a user of packages, shared by the tasks of a run.
pub(crate) type User = Arc<Client<ClientHands>>;

impl Run<'_> {
    /// Joins the hands of a user of packages, and does `work` with them.
    pub(crate) fn user<W>(&self, args: &ClientArgs, work: W) -> Exit
    where
        W: AsyncFnOnce(User) -> Result<Exit, Stop>,
    {
        match self.client(&args.project, args.offline) {
            Ok(client) => self.story(work(client)),
            Err(exit) => exit,
        }
    }

    pub(crate) fn client(&self, project: &Path, offline: bool) -> Result<User, Exit> {
        let overrides = self.overrides()?;
        let says = match cli::project_places(&wire::folder(project)) {
            Ok(says) => says,
            Err(stop) => return Err(self.end(Err(stop))),
        };
        let offline = if offline { Offline::Yes } else { Offline::No };
        let request = ClientRequest { project, says: &says, offline };
        let progress = cli::progress(&self.output);
        match self.unless_interrupted(wire::client(&overrides, self.environment, &request, progress)) {
            None => Err(self.interrupted()),
            Some(Ok(client)) => Ok(Arc::new(client)),
            Some(Err(error)) => Err(self.unwired(error)),
        }
    }
}
