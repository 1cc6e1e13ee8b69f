//! Asking for a file: with redirects that are judged one by one, bounds of size and time, and one more try (threat 23).

use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use url::Url;

use crate::adapters::git::message::shown;
use crate::model::AddressRange;

use super::failure::Failure;
use super::line::{Lines, NamedBy, judge, named_after};
use super::patience::HttpPatience;

/// The most redirects of one question.
const MOST_HOPS: usize = 5;

/// The most questions at a time.
pub(super) const MOST_AT_ONCE: usize = 16;

/// The longest entity tag that is remembered.
const LONGEST_TAG: usize = 256;

/// Asks web servers for files.
#[derive(Debug)]
pub(super) struct Client {
    lines: Lines,
    named_by: NamedBy,
    patience: HttpPatience,
    turns: Semaphore,
}

/// A question for a file.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    /// Where it is.
    pub(super) url: Url,
    /// How many of its bytes are wanted: reading stops one byte later.
    pub(super) most: u64,
    /// The tag of what is here already.
    pub(super) tag: Option<&'a str>,
    /// Whether caches on the way must ask again.
    pub(super) anew: bool,
}

/// What a server says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// This is it, as far as it was wanted.
    Found(Found),
    /// It is what is here already.
    Same,
    /// There is none.
    Absent,
}

/// A file that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Its bytes; one more than was wanted, or fewer.
    pub(super) bytes: Vec<u8>,
    /// Its tag, if it has one that can be sent back.
    pub(super) tag: Option<String>,
    /// Whether it calls itself a page for people.
    pub(super) is_page: bool,
}

/// An answer, or where else it is.
enum Step {
    Answer(Answer),
    Elsewhere(Url),
}

impl Client {
    /// One that asks at the places that `named_by` names.
    pub(super) fn new(named_by: NamedBy, opened: Vec<AddressRange>, patience: HttpPatience) -> Self {
        let turns = Semaphore::new(MOST_AT_ONCE);
        Self { lines: Lines::new(opened, patience.clone()), named_by, patience, turns }
    }

    /// The same, at places that somebody else names.
    pub(super) fn named_by(self, named_by: NamedBy) -> Self {
        Self { named_by, ..self }
    }

    /// Asks, and once more where that may help.
    pub(super) async fn ask(&self, question: &Question<'_>) -> Result<Answer, Failure> {
        let _turn = self.turns.acquire().await.map_err(|_| Failure::Unusable("nobody asks any more".to_owned()))?;
        match self.follow(question).await {
            Err(Failure::Unreachable(_, Some(pause))) => {
                sleep(pause).await;
                self.follow(question).await
            }
            answer => answer,
        }
    }

    async fn follow(&self, question: &Question<'_>) -> Result<Answer, Failure> {
        let hops = timeout(self.patience.whole, self.hops(question)).await;
        hops.unwrap_or_else(|_| Err(Failure::too_late("it takes too long as a whole")))
    }

    async fn hops(&self, question: &Question<'_>) -> Result<Answer, Failure> {
        let (mut url, mut named_by) = (question.url.clone(), self.named_by);
        for _ in 0..=MOST_HOPS {
            let next = match self.step(&url, named_by, question).await {
                Ok(Step::Answer(answer)) => return Ok(answer),
                Ok(Step::Elsewhere(next)) => next,
                Err(failure) => return Err(failure),
            };
            judge(&next)?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(Failure::Unusable("it redirects from https to http".to_owned()));
            }
            named_by = named_after(&url, named_by);
            url = next;
        }
        Err(Failure::Unusable(format!("it redirects more than {MOST_HOPS} times")))
    }

    async fn step(&self, url: &Url, named_by: NamedBy, question: &Question<'_>) -> Result<Step, Failure> {
        let line = self.lines.to(url, named_by).await?;
        // An encoding would have to be undone, within bounds of its own.
        let mut request =
            line.get(url.clone()).header(ACCEPT, "*/*").header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(tag) = question.tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        if question.anew {
            request = request.header(CACHE_CONTROL, "no-cache");
        }
        let Ok(response) = timeout(self.patience.answer, request.send()).await else {
            return Err(Failure::too_late("it does not answer in time"));
        };
        let response = response.map_err(|error| Failure::lost(&error.without_url(), self.patience.pause))?;
        self.judge(url, response, question).await
    }

    async fn judge(&self, url: &Url, response: Response, question: &Question<'_>) -> Result<Step, Failure> {
        let status = response.status();
        let said = format!("HTTP {}", status.as_u16());
        match status.as_u16() {
            200 => self.body(response, question.most).await.map(|found| Step::Answer(Answer::Found(found))),
            304 if question.tag.is_some() => Ok(Step::Answer(Answer::Same)),
            404 | 410 => Ok(Step::Answer(Answer::Absent)),
            301 | 302 | 303 | 307 | 308 => {
                let target = text(response.headers(), &LOCATION).and_then(|target| url.join(target).ok());
                target.map(Step::Elsewhere).ok_or_else(|| Failure::Unusable(format!("{said} to nowhere")))
            }
            401 | 403 | 407 => Err(Failure::Denied(said)),
            408 | 425 | 429 | 500..=599 => Err(Failure::Unreachable(said, self.pause(status, response.headers()))),
            _ => Err(Failure::Unusable(said)),
        }
    }

    /// How long to wait before the next question; `None` where that would be too long.
    fn pause(&self, status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
        match text(headers, &RETRY_AFTER) {
            Some(wanted) => {
                let wanted = Duration::from_secs(wanted.trim().parse().ok()?);
                (wanted <= self.patience.longest_pause).then_some(wanted.max(self.patience.pause))
            }
            // Too many questions, and no word of when there may be more.
            None if status == StatusCode::TOO_MANY_REQUESTS => {
                Some(self.patience.longest_pause.min(Duration::from_secs(2)))
            }
            None => Some(self.patience.pause),
        }
    }

    /// The body, for as long as it comes at a decent pace.
    async fn body(&self, mut response: Response, most: u64) -> Result<Found, Failure> {
        let encoding = text(response.headers(), &CONTENT_ENCODING).unwrap_or("identity");
        if !encoding.eq_ignore_ascii_case("identity") {
            return Err(Failure::Unusable(format!("it is encoded as {}, unasked", shown(encoding))));
        }
        let is_page = text(response.headers(), &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
        let tag = text(response.headers(), &ETAG).filter(|tag| is_tag(tag)).map(str::to_owned);
        let begun = Instant::now();
        let (mut bytes, mut received) = (Vec::new(), 0_u64);
        while received <= most {
            let chunk = timeout_at(begun + self.patience.after(received), response.chunk()).await;
            let Ok(chunk) = chunk else { return Err(Failure::too_late("its bytes come too slowly")) };
            let chunk = chunk.map_err(|error| Failure::lost(&error.without_url(), self.patience.pause))?;
            let Some(chunk) = chunk else { break };
            let room = usize::try_from(most + 1 - received).unwrap_or(usize::MAX).min(chunk.len());
            bytes.extend_from_slice(chunk.get(..room).unwrap_or_default());
            received += room as u64;
        }
        Ok(Found { bytes, tag, is_page })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Whether it is an entity tag (RFC 9110, 8.8.3).
fn is_tag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inner = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    text.len() <= LONGEST_TAG && inner.is_some_and(|inner| inner.bytes().all(|byte| byte > b' ' && byte != b'"'))
}
