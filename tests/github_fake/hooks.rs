//! Webhooks.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use octocrab::models::webhook_events::WebhookEvent;
use serde_json::{Value, json};

use crate::asker::Asker;
use crate::github::GitHub;
use crate::github::bare::Method;
use crate::github::courier::{Fate, signature};

/// What arrived: headers, in lower case, and body.
type Parcel = (String, Vec<u8>);

/// Somebody who takes deliveries; the address.
fn receiver() -> (String, Receiver<Parcel>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    let (give, take) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut bytes, mut piece) = (stream.unwrap(), Vec::new(), [0; 4096]);
            let parcel = loop {
                let read = stream.read(&mut piece).unwrap();
                bytes.extend_from_slice(&piece[..read]);
                let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
                let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
                if bytes.len() == end + 4 + length.parse::<usize>().unwrap() {
                    break (head, bytes[end + 4..].to_vec());
                }
            };
            stream.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n").unwrap();
            if give.send(parcel).is_err() {
                return;
            }
        }
    });
    (url, take)
}

fn header(parcel: &Parcel, name: &str) -> String {
    let value = parcel.0.split(&format!("\r\n{name}: ")).nth(1).unwrap();
    value.split("\r\n").next().unwrap().to_owned()
}

/// The next delivery: event and action.
fn next(parcels: &Receiver<Parcel>) -> (String, String) {
    let parcel = parcels.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(header(&parcel, "x-hub-signature-256"), signature("secret", &parcel.1));
    let body: Value = serde_json::from_slice(&parcel.1).unwrap();
    (header(&parcel, "x-github-event"), body["action"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn everything_that_happens_is_told() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let (ann, tess) = (github.person("ann"), github.person("tess"));
    repo.admit(&tess);
    let (url, parcels) = receiver();
    github.webhook(&url, "secret");
    repo.commit("main", &[("b", Some(b"1"))]);
    let pull = repo.pull(&ann, "main", &[("a", Some(b"1"))]);
    pull.push(&[("a", Some(b"2"))]);
    pull.comment(&ann, "/curator recheck");
    pull.label(&tess, "hold");
    pull.approve(&tess);
    pull.merge_by(&tess, Method::Merge);
    let bot = Asker::new(&github.api(), Some(github.actions_token()));
    let check = json!({"name": "curator", "head_sha": pull.head(), "status": "completed", "conclusion": "success"});
    bot.send("POST", "/repos/acme/registry/check-runs", &check).is(201);
    let wanted = [
        ("ping", ""),
        ("push", ""),
        ("pull_request", "opened"),
        ("pull_request", "synchronize"),
        ("issue_comment", "created"),
        ("pull_request", "labeled"),
        ("pull_request_review", "submitted"),
        ("pull_request", "closed"),
        ("push", ""),
        ("check_run", "completed"),
    ];
    for (event, action) in wanted {
        assert_eq!(next(&parcels), (event.to_owned(), action.to_owned()));
    }
    let told = github.told();
    assert_eq!(told.len(), wanted.len());
    for delivery in &told {
        WebhookEvent::try_from_header_and_body(&delivery.event, &delivery.body).unwrap();
    }
    let body: Value = serde_json::from_slice(&told[2].body).unwrap();
    assert_eq!((&body["repository"]["id"], &body["sender"]["id"]), (&repo.id.into(), &ann.id.into()));
    assert_eq!(body["pull_request"]["number"], pull.number);
}

#[test]
fn deliveries_get_lost_come_twice_and_late() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let pull = repo.pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let ann = github.person("ann");
    let (url, parcels) = receiver();
    github.webhook(&url, "secret");
    github.fates([Fate::Lost, Fate::Twice, Fate::Late, Fate::Delivered]);
    for text in ["lost", "twice", "late", "last"] {
        pull.comment(&ann, text);
    }
    let said = || {
        let (_, body) = parcels.recv_timeout(Duration::from_secs(10)).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        body["comment"]["body"].as_str().unwrap_or("ping").to_owned()
    };
    assert_eq!([said(), said(), said(), said(), said()], ["ping", "twice", "twice", "last", "late"]);
    let lost = github.told()[1].clone();
    github.redeliver(&lost);
    assert_eq!(said(), "lost");
    let patience = std::time::Instant::now();
    while github.receipts().len() < 6 && patience.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let receipts = github.receipts();
    assert_eq!(receipts[1].delivery.id, receipts[2].delivery.id);
    assert!(receipts.iter().all(|it| it.status == Some(202)), "{receipts:?}");
}
