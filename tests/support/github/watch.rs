//! What was asked, and whether the asker kept GitHub's rules.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant, SystemTime};

use super::asked::{Asked, Reply, refusal};
use super::tokens::TokenKind;

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    /// 0 where the connection ended without an answer.
    pub(crate) status: u16,
    pub(crate) token: TokenKind,
}

/// The numbers of GitHub's rules. Tests scale them down.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// The most requests at once.
    pub(crate) concurrent: usize,
    /// The length of a window; an hour is sixty of them.
    pub(crate) window: Duration,
    /// The most writes in a window.
    pub(crate) writes: usize,
    /// The most writes in sixty windows.
    pub(crate) hourly_writes: usize,
    /// The most points in a window: 1 for a question, 5 for a write.
    pub(crate) points: usize,
    /// Other numbers of requests in sixty windows, by kind of token.
    pub(crate) hourly: BTreeMap<TokenKind, u64>,
}

impl Default for Limits {
    fn default() -> Self {
        let window = Duration::from_mins(1);
        let hourly = BTreeMap::new();
        Self { concurrent: 100, window, writes: 80, hourly_writes: 500, points: 900, hourly }
    }
}

/// What a token has used of its hour.
struct Budget {
    used: u64,
    until: Instant,
    reset: u64,
}

#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) limits: Limits,
    pub(crate) log: Vec<Exchange>,
    pub(crate) violations: Vec<String>,
    pub(crate) at_once: usize,
    budgets: BTreeMap<String, Budget>,
    not_before: BTreeMap<String, Instant>,
    writes: VecDeque<Instant>,
    points: VecDeque<(Instant, usize)>,
    created: BTreeSet<(String, Vec<u8>)>,
    served: u64,
}

impl Watch {
    pub(crate) fn violation(&mut self, what: String) {
        self.violations.push(what);
    }

    /// A request has come.
    pub(crate) fn arrive(&mut self) {
        self.at_once += 1;
        if self.at_once > self.limits.concurrent {
            self.violation(format!("{} requests at once", self.at_once));
        }
    }

    /// Looks at the pace of whoever asks by this key.
    pub(crate) fn look(&mut self, key: &str, asked: &Asked) {
        let now = Instant::now();
        if self.not_before.get(key).is_some_and(|then| now < *then) {
            self.violation(format!("{} {} before retry-after", asked.method, asked.path));
        }
        let is_write = asked.method != "GET" && !asked.path.ends_with("/access_tokens");
        let window = self.limits.window;
        let within = |then: Instant, windows: u32| now.duration_since(then) < window * windows;
        self.points.push_back((now, if is_write { 5 } else { 1 }));
        self.points.retain(|(then, _)| within(*then, 1));
        let points: usize = self.points.iter().map(|(_, points)| points).sum();
        if points > self.limits.points {
            self.violation(format!("{points} points in a window"));
        }
        if is_write {
            self.writes.push_back(now);
            self.writes.retain(|then| within(*then, 60));
            let recent = self.writes.iter().filter(|then| within(**then, 1)).count();
            if recent > self.limits.writes || self.writes.len() > self.limits.hourly_writes {
                self.violation(format!("{recent} writes in a window, {} in sixty", self.writes.len()));
            }
        }
    }

    /// Takes one request off the hour of this key, or refuses.
    pub(crate) fn spend(&mut self, key: &str, kind: TokenKind) -> Option<Reply> {
        let most = self.most(kind);
        let budget = self.budget(key);
        if budget.used < most {
            budget.used += 1;
            return None;
        }
        // To go on asking is what GitHub bans for.
        if budget.used > most {
            self.violation(format!("{key} asks after its limit was used up"));
        }
        self.budget(key).used = most + 1;
        Some(refusal(403, "API rate limit exceeded for this token."))
    }

    /// Gives the request back: an answer that says "as before" is free.
    pub(crate) fn refund(&mut self, key: &str) {
        let budget = self.budget(key);
        budget.used = budget.used.saturating_sub(1);
    }

    fn most(&self, kind: TokenKind) -> u64 {
        self.limits.hourly.get(&kind).copied().unwrap_or_else(|| kind.hourly())
    }

    fn budget(&mut self, key: &str) -> &mut Budget {
        let now = Instant::now();
        let hour = self.limits.window * 60;
        let reset = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap() + hour;
        let fresh = || Budget { used: 0, until: now + hour, reset: reset.as_secs() };
        let budget = self.budgets.entry(key.to_owned()).or_insert_with(fresh);
        if budget.until <= now {
            *budget = fresh();
        }
        budget
    }

    /// The hour of this key: most, used, and when it is over.
    pub(crate) fn hour(&mut self, key: &str, kind: TokenKind) -> (u64, u64, u64) {
        let most = self.most(kind);
        let budget = self.budget(key);
        (most, budget.used.min(most), budget.reset)
    }

    /// Has answered.
    pub(crate) fn leave(&mut self, key: &str, kind: TokenKind, asked: &Asked, reply: &Reply) {
        if let Some(wait) = reply.header("retry-after").and_then(|wait| wait.parse().ok()) {
            self.not_before.insert(key.to_owned(), Instant::now() + Duration::from_secs(wait));
        }
        let (method, path) = (asked.method.clone(), asked.path.clone());
        self.log.push(Exchange { method, path, query: asked.query.clone(), status: reply.status, token: kind });
    }

    /// Notes what a POST made, and whether the same was made before.
    pub(crate) fn note_creation(&mut self, asked: &Asked) {
        let is_doubled =
            ["/comments", "/reviews", "/check-runs", "/releases"].iter().any(|end| asked.path.ends_with(end))
                && !self.created.insert((asked.path.clone(), asked.body.clone()));
        if is_doubled {
            self.violation(format!("POST {} twice with the same effect", asked.path));
        }
    }

    /// A number for `x-github-request-id`.
    pub(crate) fn request_id(&mut self) -> String {
        self.served += 1;
        format!("FA4E:{:06X}", self.served)
    }
}
