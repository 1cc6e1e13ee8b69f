//! The lane to a forge, on which one request goes at a time: what is known on the way, and one exchange on it.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, IF_NONE_MATCH};
use http_body_util::BodyExt as _;
use octocrab::{OctoBody, Octocrab};
use tokio::time::{timeout, timeout_at};

use crate::model::Secret;
use crate::ports::ForgeError;

use super::auth::Tokens;
use super::client::Client;
use super::failure::Failure;
use super::kept::Kept;
use super::limits;
use super::patience::Strides;
use super::request::{Answer, Request, Target};

/// The version of the API that is spoken.
const VERSION: &str = "2022-11-28";

/// What is known on the way to a forge.
#[derive(Default)]
pub(super) struct Lane {
    /// The connections; made with the first request, because they belong to the runtime that makes it.
    octocrab: Option<Octocrab>,
    pub(super) strides: Strides,
    pub(super) closed: Option<Closed>,
    pub(super) kept: Kept,
    pub(super) tokens: Tokens,
}

/// Until when the forge answers nothing.
#[derive(Debug, Clone)]
pub(super) struct Closed {
    pub(super) until: Instant,
    pub(super) message: String,
}

impl Client {
    /// One exchange: one request, one whole answer. An answer that the forge says still holds is the kept one.
    pub(super) async fn exchange(
        &self,
        lane: &mut Lane,
        request: &Request,
        bearer: Option<&Secret>,
    ) -> Result<Answer, Failure> {
        let is_api = !matches!(request.target, Target::Elsewhere(_));
        let begun = Instant::now();
        let sent = self.sent(lane, request, bearer).await;
        if !is_api {
            return sent;
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        lane.strides.note(request.weight(), Instant::now());
        let answer = sent.inspect_err(|failure| {
            tracing::debug!(method = %request.method, asked = request.shown(), ?failure, "lost");
        })?;
        if let Some(budget) = limits::budget(&answer) {
            *self.budget.lock().unwrap_or_else(PoisonError::into_inner) = Some(budget);
        }
        lane.closed = limits::reached(&answer, self.pace.minute)
            .map(|reached| Closed { until: Instant::now() + reached.wait, message: reached.message });
        let left = answer.header("x-ratelimit-remaining");
        let took = begun.elapsed();
        tracing::debug!(method = %request.method, asked = request.shown(), status = answer.status, left, ?took, "asked");
        let Target::Api(route) = &request.target else { return Ok(answer) };
        if answer.status == 304
            && let Some(kept) = lane.kept.answer(route)
        {
            return Ok(kept);
        }
        if request.is_kept() {
            lane.kept.keep(route, &answer);
        }
        Ok(answer)
    }

    async fn sent(&self, lane: &mut Lane, request: &Request, bearer: Option<&Secret>) -> Result<Answer, Failure> {
        let asked = self.asked(lane, request, bearer)?;
        let octocrab = self.octocrab(lane)?;
        let too_late = || Failure::Lost(format!("no answer within {} s", self.patience.answer.as_secs()));
        let answered = timeout(self.patience.with_bytes(request.content.len()), octocrab.execute(asked));
        let response = answered.await.map_err(|_| too_late())?.map_err(|error| lost(&error))?;
        let (head, mut body) = response.into_parts();
        let status = head.status.as_u16();
        let (begun, mut bytes) = (tokio::time::Instant::now(), BytesMut::new());
        loop {
            let deadline = begun + self.patience.with_bytes(bytes.len());
            let frame = timeout_at(deadline, body.frame()).await.map_err(|_| too_late())?;
            let Some(frame) = frame else { break };
            let Ok(more) = frame.map_err(|error| lost(&error))?.into_data() else { continue };
            bytes.extend_from_slice(&more);
            if bytes.len() > request.most {
                let message = format!("{}: more than {} bytes", request.shown(), request.most);
                return Err(ForgeError::Unexpected { message }.into());
            }
        }
        let body = if status >= 400 { without(&bytes, bearer) } else { bytes.freeze() };
        Ok(Answer { status, headers: head.headers, body })
    }

    /// The request as it is sent.
    fn asked(
        &self,
        lane: &Lane,
        request: &Request,
        bearer: Option<&Secret>,
    ) -> Result<http::Request<OctoBody>, Failure> {
        let url = match &request.target {
            Target::Api(route) => format!("{}{route}", self.address.api),
            Target::Uploads(route) => format!("{}{route}", self.address.uploads),
            Target::Elsewhere(url) => url.clone(),
        };
        let mut builder = http::Request::builder().method(&request.method).uri(url);
        builder = builder.header(ACCEPT, request.accept);
        if let Target::Api(route) = &request.target
            && request.is_kept()
            && let Some(tag) = lane.kept.tag(route)
        {
            builder = builder.header(IF_NONE_MATCH, tag);
        }
        if !matches!(request.target, Target::Elsewhere(_)) {
            builder = builder.header("x-github-api-version", VERSION);
            if let Some(bearer) = bearer {
                let value = HeaderValue::from_str(&format!("Bearer {}", bearer.reveal()));
                let mut value =
                    value.map_err(|_| ForgeError::Denied { message: "the token is no token".to_owned() })?;
                value.set_sensitive(true);
                builder = builder.header(AUTHORIZATION, value);
            }
        }
        let body = if request.content.is_empty() {
            OctoBody::empty()
        } else {
            builder = builder.header(CONTENT_TYPE, request.content_type);
            request.content.clone().into()
        };
        // Named, because the body does not tell its length by itself, and GitHub takes no upload in chunks.
        let built = builder.header(CONTENT_LENGTH, request.content.len()).body(body);
        built.map_err(|error| ForgeError::Unexpected { message: format!("{}: {error}", request.shown()) }.into())
    }

    /// The connections. octocrab's own address stays GitHub's: every request here names its whole URL and its own token.
    /// Its own is the name of who asks, too: it would add that to another one, and servers refuse two.
    fn octocrab(&self, lane: &mut Lane) -> Result<Octocrab, Failure> {
        if let Some(octocrab) = &lane.octocrab {
            return Ok(octocrab.clone());
        }
        let patience = &self.patience;
        let builder = Octocrab::builder().set_connect_timeout(Some(patience.connect));
        let octocrab = builder.build().map_err(|error| lost(&error))?;
        Ok(lane.octocrab.insert(octocrab).clone())
    }
}

/// The words of a refusal without the token, which something in between may have echoed.
fn without(bytes: &[u8], bearer: Option<&Secret>) -> Bytes {
    let text = String::from_utf8_lossy(bytes);
    bearer.map_or_else(|| text.clone().into_owned(), |bearer| text.replace(bearer.reveal(), "(the token)")).into()
}

/// The innermost reason alone: octocrab's own words end in a backtrace.
fn lost(error: &dyn std::error::Error) -> Failure {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    Failure::Lost(reason.to_string().lines().next().unwrap_or_default().to_owned())
}
