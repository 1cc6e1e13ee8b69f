//! The front of the daemon: deliveries come in, health and metrics go out. Nothing here waits for the loop.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http_body_util::BodyExt as _;

use crate::model::{Hints, Receipt, RepositoryName, Secret, Vitals};

use super::mail::MailBox;
use super::record::Record;
use super::signature::{Check, Signature};

/// The longest body that is taken in: GitHub sends none that is longer.
/// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>
const LONGEST_BODY: usize = 25 << 20;
/// The most of it that is kept. The rest is only checked against the signature: what is as long as that is read as a
/// hint to look, so that many long deliveries at once do not fill the memory, and none is lost.
const MOST_KEPT: usize = 1 << 20;
/// How many deliveries are remembered. A repeated one does no harm, so that forgetting does none.
const MOST_REMEMBERED: usize = 10_000;
/// The longest name of a delivery; GitHub's has 36 characters.
const LONGEST_NAME: usize = 100;

/// A page that is made anew for whoever asks: its status, its type and its text.
pub type Page = Arc<dyn Fn(&Vitals) -> PageText + Send + Sync>;

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// Whether all is well.
    pub state: PageState,
    /// The text.
    pub text: String,
}

/// Whether all is well, to a program that looks at nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    /// It is: 200.
    Well,
    /// It is not: 503.
    Ill,
}

/// What the front needs.
pub struct Front {
    /// What deliveries are signed with; `None` where none are taken.
    pub secret: Option<Secret>,
    /// The repository that they must be about, where it is known.
    pub repository: Option<RepositoryName>,
    /// Where their hints go.
    pub mail: Arc<MailBox>,
    /// Where it is written down what came in.
    pub record: Arc<Record>,
    /// What `/healthz` says, as JSON.
    pub health: Page,
    /// What `/metrics` says, as Prometheus reads it.
    pub metrics: Page,
    /// What the answer to a delivery says.
    pub answer: fn(Receipt) -> &'static str,
}

/// The front, and what it remembers.
struct Open {
    front: Front,
    seen: Mutex<Seen>,
}

/// The deliveries that were seen lately.
#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    order: VecDeque<String>,
}

impl Seen {
    /// Whether `name` is new; it is remembered.
    fn is_new(&mut self, name: &str) -> bool {
        if !self.names.insert(name.to_owned()) {
            return false;
        }
        self.order.push_back(name.to_owned());
        if self.order.len() > MOST_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.names.remove(&oldest);
        }
        true
    }
}

/// The ways in: `POST /webhook` where there is a secret, `GET /healthz`, `GET /metrics`.
pub fn front(front: Front) -> Router {
    let takes = front.secret.is_some();
    let open = Arc::new(Open { front, seen: Mutex::default() });
    let router = Router::new().route("/healthz", get(healthz)).route("/metrics", get(metrics));
    let router = if takes { router.route("/webhook", post(webhook)) } else { router };
    router.with_state(open)
}

async fn healthz(State(open): State<Arc<Open>>) -> Response {
    open.page(&open.front.health, "application/json")
}

async fn metrics(State(open): State<Arc<Open>>) -> Response {
    open.page(&open.front.metrics, "text/plain; version=0.0.4; charset=utf-8")
}

async fn webhook(State(open): State<Arc<Open>>, request: Request) -> Response {
    let receipt = open.take(request).await;
    open.front.record.delivered(receipt);
    let status = match receipt {
        Receipt::Accepted | Receipt::Repeated | Receipt::Ignored => StatusCode::ACCEPTED,
        Receipt::Unsigned | Receipt::Forged => StatusCode::UNAUTHORIZED,
        Receipt::Oversized => StatusCode::PAYLOAD_TOO_LARGE,
        Receipt::Malformed => StatusCode::BAD_REQUEST,
    };
    said(status, "text/plain; charset=utf-8", format!("{}\n", (open.front.answer)(receipt)))
}

/// An answer after which the connection is closed: nobody holds a place at the door between two questions.
fn said(status: StatusCode, kind: &'static str, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, kind), (header::CONNECTION, "close")], text).into_response()
}

/// What a header says; `None` where it is missing, or no plain text.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

impl Open {
    fn page(&self, page: &Page, kind: &'static str) -> Response {
        let PageText { state, text } = page(&self.front.record.vitals());
        let status = match state {
            PageState::Well => StatusCode::OK,
            PageState::Ill => StatusCode::SERVICE_UNAVAILABLE,
        };
        said(status, kind, text)
    }

    /// Takes a delivery in. Nothing of it is looked at before its signature was.
    async fn take(&self, request: Request) -> Receipt {
        let (head, body) = request.into_parts();
        let Some(signature) = text(&head.headers, "x-hub-signature-256") else { return Receipt::Unsigned };
        let signature = Signature::parse(signature);
        let check = self.front.secret.as_ref().and_then(Check::new);
        let Some((signature, check)) = signature.zip(check) else { return Receipt::Forged };
        let kept = match signed(body, &signature, check).await {
            Ok(kept) => kept,
            Err(receipt) => return receipt,
        };
        let is_json = text(&head.headers, "content-type").is_some_and(|kind| kind.starts_with("application/json"));
        let name = text(&head.headers, "x-github-delivery").filter(|name| name.len() <= LONGEST_NAME);
        let event = text(&head.headers, "x-github-event");
        let (true, Some((name, event))) = (is_json, name.zip(event)) else { return Receipt::Malformed };
        let hints = kept.map_or_else(|| Ok(Some(Hints::unread())), |body| Hints::read(event, &body));
        let Ok(hints) = hints else { return Receipt::Malformed };
        if !self.seen.lock().unwrap_or_else(PoisonError::into_inner).is_new(name) {
            return Receipt::Repeated;
        }
        let Some(hints) = hints.filter(|hints| !hints.hints.is_empty() && self.is_ours(hints)) else {
            return Receipt::Ignored;
        };
        tracing::debug!(delivery = name, event, hints = ?hints.hints, "a delivery");
        self.front.mail.put(&hints.hints);
        Receipt::Accepted
    }

    /// Whether a delivery may be about our repository. An App is told of every repository that it is installed in.
    fn is_ours(&self, hints: &Hints) -> bool {
        let names = self.front.repository.as_ref().zip(hints.repository.as_ref());
        names.is_none_or(|(ours, named)| ours.to_string().eq_ignore_ascii_case(named))
    }
}

/// The body, if the signature is its own; `None` in place of one that is too long to be kept.
async fn signed(mut body: Body, signature: &Signature, mut check: Check) -> Result<Option<Vec<u8>>, Receipt> {
    let (mut kept, mut length) = (Some(Vec::new()), 0);
    while let Some(frame) = body.frame().await {
        // A body that breaks off is not the one that was signed.
        let Ok(bytes) = frame.map_err(|_| Receipt::Forged)?.into_data() else { continue };
        length += bytes.len();
        if length > LONGEST_BODY {
            return Err(Receipt::Oversized);
        }
        check.add(&bytes);
        match &mut kept {
            Some(kept) if length <= MOST_KEPT => kept.extend_from_slice(&bytes),
            kept => *kept = None,
        }
    }
    if check.holds(signature) { Ok(kept) } else { Err(Receipt::Forged) }
}
