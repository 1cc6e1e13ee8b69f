//! Somebody with an account.

use std::sync::Arc;

use super::super::Shared;

/// Somebody with an account.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) shared: Arc<Shared>,
    /// The number, which stays.
    pub(crate) id: u64,
}

impl Person {
    /// What the account is called now.
    pub(crate) fn login(&self) -> String {
        self.shared.world().login(self.id).to_owned()
    }

    /// Calls the account otherwise; whoever registers the old name is somebody else.
    pub(crate) fn rename(&self, login: &str) {
        let mut world = self.shared.world();
        assert_eq!(world.account(login), None, "somebody is called {login}");
        if let Some(account) = world.accounts.get_mut(&self.id) {
            login.clone_into(&mut account.login);
        }
    }
}
