//! What users of packages do: it needs an index and a project, and no registry.

use std::path::Path;
use std::sync::Arc;

use curator::cli::{self, ClientArgs, Exit, Stop, UseCommand};
use curator::wire::{self, ClientRequest, Offline, Overrides, User};

use super::Run;

impl Run<'_> {
    pub(crate) fn use_packages(&self, command: &UseCommand) -> Exit {
        let output = &self.output;
        match command {
            UseCommand::Resolve(args) => self.user(&args.client, async |user| cli::resolve(&user, args, output).await),
            UseCommand::Add(args) => self.user(&args.client, async |user| cli::add(&user, args, output).await),
            UseCommand::Remove(args) => self.user(&args.client, async |user| cli::remove(&user, args, output).await),
            UseCommand::Install(args) => self.user(&args.client, async |user| cli::install(&user, args, output).await),
            UseCommand::Update(args) => self.user(&args.client, async |user| cli::update(&user, args, output).await),
            UseCommand::Tree(args) => self.user(&args.client, async |user| cli::tree(&user, output).await),
            UseCommand::Outdated(args) => {
                self.user(&args.client, async |user| cli::outdated(&user, args, output).await)
            }
            UseCommand::Search(args) => self.user(&args.client, async |user| cli::search(&user, args, output).await),
            UseCommand::Info(args) => self.user(&args.client, async |user| cli::info(&user, args, output).await),
            UseCommand::Verify(args) => self.verify(args),
            UseCommand::Mirror(args) => self.mirror(args),
            UseCommand::Restore(args) => self.restore(args),
        }
    }

    /// Joins the hands of a user of packages, and does `work` with them.
    fn user<W>(&self, args: &ClientArgs, work: W) -> Exit
    where
        W: AsyncFnOnce(User) -> Result<Exit, Stop>,
    {
        match self.client(&args.project, args.offline) {
            Ok(client) => self.story(work(client)),
            Err(exit) => exit,
        }
    }

    fn client(&self, project: &Path, offline: bool) -> Result<User, Exit> {
        self.client_at(project, offline, &self.overrides()?)
    }

    /// The same, with these places.
    pub(crate) fn client_at(&self, project: &Path, offline: bool, overrides: &Overrides) -> Result<User, Exit> {
        let says = match cli::project_places(&wire::folder(project)) {
            Ok(says) => says,
            Err(stop) => return Err(self.end(Err(stop))),
        };
        let offline = if offline { Offline::Yes } else { Offline::No };
        let request = ClientRequest { project, says: &says, offline };
        let progress = cli::progress(&self.output);
        match self.unless_interrupted(wire::client(overrides, self.environment, &request, progress)) {
            None => Err(self.interrupted()),
            Some(Ok(client)) => Ok(Arc::new(client)),
            Some(Err(error)) => Err(self.unwired(error)),
        }
    }
}
