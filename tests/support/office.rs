//! The program at work in a town.

use std::process::Command;

use crate::program::curator;
use crate::town::Town;

impl Town {
    /// The program as the workflows run it.
    pub(crate) fn program(&self, args: &[&str]) -> Command {
        let mut command = curator(self.home.path());
        command.args(args).args(["--registry", &self.repository.url(), "--github", "acme/registry"]);
        command.args(["--from-mirror", "sources", "--store", "github:acme/registry", "--cache", "cache"]);
        command.env("CURATOR_GITHUB_API", self.github.api()).env("CURATOR_GITHUB_UPLOADS", self.github.uploads());
        command.env("GITHUB_TOKEN", &self.token).env("GITHUB_ACTIONS", "true");
        command.env("GIT_SSL_CAINFO", self.github.certificate());
        command.env("SOURCE_DATE_EPOCH", self.github.now().as_second().to_string());
        command
    }
}
