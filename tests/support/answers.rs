//! A server on this machine that answers every request as a test says, in raw bytes: servers in trouble, and hostile ones.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// It sends these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// It sends these bytes, and then nothing for ever.
    Hang(Vec<u8>),
}

/// A server. It ends with the test.
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Answer {
    /// An answer with this status and text, whole and sound.
    pub(crate) fn text(status: &str, text: &str) -> Self {
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
        Self::Bytes([head.as_bytes(), text.as_bytes()].concat())
    }

    /// An error in the words of S3.
    pub(crate) fn error(status: &str, code: &str) -> Self {
        let text = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>");
        Self::text(status, &text)
    }
}

impl Server {
    /// A server that gives to its n-th request, counted from 0, what `answer` says.
    pub(crate) fn new(answer: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (answer, counter, kept) = (Arc::new(answer), Arc::clone(&asked), Arc::clone(&requests));
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (answer, counter, kept) = (Arc::clone(&answer), Arc::clone(&counter), Arc::clone(&kept));
                thread::spawn(move || {
                    let Some(request) = read_request(&connection) else { return };
                    let number = counter.fetch_add(1, Ordering::SeqCst);
                    let answer = answer(number, &request);
                    kept.lock().unwrap().push(request);
                    give(connection, &answer);
                });
            }
        });
        Self { address, asked, requests }
    }

    /// A server that gives the same answer to every request.
    pub(crate) fn always(answer: Answer) -> Self {
        Self::new(move |_, _| answer.clone())
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// What it was asked: the first line and the headers of each request.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// The head of a request, once its body is read, too.
fn read_request(mut connection: &TcpStream) -> Option<String> {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(head.to_owned());
            }
        }
        match connection.read(&mut part) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
}

fn give(mut connection: TcpStream, answer: &Answer) {
    let (Answer::Bytes(bytes) | Answer::Hang(bytes)) = answer;
    let _ = connection.write_all(bytes);
    if let Answer::Hang(_) = answer {
        // Until the other side has had enough.
        let _ = connection.read_to_end(&mut Vec::new());
    }
    let _ = connection.shutdown(Shutdown::Both);
}
