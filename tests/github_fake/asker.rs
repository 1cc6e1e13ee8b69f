//! A plain client: it asks and shows the answer.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;
use tokio::runtime::Runtime;

/// What carries every question.
static CLIENT: LazyLock<(Runtime, reqwest::Client)> = LazyLock::new(|| {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    (Runtime::new().unwrap(), client)
});

/// An answer.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) bytes: Vec<u8>,
}

impl Said {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// Somebody who asks with a token.
pub(crate) struct Asker {
    pub(crate) base: String,
    pub(crate) token: Option<String>,
}

impl Asker {
    pub(crate) fn new(base: &str, token: Option<String>) -> Self {
        Self { base: base.to_owned(), token }
    }

    pub(crate) fn get(&self, path: &str) -> Said {
        self.ask("GET", path, &[], Vec::new()).unwrap()
    }

    pub(crate) fn get_with(&self, path: &str, header: (&str, &str)) -> Said {
        self.ask("GET", path, &[header], Vec::new()).unwrap()
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Said {
        self.try_send(method, path, body).unwrap()
    }

    pub(crate) fn try_send(&self, method: &str, path: &str, body: &Value) -> Result<Said, String> {
        self.ask(method, path, &[("content-type", "application/json")], serde_json::to_vec(body).unwrap())
    }

    pub(crate) fn upload(&self, path: &str, bytes: &[u8]) -> Said {
        self.ask("POST", path, &[("content-type", "application/octet-stream")], bytes.to_vec()).unwrap()
    }

    /// Asks; an error where there is no whole answer. Redirects are answers.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Said, String> {
        let (runtime, client) = &*CLIENT;
        runtime.block_on(async {
            let method: reqwest::Method = method.parse().unwrap();
            let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
            let mut request = client.request(method, url).header("user-agent", "tests");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            if let Some(token) = &self.token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            if !body.is_empty() {
                request = request.body(body);
            }
            let answer = request.send().await.map_err(|error| error.to_string())?;
            let status = answer.status().as_u16();
            let headers = answer.headers().iter();
            let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
            let bytes = answer.bytes().await.map_err(|error| error.to_string())?.to_vec();
            Ok(Said { status, headers, bytes })
        })
    }
}
