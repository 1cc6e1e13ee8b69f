//! `curator compile`: nothing is opened where secrets are near, and nothing is run that nobody trusts. And what others made
//! of its claims.

use std::path::Path;
use std::sync::Arc;

use curator::cli::{self, CompileArgs, Exit, Origin, Stop, Workshop};
use curator::config::Environment;
use curator::model::{ClaimSource, TreePath};
use curator::wire::{self, Access, Described, Wired};

use super::Run;

impl Run<'_> {
    pub(crate) fn compile(&self, args: &CompileArgs) -> Exit {
        if let Err(stop) = cli::without_secrets(Environment::secret_names()) {
            return self.end(Err(stop));
        }
        self.with(Access::Read, Described::Always, |run, wired| run.compiling(args, wired))
    }

    /// Compiles with what somebody trusts.
    fn compiling(&self, args: &CompileArgs, wired: Wired) -> Exit {
        let origin = if wired.is_remote { Origin::Elsewhere } else { Origin::Here };
        let rules = match cli::trusted(wired.curator.compile.clone(), origin, args) {
            Ok(rules) => rules,
            // Who wants a claim runs for every registry alike, and this one wants none.
            Err(Stop::NoCompiler) if args.claim.is_some() => return cli::unclaimed(&self.output),
            Err(stop) => return self.end(Err(stop)),
        };
        let files: Result<Vec<TreePath>, &Path> = match args.version() {
            Some(_) => Ok(Vec::new()),
            None => wired.files_in_registry(&args.targets),
        };
        let files = match files {
            Ok(files) => files,
            Err(file) => return self.no_file(file),
        };
        let claim = match args.claim.as_deref().map(wire::out_file).transpose() {
            Ok(claim) => claim,
            Err(error) => return self.refuse(&error),
        };
        let sandbox = wire::sandbox(self.environment);
        let (curator, workshop) = (Arc::new(wired.curator), Workshop { compiler: &sandbox, rules, claim });
        self.at(None, |now| self.story(cli::compile(&curator, workshop, args, files, now, &self.output)))
    }

    /// Who says whether versions compile: the file, where one is named.
    pub(crate) fn claimed(&self, file: Option<&Path>) -> Result<ClaimSource, Exit> {
        let Some(file) = file else { return Ok(ClaimSource::Nobody) };
        let bytes = wire::read_if_there(file).map_err(|error| self.refuse(&error))?;
        Ok(cli::claimed(bytes.as_deref(), file, &self.output))
    }
}
