//! How things are found in the world, and who may do what there.

use super::world::{ACTIONS_BOT, Pull, Repository, World};

impl World {
    pub(crate) fn repository_named(&self, owner: &str, name: &str) -> Option<u64> {
        let owner = self.account(owner)?;
        let mut all = self.repositories.values();
        all.find(|it| it.owner == owner && it.name.eq_ignore_ascii_case(name)).map(|it| it.id)
    }

    /// The repository that was called so before.
    pub(crate) fn repository_formerly(&self, owner: &str, name: &str) -> Option<u64> {
        let full = format!("{owner}/{name}");
        self.repositories.values().find(|it| it.former.contains(&full)).map(|it| it.id)
    }

    pub(crate) fn repository(&self, id: u64) -> &Repository {
        self.repositories.get(&id).unwrap()
    }

    pub(crate) fn repository_mut(&mut self, id: u64) -> &mut Repository {
        self.repositories.get_mut(&id).unwrap()
    }

    pub(crate) fn full_name(&self, repository: u64) -> String {
        let it = self.repository(repository);
        format!("{}/{}", self.login(it.owner), it.name)
    }

    pub(crate) fn pull(&self, repository: u64, number: u64) -> &Pull {
        self.repository(repository).pulls.get(&number).unwrap()
    }

    /// The pull request, for a change that is stamped.
    pub(crate) fn pull_mut(&mut self, repository: u64, number: u64) -> &mut Pull {
        let now = self.now();
        let pull = self.repository_mut(repository).pulls.get_mut(&number).unwrap();
        pull.updated = now;
        pull
    }

    /// Whether an account may merge, label and publish.
    pub(crate) fn may_write(&self, repository: u64, account: u64) -> bool {
        let it = self.repository(repository);
        it.owner == account || it.writers.contains(&account) || account == ACTIONS_BOT || self.is_app_bot(account)
    }

    /// The label that is called so, whatever the case, as it was first written.
    pub(crate) fn label_named(&self, repository: u64, name: &str) -> String {
        let mut known = self.repository(repository).labels.keys();
        known.find(|it| it.eq_ignore_ascii_case(name)).map_or_else(|| name.to_owned(), Clone::clone)
    }

    /// The first check that a commit lacks.
    pub(crate) fn lacks(&self, repository: u64, commit: &str) -> Option<&str> {
        let it = self.repository(repository);
        let has = |(name, app): &(&String, &Option<u64>)| {
            // Of another app, a check of that name is none.
            let counts = |given: Option<u64>| app.is_none() || given == **app;
            let mut runs = it.checks.iter().rev().filter(|run| run.commit == commit && counts(Some(run.app)));
            let run = runs.find(|run| run.name == **name);
            let mut statuses = it.statuses.iter().rev().filter(|it| it.commit == commit && counts(it.app));
            let status = statuses.find(|status| status.context == **name);
            let passes = |said: &str| ["success", "neutral", "skipped"].contains(&said);
            run.and_then(|run| run.conclusion.as_deref()).is_some_and(passes)
                || run.is_none() && status.is_some_and(|status| status.state == "success")
        };
        it.required.iter().find(|wanted| !has(wanted)).map(|(name, _)| name.as_str())
    }

    fn is_app_bot(&self, account: u64) -> bool {
        self.apps.values().any(|app| app.bot == account)
    }
}
