//! A request and its answer, apart from the connection.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The host that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// That of the API.
    Api,
    /// That of uploads.
    Uploads,
    /// Both, since a proxy that tells them apart stands before this.
    Either,
}

/// A request.
pub(crate) struct Asked {
    pub(crate) door: Door,
    pub(crate) method: String,
    /// The path as it was sent.
    pub(crate) path: String,
    /// The same, in parts, decoded.
    pub(crate) parts: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn new(
        door: Door,
        method: &str,
        target: &str,
        headers: BTreeMap<String, String>,
        body: Vec<u8>,
    ) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parts = path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { door, method: method.to_owned(), path: path.to_owned(), parts, query, headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// The body as an object; an empty one where there is none.
    pub(crate) fn json(&self) -> Result<Value, Reply> {
        if self.body.is_empty() {
            return Ok(json!({}));
        }
        let value: Option<Value> = serde_json::from_slice(&self.body).ok();
        value.filter(Value::is_object).ok_or_else(|| refusal(400, "Problems parsing JSON"))
    }
}

fn decoded(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer, or a refusal that ends the work on it.
pub(crate) type Answer = Result<Reply, Reply>;

impl Reply {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        let headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body: serde_json::to_vec(value).unwrap() }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_str())
    }
}

/// Refuses with GitHub's words.
pub(crate) fn refusal(status: u16, message: &str) -> Reply {
    let link = "https://docs.github.com/rest";
    Reply::json(status, &json!({"message": message, "documentation_url": link, "status": status.to_string()}))
}

pub(crate) fn not_found() -> Reply {
    refusal(404, "Not Found")
}

/// Refuses a field.
pub(crate) fn invalid(resource: &str, field: &str, code: &str, message: &str) -> Reply {
    let mut error = json!({"resource": resource, "field": field, "code": code});
    if !message.is_empty() {
        error["message"] = json!(message);
    }
    let link = "https://docs.github.com/rest";
    let said = json!({"message": "Validation Failed", "errors": [error], "documentation_url": link, "status": "422"});
    Reply::json(422, &said)
}

/// Refuses with sentences, as reviews are refused.
pub(crate) fn unprocessable(sentences: &[&str]) -> Reply {
    let link = "https://docs.github.com/rest";
    let said =
        json!({"message": "Unprocessable Entity", "errors": sentences, "documentation_url": link, "status": "422"});
    Reply::json(422, &said)
}
