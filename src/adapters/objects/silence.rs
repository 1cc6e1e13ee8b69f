//! How long a server has been silent. One that is gone is not waited for once for every file of a run.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a silent server is left alone.
const REST: Duration = Duration::from_secs(30);

/// A server's silence.
#[derive(Debug)]
pub(super) struct Silence {
    unanswered: Mutex<Unanswered>,
    /// How long a silence is borne.
    endured: Duration,
}

/// The questions since the last answer, whatever was asked.
#[derive(Debug, Default)]
struct Unanswered {
    /// When the first of them was put.
    since: Option<Instant>,
    number: usize,
}

/// A question that was not put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it gave no answer for a while and is not asked again for now")]
pub(super) struct NotAsked;

/// A question. One that is dropped before it is answered was in vain.
pub(super) struct Question<'a> {
    silence: &'a Silence,
    begun: Instant,
    answered: bool,
}

impl Silence {
    /// A silence that is borne for so long.
    pub(super) fn endured(endured: Duration) -> Self {
        Self { unanswered: Mutex::default(), endured }
    }

    /// Begins a question, unless the server has been silent for too long.
    pub(super) fn ask(&self) -> Result<Question<'_>, NotAsked> {
        let begun = Instant::now();
        let mut unanswered = self.unanswered.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = unanswered.since.map_or(Duration::ZERO, |since| begun.duration_since(since));
        if silent > self.endured + REST {
            *unanswered = Unanswered::default();
        } else if silent > self.endured && unanswered.number > 1 {
            // One question may have been lost on its way, however long it was waited for.
            return Err(NotAsked);
        }
        Ok(Question { silence: self, begun, answered: false })
    }
}

impl Question<'_> {
    /// The server has said something.
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        let mut unanswered = self.silence.unanswered.lock().unwrap_or_else(PoisonError::into_inner);
        if self.answered {
            *unanswered = Unanswered::default();
        } else {
            unanswered.since.get_or_insert(self.begun);
            unanswered.number += 1;
        }
    }
}
