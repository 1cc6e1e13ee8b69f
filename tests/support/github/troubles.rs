//! What goes wrong: by a seeded plan, or when a test says so.

use std::collections::VecDeque;

use super::asked::{Reply, refusal};

/// One request that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// 502, and nothing was done. Of an upload a `starter` asset stays.
    BadGateway,
    /// It is done, and the connection ends without an answer.
    ClosedAfter,
    /// It is done, and 502 is the answer.
    BadGatewayAfter,
    /// 403: a secondary limit.
    SecondaryLimit,
    /// 429.
    TooMany,
    /// It is done, and the answer breaks off.
    CutBody,
    /// 500 with a page for people.
    Page,
}

const ALL: [Fault; 7] = [
    Fault::BadGateway,
    Fault::ClosedAfter,
    Fault::BadGatewayAfter,
    Fault::SecondaryLimit,
    Fault::TooMany,
    Fault::CutBody,
    Fault::Page,
];

/// A plan of what goes wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Faults {
    /// The same seed, the same faults.
    pub(crate) seed: u64,
    /// Of how many requests, from 0 to 1.
    pub(crate) share: f64,
    /// The seconds that a limit asks to wait.
    pub(crate) retry_after: u64,
}

/// What is yet to go wrong.
#[derive(Default)]
pub(crate) struct Troubles {
    pub(crate) plan: Option<Faults>,
    pub(crate) next: VecDeque<Option<Fault>>,
    /// The seconds that a limit asks to wait.
    pub(crate) retry_after: u64,
    drawn: u64,
}

impl Troubles {
    /// What goes wrong with this request.
    pub(crate) fn draw(&mut self) -> Option<Fault> {
        if let Some(fault) = self.next.pop_front() {
            return fault;
        }
        let plan = self.plan?;
        self.drawn += 1;
        let number = mixed(plan.seed.wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more")]
        let part = (number >> 11) as f64 / (1u64 << 53) as f64;
        let which = mixed(number) % ALL.len() as u64;
        (part < plan.share).then(|| ALL[usize::try_from(which).unwrap()])
    }

    /// The answer of a fault that has one of its own.
    pub(crate) fn answer(&self, fault: Fault) -> Option<Reply> {
        let wait = self.plan.map_or(self.retry_after, |plan| plan.retry_after).to_string();
        match fault {
            Fault::BadGateway | Fault::BadGatewayAfter => Some(refusal(502, "Server Error")),
            Fault::SecondaryLimit => {
                let said = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
                Some(refusal(403, said).with("retry-after", wait))
            }
            Fault::TooMany => Some(refusal(429, "Too many requests").with("retry-after", wait)),
            Fault::Page => {
                let mut reply = Reply::empty(500).with("content-type", "text/html; charset=utf-8");
                reply.body = b"<!DOCTYPE html>\n<title>Unicorn!</title>\n<p>We had issues.\n".to_vec();
                Some(reply)
            }
            Fault::ClosedAfter | Fault::CutBody => None,
        }
    }
}

impl Fault {
    /// Whether the request has its effect nevertheless.
    pub(crate) fn has_effect(self) -> bool {
        matches!(self, Self::ClosedAfter | Self::CutBody | Self::BadGatewayAfter)
    }
}

/// A number that looks like chance (splitmix64).
fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
