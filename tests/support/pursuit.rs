//! A loopback Pursuit: it takes a package as the real one does, or is in trouble as a test says.

use std::collections::{BTreeSet, VecDeque};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::read::GzDecoder;
use serde_json::Value;

/// What Pursuit does with a request instead of its work.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    /// It answers with this status, and with what it was sent.
    Status(u16),
    /// It ends the connection without a word.
    Cut,
    /// It says nothing.
    Silent,
}

/// What was sent.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// The first line and the headers.
    pub(crate) head: String,
    /// The body as it came.
    pub(crate) raw: Vec<u8>,
    /// The status of the answer.
    pub(crate) status: u16,
}

impl Upload {
    /// The body, out of its gzip where it is in one.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if GzDecoder::new(self.raw.as_slice()).read_to_string(&mut text).is_err() {
            text = String::from_utf8_lossy(&self.raw).into_owned();
        }
        text
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }
}

#[derive(Default)]
struct State {
    troubles: VecDeque<Trouble>,
    known: BTreeSet<String>,
    uploads: Vec<Upload>,
}

/// A server like Pursuit. It ends with the test.
pub(crate) struct Pursuit {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Pursuit {
    /// One that lets in whoever has this token.
    pub(crate) fn new(token: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&shared);
                thread::spawn(move || answer(connection, token, &state));
            }
        });
        Self { address, state }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next requests meet this trouble, one each.
    pub(crate) fn trouble(&self, troubles: &[Trouble]) {
        self.state.lock().unwrap().troubles.extend(troubles);
    }

    /// What was sent.
    pub(crate) fn uploads(&self) -> Vec<Upload> {
        self.state.lock().unwrap().uploads.clone()
    }
}

fn answer(mut connection: TcpStream, token: &str, state: &Mutex<State>) {
    let Some((head, raw)) = read(&connection) else { return };
    let mut upload = Upload { head, raw, status: 0 };
    let trouble = state.lock().unwrap().troubles.pop_front();
    upload.status = match trouble {
        None => judge(&upload, token, state),
        Some(Trouble::Status(status)) => status,
        Some(Trouble::Cut | Trouble::Silent) => 0,
    };
    let reply = format!("HTTP/1.1 {} x\r\nconnection: close\r\n\r\n{}", upload.status, upload.head);
    let (silent, status) = (matches!(trouble, Some(Trouble::Silent)), upload.status);
    state.lock().unwrap().uploads.push(upload);
    if silent {
        // Until the other side has had enough.
        let _ = connection.read_to_end(&mut Vec::new());
    } else if status > 0 {
        let _ = connection.write_all(reply.as_bytes());
    }
    let _ = connection.shutdown(Shutdown::Both);
}

/// What Pursuit thinks of a request.
fn judge(upload: &Upload, token: &str, state: &Mutex<State>) -> u16 {
    let has = |header: &str| upload.head.to_lowercase().lines().any(|line| line == header.to_lowercase());
    if !has(&format!("authorization: token {token}")) {
        return 401;
    }
    let is_put = upload.head.starts_with("PUT ");
    let is_json = serde_json::from_str::<Value>(&upload.text()).is_ok();
    let is_zipped = has("content-encoding: gzip") && upload.raw.starts_with(&[0x1f, 0x8b]);
    if !is_put && (!is_zipped || !is_json) {
        return 400;
    }
    if state.lock().unwrap().known.insert(upload.text()) { 201 } else { 409 }
}

fn read(mut connection: &TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= at + 4 + length.unwrap_or(0_usize) {
                return Some((head, bytes[at + 4..].to_vec()));
            }
        }
        match connection.read(&mut part) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
}
