//! The program at work in a town.

use std::process::Command;

use crate::github::APP_KEY;
use crate::program::curator;
use crate::town::{Town, Voice};

impl Town {
    /// The program as the workflows run it, or as whoever else it speaks as.
    pub(crate) fn program(&self, args: &[&str]) -> Command {
        let mut command = curator(self.home.path());
        command.args(args).args(["--registry", &self.repository.url(), "--github", "acme/registry"]);
        command.args(["--from-mirror", "sources", "--store", "github:acme/registry", "--cache", "cache"]);
        command.env("CURATOR_GITHUB_API", self.github.api()).env("CURATOR_GITHUB_UPLOADS", self.github.uploads());
        match &self.voice {
            Voice::Workflow => command.env("GITHUB_TOKEN", &self.token).env("GITHUB_ACTIONS", "true"),
            Voice::App(app) => command.env("CURATOR_APP_ID", app.id.to_string()).env("CURATOR_APP_KEY", APP_KEY),
            Voice::Person => command.env("GITHUB_TOKEN", &self.token),
        };
        command.envs(self.github.trust());
        command.env("SOURCE_DATE_EPOCH", self.github.now().as_second().to_string());
        command
    }
}
