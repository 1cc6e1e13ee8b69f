//! Somebody at the door who speaks HTTP by hand, and so may speak it badly.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The secret of the tests' webhook.
pub(crate) const SECRET: &str = "a secret that nobody guesses";

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The headers, in lower case.
    pub(crate) headers: String,
    /// The text.
    pub(crate) text: String,
}

/// A delivery that is to be sent.
#[derive(Clone)]
pub(crate) struct Delivery {
    /// The kind of event.
    pub(crate) event: String,
    /// Its name.
    pub(crate) id: String,
    /// The payload.
    pub(crate) body: Vec<u8>,
    /// The signature; `None` where there is none.
    pub(crate) signature: Option<String>,
    /// What the body is said to be.
    pub(crate) kind: String,
}

impl Delivery {
    /// A delivery that is in order.
    pub(crate) fn new(event: &str, id: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let signature = Some(signature(SECRET, &body));
        Self { event: event.to_owned(), id: id.to_owned(), body, signature, kind: "application/json".to_owned() }
    }

    /// The lines before the body.
    pub(crate) fn head(&self, length: usize) -> String {
        let Self { event, id, signature, kind, .. } = self;
        let signature = signature.as_ref().map_or_else(String::new, |it| format!("X-Hub-Signature-256: {it}\r\n"));
        format!(
            "POST /webhook HTTP/1.1\r\nHost: here\r\nX-GitHub-Event: {event}\r\nX-GitHub-Delivery: {id}\r\n\
             Content-Type: {kind}\r\n{signature}Content-Length: {length}\r\n\r\n"
        )
    }

    /// Brings it to the door; gives the answer.
    pub(crate) fn send(&self, door: SocketAddr) -> Answer {
        let mut stream = visit(door);
        stream.write_all(self.head(self.body.len()).as_bytes()).unwrap();
        // Who is refused may find the door shut before the last byte is out.
        let _ = stream.write_all(&self.body);
        answer(stream)
    }
}

/// The signature of `body`, as GitHub writes it.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    let digits: Vec<String> = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={}", digits.concat())
}

/// Comes to the door and says nothing yet.
pub(crate) fn visit(door: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(door).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// What comes back until the door is shut.
pub(crate) fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let whole = String::from_utf8(bytes).unwrap();
    let (head, text) = whole.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {whole:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, headers: head.to_ascii_lowercase(), text: text.to_owned() }
}

/// Asks for a page.
pub(crate) fn ask(door: SocketAddr, path: &str) -> Answer {
    let mut stream = visit(door);
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: here\r\n\r\n").as_bytes()).unwrap();
    answer(stream)
}
