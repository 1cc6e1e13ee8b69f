//! What a forge is asked, and what it answers.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ports::ForgeError;

use super::failure::{Failure, Refusal};

/// What GitHub's JSON is called.
const JSON: &str = "application/vnd.github+json";

/// A request. A token goes with it only where it says so.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Where to: from the API's address on, or a whole URL.
    pub(super) target: Target,
    pub(super) accept: &'static str,
    pub(super) content_type: &'static str,
    pub(super) content: Bytes,
    /// The most bytes of an answer that are taken.
    pub(super) most: usize,
}

/// Where a request goes, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To the API, with the token.
    Api(String),
    /// To the API's uploads, with the token.
    Uploads(String),
    /// To a URL that an answer named, without the token.
    Elsewhere(String),
}

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It reads.
    Read,
    /// It writes.
    Write,
}

impl Weight {
    /// In GitHub's points.
    pub(super) fn points(self) -> usize {
        match self {
            Self::Read => 1,
            Self::Write => 5,
        }
    }
}

/// The most bytes of an answer in JSON. A hundred pull requests with the longest texts have about 10 MB.
const MOST_JSON: usize = 32 << 20;

impl Request {
    /// Asks for what is at `route`: a path of the API, with its query.
    pub(super) fn get(route: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            target: Target::Api(route.into()),
            accept: JSON,
            content_type: "application/json",
            content: Bytes::new(),
            most: MOST_JSON,
        }
    }

    /// Sends `content` to `route`.
    pub(super) fn json(method: Method, route: impl Into<String>, content: &Value) -> Self {
        Self { method, content: content.to_string().into(), ..Self::get(route) }
    }

    /// Deletes what is at `route`.
    pub(super) fn delete(route: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(route) }
    }

    /// Uploads `content` to `route`: a path of the uploads' address, with its query.
    pub(super) fn upload(route: impl Into<String>, content: Bytes) -> Self {
        let target = Target::Uploads(route.into());
        Self { method: Method::POST, target, content_type: "application/octet-stream", content, ..Self::get("") }
    }

    /// Asks for the bytes at `target`, at most so many.
    pub(super) fn bytes(target: Target, most: usize) -> Self {
        Self { target, accept: "application/octet-stream", most, ..Self::get("") }
    }

    pub(super) fn weight(&self) -> Weight {
        if self.method == Method::GET { Weight::Read } else { Weight::Write }
    }

    /// Whether the answer may be kept and asked for again by its tag.
    pub(super) fn is_kept(&self) -> bool {
        self.method == Method::GET && self.accept == JSON
    }

    /// What messages call it: the path alone. A query, or another host's URL, may hold a signature.
    pub(super) fn shown(&self) -> &str {
        match &self.target {
            Target::Api(route) | Target::Uploads(route) => {
                let path = route.split('?').next().unwrap_or_default();
                path.strip_prefix("/repos/").unwrap_or(path)
            }
            Target::Elsewhere(_) => "the file",
        }
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// A header, where it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The answer, if it is what was asked for: neither trouble nor a refusal.
    pub(super) fn sound(self, asked: &Request) -> Result<Self, Failure> {
        match self.status {
            200..=299 => Ok(self),
            300..=399 => Err(ForgeError::Moved { location: asked.shown().to_owned() }.into()),
            400..=499 => Err(Failure::Refused(Refusal::of(&self, asked.shown()))),
            status => Err(Failure::Lost(format!("it answers {status}"))),
        }
    }

    /// What a sound answer says. One that cannot be read was cut off, or comes from something that stands in between; of
    /// its text nothing is told, because nobody knows what it holds.
    pub(super) fn read<T: DeserializeOwned>(self, asked: &Request) -> Result<T, Failure> {
        let answer = self.sound(asked)?;
        let body = if answer.body.is_empty() { b"null".as_slice() } else { answer.body.as_ref() };
        serde_json::from_slice(body).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Failure::Lost(format!("its answer cannot be read ({place})"))
        })
    }

    /// The URL of the next page of a list.
    pub(super) fn next(&self) -> Option<&str> {
        let links = self.header("link")?.split(',').map(str::trim);
        let next = links.filter(|link| link.split(';').skip(1).any(|part| part.trim() == "rel=\"next\""));
        next.filter_map(|link| link.strip_prefix('<')?.split_once('>')).map(|(url, _)| url).next()
    }
}
