//! Servers that are no GitHub, or not in their right mind: nothing of them is believed, followed or waited for for ever.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use curator::adapters::GitHub;
use curator::adapters::github::{ApiAddress, Keys, Pace, Patience};
use curator::model::{PullNumber, Secret};
use curator::ports::{Conversation as _, ForgeError, People as _};

use crate::desk::patience;

const TOKEN: &str = "ghp_0123456789canary";

/// A server that hears a request with its headers and says something.
fn server(say: impl Fn(&str, &mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if lines.read_line(&mut line).unwrap_or(0) < 3 {
                    break;
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let _ = lines.read_exact(&mut vec![0; length]);
            say(&head, &mut stream);
        }
    });
    address
}

fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}connection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

/// What comes of reading comments and of saying something there.
fn errors(api: &str, patience: Patience) -> (ForgeError, Option<ForgeError>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = ApiAddress::new(Some(api), None).unwrap();
    let keys = Keys::Token(Secret::new(TOKEN.to_owned()));
    let forge = GitHub::new(address, keys, patience, Pace::default()).repository("acme/registry".parse().unwrap());
    let pull = PullNumber(1);
    let read = runtime.block_on(forge.remarks(pull)).unwrap_err();
    let said = runtime.block_on(forge.say(pull, &[], "text")).err();
    for error in [Some(&read), said.as_ref()].into_iter().flatten() {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary") && !shown.contains('\n') && shown.len() < 2000, "{shown}");
    }
    (read, said)
}

#[test]
fn a_server_that_repeats_what_it_heard_tells_no_token() {
    for status in
        ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "422 No", "500 No", "200 OK"]
    {
        let api = server(move |head, stream| {
            let message = head.replace(['\r', '\n'], "\\n");
            answer(stream, status, "", &format!("{{\"message\": \"{message}\u{1b}[31m{}\"}}", "x".repeat(10_000)));
        });
        errors(&api, patience());
    }
}

#[test]
fn a_list_that_goes_on_elsewhere_is_not_followed() {
    let foreign = server(|head, _| panic!("asked: {head}"));
    let api = server(move |_, stream| {
        answer(stream, "200 OK", &format!("link: <{foreign}/x?page=2>; rel=\"next\"\r\n"), "[]");
    });
    let (read, _) = errors(&api, patience());
    assert_eq!(read.to_string(), "the forge answers what was not expected: a list goes on at another host");
}

#[test]
fn a_list_without_end_is_given_up() {
    let api = server(|head, stream| {
        let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        answer(stream, "200 OK", &format!("link: <http://{host}/x?page=2>; rel=\"next\"\r\n"), "[]");
    });
    let (read, _) = errors(&api, patience());
    assert!(matches!(read, ForgeError::Unexpected { message } if message.contains("more than 100 pages")));
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let foreign = server(|head, _| panic!("asked: {head}"));
    let api = server(move |_, stream| answer(stream, "301 Moved", &format!("location: {foreign}/x\r\n"), "{}"));
    let (read, said) = errors(&api, patience());
    assert_eq!(read, ForgeError::Moved { location: "acme/registry/issues/1/comments".to_owned() });
    assert_eq!(said, Some(read));
}

#[test]
fn silence_and_endless_talk_end() {
    let brief = Patience { answer: Duration::from_millis(200), bytes_per_second: 1 << 20, tries: 2, ..patience() };
    let silent = server(|_, stream| {
        let _ = stream.read(&mut [0]);
    });
    // A byte now and then would keep a clock running that is wound up by each.
    let creeping = server(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    for api in [silent, creeping] {
        let begun = Instant::now();
        let errors = errors(&api, brief.clone());
        let unreached = |error: &ForgeError| matches!(error, ForgeError::Unreachable { .. });
        assert!(unreached(&errors.0) && errors.1.as_ref().is_some_and(unreached), "{errors:?}");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_token_that_is_none_is_never_sent() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let api = server(|head, _| panic!("asked: {head}"));
    let keys = Keys::Token(Secret::new("canary\r\nx: y".to_owned()));
    let github = GitHub::new(ApiAddress::new(Some(&api), None).unwrap(), keys, patience(), Pace::default());
    let error = runtime.block_on(github.repository("acme/registry".parse().unwrap()).me()).unwrap_err();
    assert_eq!(error.to_string(), "the forge refuses: the token is no token");
}
