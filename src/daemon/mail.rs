//! What deliveries hinted at since the last round. It may be lost at any time: the next look finds all of it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::model::{Hint, PullNumber};

/// The most pull requests that are remembered. A storm of deliveries must not fill the memory, and the forge's list
/// shows what changed anyway.
const MOST: usize = 10_000;

/// What somebody hinted at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mail {
    /// These pull requests.
    pub pulls: BTreeSet<PullNumber>,
    /// How many hints there were at the registry.
    pub registry: usize,
}

/// A letter box: any number of hints wake the loop once.
#[derive(Debug, Default)]
pub struct MailBox {
    mail: Mutex<Mail>,
    bell: Notify,
}

impl MailBox {
    /// Puts hints in, and wakes who waits for them.
    pub fn put(&self, hints: &BTreeSet<Hint>) {
        let mut mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        for hint in hints {
            match hint {
                Hint::Registry => mail.registry = mail.registry.saturating_add(1),
                Hint::Pull(number) if mail.pulls.len() < MOST => drop(mail.pulls.insert(*number)),
                Hint::Pull(_) => {}
            }
        }
        drop(mail);
        self.bell.notify_one();
    }

    /// Takes everything out.
    pub fn take(&self) -> Mail {
        std::mem::take(&mut self.mail.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends when something was put in since it ended last.
    pub(super) async fn rings(&self) {
        self.bell.notified().await;
    }
}
