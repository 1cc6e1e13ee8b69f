//! `curator compile`: nothing is opened where secrets are near, and nothing is run that nobody trusts.

use std::path::Path;
use std::sync::Arc;

use curator::cli::{self, CompileArgs, Exit, Origin, Workshop};
use curator::config::Environment;
use curator::model::TreePath;
use curator::wire::{self, Access, Described, Wired};

use super::Run;

impl Run<'_> {
    pub(crate) fn compile(&self, args: &CompileArgs) -> Exit {
        if let Err(stop) = cli::without_secrets(Environment::secret_names()) {
            return self.end(Err(stop));
        }
        match args.pull {
            None => self.with(Access::Read, Described::Always, |run, wired| run.compile_files(args, wired)),
            Some(number) => self.with_forge(Access::Read, |run, wired, forge, _| {
                run.compiling(args, wired, |curator, workshop| {
                    run.story(cli::compile_pull(&curator, workshop, forge, number, &run.output))
                })
            }),
        }
    }

    fn compile_files(&self, args: &CompileArgs, wired: Wired) -> Exit {
        let files: Result<Vec<TreePath>, &Path> = match args.version() {
            Some(_) => Ok(Vec::new()),
            None => wired.files_in_registry(&args.targets),
        };
        match files {
            Ok(files) => self.compiling(args, wired, |curator, workshop| {
                self.story(cli::compile(&curator, workshop, args, files, &self.output))
            }),
            Err(file) => self.no_file(file),
        }
    }

    /// Does `work` with what versions are compiled with, where somebody trusts that.
    fn compiling(
        &self,
        args: &CompileArgs,
        wired: Wired,
        work: impl FnOnce(Arc<wire::Assembled>, Workshop<'_, wire::Sandbox, wire::Folder>) -> Exit,
    ) -> Exit {
        let origin = if wired.is_remote { Origin::Elsewhere } else { Origin::Here };
        let rules = match cli::trusted(wired.compile, origin, args) {
            Ok(rules) => rules,
            Err(stop) => return self.end(Err(stop)),
        };
        let claim = match args.claim.as_deref().map(wire::out_file).transpose() {
            Ok(claim) => claim,
            Err(error) => return self.refuse(&error),
        };
        let sandbox = wire::sandbox(self.environment);
        work(Arc::new(wired.curator), Workshop { compiler: &sandbox, rules, claim })
    }
}
