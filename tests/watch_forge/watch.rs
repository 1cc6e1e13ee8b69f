//! A town that somebody watches over.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::github::GitHub;
use crate::town::{Town, Voice, Wish};
use crate::visitor::SECRET;
use crate::watching::{PATIENCE, Watching};

/// How the forge tells what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// By webhooks, on which all depends: the next look is an hour away.
    Webhooks,
    /// Not at all: there is a look every second.
    Looks,
    /// By webhooks, and there is a look every second.
    Both,
}

/// A town, the program that watches over it, and its door.
pub(crate) struct Watch {
    pub(crate) town: Town,
    pub(crate) door: SocketAddr,
    pub(crate) watching: Watching,
    news: News,
}

impl Watch {
    /// Begins to watch over a town whose `curator.toml` ends with `policy`.
    pub(crate) fn over(policy: &str, news: News) -> Self {
        Self::begin(Town::with(GitHub::start(), policy, Voice::Workflow), news)
    }

    /// Begins to watch over a town.
    pub(crate) fn begin(town: Town, news: News) -> Self {
        let (watching, door) = begin(&town, news);
        Self { town, door, watching, news }
    }

    /// Kills the program, and starts it again.
    pub(crate) fn kill(&mut self) {
        self.watching.child.kill().unwrap();
        self.watching.child.wait().unwrap();
        (self.watching, self.door) = begin(&self.town, self.news);
    }

    /// Waits until something is so.
    #[track_caller]
    pub(crate) fn waits_until(&mut self, what: &str, is_so: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_so() {
            let is_alive = self.watching.child.try_wait().unwrap().is_none();
            let said = || self.watching.lines.try_iter().collect::<Vec<_>>();
            assert!(is_alive && began.elapsed() < PATIENCE, "{what} did not come to be: {:#?}", said());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the pull request was told that its version can be installed, and the program is idle again.
    #[track_caller]
    pub(crate) fn waits_for(&mut self, wishes: &[Wish]) {
        for wish in wishes {
            let is_told = || wish.pull.labels().iter().any(|label| label == "published");
            self.waits_until(&format!("{}@{}", wish.name, wish.version), is_told);
        }
    }

    /// Asks the program to end, which it does well; every wish was granted, once, and no rule of the forge broken.
    #[track_caller]
    pub(crate) fn ends(self, wishes: &[Wish]) {
        let (code, said) = self.watching.end();
        assert_eq!(code, Some(0), "{said:#?}");
        assert!(!said.concat().contains(&self.town.token), "{said:#?}");
        self.town.assert_granted_once(wishes);
        assert_eq!(self.town.github.violations(), [""; 0]);
    }
}

/// Starts the program; gives it, and its door, which the forge is told of.
fn begin(town: &Town, news: News) -> (Watching, SocketAddr) {
    let interval = if news == News::Webhooks { "1h" } else { "1s" };
    let mut command = town.program(&["watch", "--interval", interval, "--listen", "127.0.0.1:0"]);
    command.env("CURATOR_WEBHOOK_SECRET", SECRET);
    let mut watching = Watching::start(command);
    let door = watching.door();
    if news != News::Looks {
        town.github.webhook(&format!("http://{door}/webhook"), SECRET);
    }
    (watching, door)
}
