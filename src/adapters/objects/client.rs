//! The client that speaks to a bucket: it goes nowhere else, and keeps of an answer that refuses only what may be shown.

use std::time::Duration;

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use reqwest::Client;
use reqwest::redirect::Policy;

use super::silence::Silence;

/// Makes the client that speaks to a bucket.
#[derive(Debug)]
pub(super) struct Connector {
    /// The longest time until a connection stands.
    pub(super) connect: Duration,
    /// Whether what is sent can be read on its way: only to this machine.
    pub(super) clear: bool,
    /// How long a server is asked on that gives no answer.
    pub(super) endured: Duration,
}

impl HttpConnector for Connector {
    /// A client that follows no redirect: it would carry signed requests and a session token to whatever place the
    /// answer names. Proxies are those of the operator's environment, but none sees what is sent in the clear.
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        // The first provider that a program names is the one that it keeps.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(self.connect)
            .http1_only()
            .https_only(!self.clear)
            .redirect(Policy::none())
            .user_agent(concat!("curator/", env!("CARGO_PKG_VERSION")));
        let client = if self.clear { client.no_proxy() } else { client };
        let client =
            client.build().map_err(|error| object_store::Error::Generic { store: "S3", source: error.into() })?;
        Ok(HttpClient::new(Watched { client, silence: Silence::endured(self.endured) }))
    }
}

/// An answer that refuses, as far as it may be shown. The rest of it echoes the request, keys and all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.shown())]
pub(super) struct Refusal {
    /// The status.
    pub(super) status: u16,
    /// The word by which S3 names its reason, if it does.
    pub(super) code: String,
}

impl Refusal {
    fn of(status: u16, body: &str) -> Self {
        let code =
            body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
        let plain = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self { status, code: if plain { code.to_owned() } else { String::new() } }
    }

    fn shown(&self) -> String {
        if self.code.is_empty() {
            format!("HTTP {}", self.status)
        } else {
            format!("HTTP {}, {}", self.status, self.code)
        }
    }

    /// Whether the same request may be answered otherwise in a moment.
    pub(super) fn may_pass(&self) -> bool {
        let named = matches!(self.code.as_str(), "RequestTimeout" | "SlowDown" | "OperationAborted");
        named || matches!(self.status, 408 | 425 | 429 | 500 | 502..=504 | 508..)
    }
}

/// An answer that should list a bucket, and lists none. `object_store` would take it for an empty list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer is no list of a bucket: what answers there does not speak S3")]
struct NotAList;

/// A client whose refusals are told apart.
#[derive(Debug)]
struct Watched {
    client: Client,
    silence: Silence,
}

#[async_trait]
impl HttpService for Watched {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let lists = request.uri().query().is_some_and(|query| query.contains("list-type=2"));
        let reads = !lists && matches!(request.method().as_str(), "GET" | "HEAD");
        // Not to be tried again: that it is not asked will not change in a moment.
        let question = self.silence.ask().map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let response = self.client.call(request).await?;
        question.answered();
        let status = response.status();
        if status.is_success() && !lists {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = body.bytes().await?;
        let text = String::from_utf8_lossy(&body);
        if status.is_success() {
            let whole = text.contains("<ListBucketResult") && text.trim_end().ends_with("</ListBucketResult>");
            return if whole {
                Ok(HttpResponse::from_parts(parts, body.into()))
            } else {
                Err(HttpError::new(HttpErrorKind::Decode, NotAList))
            };
        }
        let refusal = Refusal::of(status.as_u16(), &text);
        let is_answer = match status.as_u16() {
            // Not modified, and a condition that did not hold.
            304 | 409 | 412 => true,
            // No such object. The same status says that there is no such bucket.
            404 => reads && refusal.code != "NoSuchBucket",
            _ => false,
        };
        if is_answer {
            // `object_store` would quote the text.
            return Ok(HttpResponse::from_parts(parts, Vec::new().into()));
        }
        // A request of the first kind is sent again, one of the second is not.
        let kind = if refusal.may_pass() { HttpErrorKind::Request } else { HttpErrorKind::Unknown };
        Err(HttpError::new(kind, refusal))
    }
}
