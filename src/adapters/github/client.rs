//! The one place through which every request to a forge goes: what is repeated, what is read first, what is waited for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use crate::model::{ApiBudget, Secret, Timestamp};
use crate::ports::ForgeError;

use super::address::{ApiAddress, is_safe};
use super::auth::Keys;
use super::failure::Failure;
use super::lane::Lane;
use super::patience::{Pace, Patience};
use super::request::{Answer, Request, Target, Weight};

/// The most pages of a list. A list is taken whole or not at all: what is cut off could be what matters.
const MOST_PAGES: usize = 100;
/// How often one request is put off by limits of the forge's.
const MOST_WAITS: usize = 5;

/// A client of a forge's API. It makes one request at a time, as GitHub asks for.
pub(super) struct Client {
    pub(super) address: ApiAddress,
    pub(super) keys: Keys,
    pub(super) patience: Patience,
    pub(super) pace: Pace,
    pub(super) lane: tokio::sync::Mutex<Lane>,
    pub(super) budget: Mutex<Option<ApiBudget>>,
    pub(super) calls: AtomicU64,
}

/// A page of a list, and the route of the next one.
pub(super) struct Page<T> {
    pub(super) content: T,
    pub(super) next: Option<String>,
}

impl Client {
    pub(super) fn new(address: ApiAddress, keys: Keys, patience: Patience, pace: Pace) -> Self {
        let (budget, calls) = (Mutex::default(), AtomicU64::default());
        Self { address, keys, patience, pace, lane: tokio::sync::Mutex::default(), budget, calls }
    }

    /// How many requests were made to the API, those for tokens included.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// What the forge last said is left; `None` where it has said nothing yet.
    pub(super) fn budget(&self) -> Option<ApiBudget> {
        *self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `route` says.
    pub(super) async fn get<T: DeserializeOwned>(&self, route: &str) -> Result<T, Failure> {
        let request = Request::get(route);
        self.ask(&request, |answer| answer.read(&request)).await
    }

    /// A page of a list.
    pub(super) async fn page<T: DeserializeOwned>(&self, route: &str) -> Result<Page<T>, Failure> {
        let request = Request::get(route);
        self.ask(&request, |answer| {
            let next = answer.next().map(|url| self.address.route(url)).transpose()?;
            Ok(Page { content: answer.read(&request)?, next })
        })
        .await
    }

    /// Every page of a list.
    pub(super) async fn pages<T: DeserializeOwned>(&self, route: &str) -> Result<Vec<T>, Failure> {
        let (mut pages, mut next) = (Vec::new(), Some(route.to_owned()));
        while let Some(route) = next {
            if pages.len() == MOST_PAGES {
                let asked = Request::get(route);
                let message = format!("{}: the list has more than {MOST_PAGES} pages", asked.shown());
                return Err(ForgeError::Unexpected { message }.into());
            }
            let page = self.page(&route).await?;
            pages.push(page.content);
            next = page.next;
        }
        Ok(pages)
    }

    /// Every item of a list. `route` has no query yet.
    pub(super) async fn list<T: DeserializeOwned>(&self, route: &str) -> Result<Vec<T>, Failure> {
        let pages = self.pages::<Vec<T>>(&format!("{route}?per_page=100")).await?;
        Ok(pages.into_iter().flatten().collect())
    }

    /// The bytes at `route`, at most so many. One redirect is followed, without the token: it leads to another host, with a
    /// signature in its query.
    pub(super) async fn bytes(&self, route: &str, most: usize) -> Result<Bytes, Failure> {
        self.bytes_at(Target::Api(route.to_owned()), most).await
    }

    /// The bytes at a URL for everybody, which no token goes to and no budget of the API counts.
    pub(super) async fn public_bytes(&self, url: String, most: usize) -> Result<Bytes, Failure> {
        self.bytes_at(Target::Elsewhere(url), most).await
    }

    async fn bytes_at(&self, target: Target, most: usize) -> Result<Bytes, Failure> {
        let request = Request::bytes(target, most);
        let mut pauses = self.patience.pauses();
        loop {
            match self.bytes_once(&request).await {
                Err(Failure::Lost(message)) => self.rest(&request, pauses.next(), message).await?,
                other => return other,
            }
        }
    }

    async fn bytes_once(&self, request: &Request) -> Result<Bytes, Failure> {
        let answer = self.send(request).await?;
        if !(300..400).contains(&answer.status) {
            return Ok(answer.sound(request)?.body);
        }
        let strange = || ForgeError::Unexpected { message: format!("{}: its redirect is unusable", request.shown()) };
        let url = answer.header("location").filter(|url| is_safe(url)).ok_or_else(strange)?;
        let there = Request::bytes(Target::Elsewhere(url.to_owned()), request.most);
        Ok(self.send(&there).await?.sound(&there)?.body)
    }

    /// Does what `request` says, once.
    ///
    /// Where nobody knows whether it was done, `was_done` reads that before it is done again (threat 43).
    pub(super) async fn write<T, R>(&self, request: &Request, was_done: impl Fn() -> R) -> Result<T, Failure>
    where
        T: DeserializeOwned,
        R: Future<Output = Result<Option<T>, Failure>>,
    {
        let mut pauses = self.patience.pauses();
        loop {
            let message = match self.send(request).await.and_then(|answer| answer.read(request)) {
                Err(Failure::Lost(message)) => message,
                other => return other,
            };
            let pause = pauses.next();
            // Read also after the last try: it may have been the one that did it.
            sleep(pause.unwrap_or(self.patience.pause)).await;
            if let Some(done) = was_done().await? {
                return Ok(done);
            }
            if pause.is_none() {
                return Err(Failure::Lost(message));
            }
        }
    }

    /// The token that requests are made with, so that git can use it, too; `None` where there is none.
    pub(super) async fn token(&self) -> Result<Option<Secret>, Failure> {
        let mut lane = self.lane.lock().await;
        self.current_token(&mut lane).await
    }

    /// Asks what harms nothing, again where the answer was lost.
    async fn ask<T>(&self, request: &Request, read: impl Fn(Answer) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut pauses = self.patience.pauses();
        loop {
            match self.send(request).await.and_then(&read) {
                Err(Failure::Lost(message)) => self.rest(request, pauses.next(), message).await?,
                other => return other,
            }
        }
    }

    /// Waits before another try, if there is one.
    async fn rest(
        &self,
        request: &Request,
        pause: Option<std::time::Duration>,
        message: String,
    ) -> Result<(), Failure> {
        let Some(pause) = pause else { return Err(Failure::Lost(message)) };
        tracing::debug!(asked = request.shown(), %message, ?pause, "again");
        // What could not be read must not be what the forge's next answer means by "as before".
        if let Target::Api(route) = &request.target {
            self.lane.lock().await.kept.forget(route);
        }
        sleep(pause).await;
        Ok(())
    }

    /// Makes a request as soon as all limits allow it; gives whatever answer is none about limits or an old token.
    pub(super) async fn send(&self, request: &Request) -> Result<Answer, Failure> {
        let mut lane = self.lane.lock().await;
        let patient_until = Instant::now() + self.patience.limit;
        let (mut waits, mut renewed) = (0, false);
        loop {
            let is_api = !matches!(request.target, Target::Elsewhere(_));
            let token = if is_api { self.current_token(&mut lane).await? } else { None };
            if is_api {
                self.wait(&mut lane, request.weight(), patient_until).await?;
            }
            let answer = self.exchange(&mut lane, request, token.as_ref()).await?;
            if is_api && matches!(answer.status, 403 | 429) && lane.closed.is_some() {
                waits += 1;
                if waits > MOST_WAITS {
                    let message = "it was waited for, and in vain".to_owned();
                    return Err(ForgeError::RateLimited { message }.into());
                }
            } else if answer.status == 401 && !renewed && lane.let_go(&self.keys) {
                renewed = true;
            } else {
                return Ok(answer);
            }
        }
    }

    /// Waits until a request of that weight may be made, or tells that this is too long.
    pub(super) async fn wait(&self, lane: &mut Lane, weight: Weight, until: Instant) -> Result<(), Failure> {
        let now = Instant::now();
        let paced = lane.strides.free_at(&self.pace, weight, now);
        let closed = lane.closed.as_ref().filter(|closed| closed.until > now);
        let free = closed.map_or(paced, |closed| closed.until.max(paced));
        if free <= now {
            return Ok(());
        }
        let message = closed.map_or("this curator has asked as much as it may", |closed| &closed.message);
        if free <= until {
            tracing::info!(wait = ?free - now, %message, "the forge's limits are waited for");
            tokio::time::sleep_until(free.into()).await;
            return Ok(());
        }
        let millis = i64::try_from((free - now).as_millis()).unwrap_or(i64::MAX);
        let time = super::now().and_then(|now| Timestamp::from_unix_millis(now.unix_millis().saturating_add(millis)));
        let again = time.map_or_else(|_| String::new(), |time| format!("; it answers again at {time}"));
        let hint = if matches!(self.keys, Keys::Nobody) { "; GITHUB_TOKEN would raise it" } else { "" };
        Err(ForgeError::RateLimited { message: format!("{message}{again}{hint}") }.into())
    }
}
