//! The door: what a delivery must be to be taken in, and what visitors cannot do (threat 38).

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use curator::adapters::{Door, Visits, now};
use curator::cli;
use curator::daemon::{Front, Mail, MailBox, PageState, PageText, Record, front};
use curator::model::{PullNumber, Receipt, Secret, Vitals};
use tokio::runtime::Runtime;

use crate::visitor::{Delivery, SECRET, answer, ask, signature, visit};

/// A pull request's event.
pub(crate) const PULL: &str =
    r#"{"action":"opened","pull_request":{"number":7},"repository":{"full_name":"acme/registry"}}"#;

/// A door that is open, and what is behind it.
pub(crate) struct Opened {
    /// Where it is.
    pub(crate) address: SocketAddr,
    /// Where hints arrive.
    pub(crate) mail: Arc<MailBox>,
    record: Arc<Record>,
    _runtime: Runtime,
}

impl Opened {
    /// A door that knows this secret and, maybe, the name of the repository.
    pub(crate) fn new(secret: Option<&str>, repository: Option<&str>) -> Self {
        Self::with(secret, repository, Visits::default())
    }

    fn with(secret: Option<&str>, repository: Option<&str>, visits: Visits) -> Self {
        let runtime = Runtime::new().unwrap();
        let record = Arc::new(Record::new(Vitals::new(now().unwrap(), Duration::from_mins(1))));
        let mail = Arc::<MailBox>::default();
        let page = |text: fn(&Vitals) -> String| {
            Arc::new(move |vitals: &Vitals| PageText { state: PageState::Well, text: text(vitals) })
        };
        let router = front(Front {
            secret: secret.map(|secret| Secret::new(secret.to_owned())),
            repository: repository.map(|name| name.parse().unwrap()),
            mail: Arc::clone(&mail),
            record: Arc::clone(&record),
            health: page(|_| "{}".to_owned()),
            metrics: page(cli::metrics),
            answer: cli::receipt,
        });
        let door = runtime.block_on(Door::open("127.0.0.1:0".parse().unwrap(), visits)).unwrap();
        let address = door.address().unwrap();
        runtime.spawn(door.serve(router));
        Self { address, mail, record, _runtime: runtime }
    }

    fn count(&self, receipt: Receipt) -> u64 {
        self.record.vitals().deliveries.get(&receipt).copied().unwrap_or_default()
    }
}

fn pull_seven(registry: usize) -> Mail {
    Mail { pulls: BTreeSet::from([PullNumber(7)]), registry }
}

#[test]
fn a_signed_delivery_is_answered_and_hints() {
    let door = Opened::new(Some(SECRET), None);
    let taken = Delivery::new("pull_request", "one", PULL).send(door.address);
    assert_eq!((taken.status, taken.text.as_str()), (202, "accepted: the curator looks at once\n"));
    assert!(taken.headers.contains("connection: close"), "{}", taken.headers);
    assert_eq!(door.mail.take(), pull_seven(1));
    assert_eq!(door.mail.take(), Mail::default());
}

#[test]
fn what_is_not_signed_with_the_secret_is_refused_before_it_is_read() {
    let door = Opened::new(Some(SECRET), None);
    let sound = Delivery::new("pull_request", "one", PULL);
    let unsigned = Delivery { signature: None, ..sound.clone() };
    assert_eq!(unsigned.send(door.address).status, 401);
    let other_bytes = Delivery { body: PULL.replace('7', "8").into(), ..sound.clone() };
    let other_secret = Delivery { signature: Some(signature("another", PULL.as_bytes())), ..sound.clone() };
    let no_secret = Delivery { signature: Some(signature("", PULL.as_bytes())), ..sound.clone() };
    let old = Delivery { signature: sound.signature.clone().map(|it| it.replace("sha256", "sha1")), ..sound.clone() };
    let empty = Delivery { signature: Some(String::new()), ..sound.clone() };
    for forged in [other_bytes, other_secret, no_secret, old, empty] {
        assert_eq!(forged.send(door.address).status, 401, "{:?}", forged.signature);
    }
    assert_eq!((door.count(Receipt::Unsigned), door.count(Receipt::Forged)), (1, 5));
    assert_eq!(door.mail.take(), Mail::default());
    // A forged delivery does not use up the name of the true one.
    assert_eq!(sound.send(door.address).status, 202);
    assert_eq!(door.count(Receipt::Accepted), 1);
}

#[test]
fn without_a_secret_there_is_no_way_in_for_deliveries() {
    let door = Opened::new(None, None);
    let signed_with_nothing = Delivery { signature: Some(signature("", b"{}")), ..Delivery::new("push", "one", "{}") };
    assert_eq!(signed_with_nothing.send(door.address).status, 404);
    assert_eq!(ask(door.address, "/healthz").status, 200);
    // An empty one lets nobody in either, should it ever come so far.
    let door = Opened::new(Some(""), None);
    assert_eq!(signed_with_nothing.send(door.address).status, 401);
}

#[test]
fn a_delivery_counts_once_in_whatever_order() {
    let door = Opened::new(Some(SECRET), None);
    let names = ["b", "a", "b", "c", "a", "b"];
    let receipts = names.map(|name| Delivery::new("pull_request", name, PULL).send(door.address));
    assert!(receipts.iter().all(|answer| answer.status == 202));
    assert_eq!((door.count(Receipt::Accepted), door.count(Receipt::Repeated)), (3, 3));
    assert_eq!(door.mail.take(), pull_seven(3));
}

#[test]
fn what_nothing_follows_from_is_taken_and_forgotten() {
    let door = Opened::new(Some(SECRET), Some("acme/registry"));
    let other = PULL.replace("acme/", "somebody/");
    let deliveries = [
        ("ping", "{}"),
        ("star", "not JSON"),
        ("issue_comment", r#"{"issue":{"number":7}}"#),
        ("pull_request", other.as_str()),
    ];
    for (event, body) in deliveries {
        assert_eq!(Delivery::new(event, event, body).send(door.address).status, 202, "{event}");
    }
    assert_eq!(door.count(Receipt::Ignored), 4);
    assert_eq!(door.mail.take(), Mail::default());
    Delivery::new("pull_request", "ours", PULL.replace("acme/", "ACME/")).send(door.address);
    assert_eq!(door.mail.take(), pull_seven(1));
}

#[test]
fn what_is_not_written_as_github_writes_is_told_so() {
    let door = Opened::new(Some(SECRET), None);
    let sound = Delivery::new("push", "one", "{}");
    let form = Delivery { kind: "application/x-www-form-urlencoded".to_owned(), ..sound.clone() };
    let nameless = Delivery { id: String::new(), ..Delivery::new("push", "", "payload=x") };
    let endless = Delivery { id: "x".repeat(101), ..sound.clone() };
    for malformed in [form, nameless, endless, Delivery::new("push", "two", "[")] {
        let answer = malformed.send(door.address);
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.text.contains("content type to application/json"), "{answer:?}");
    }
    // Nor is its name used up.
    assert_eq!((sound.send(door.address).status, door.count(Receipt::Accepted)), (202, 1));
    assert_eq!(ask(door.address, "/webhook").status, 405);
    assert_eq!(ask(door.address, "/").status, 404);
}

#[test]
fn a_long_delivery_is_a_hint_and_a_longer_one_than_github_sends_is_refused() {
    let door = Opened::new(Some(SECRET), None);
    let long = format!(r#"{{"pull_request":{{"number":7}},"x":"{}"}}"#, "x".repeat(2 << 20));
    assert_eq!(Delivery::new("pull_request", "long", long.clone()).send(door.address).status, 202);
    assert_eq!(door.mail.take(), Mail { pulls: BTreeSet::new(), registry: 1 });
    let forged = Delivery { signature: Some(signature("another", b"")), ..Delivery::new("push", "forged", long) };
    assert_eq!(forged.send(door.address).status, 401);
    let endless = Delivery::new("push", "endless", vec![b' '; (25 << 20) + 1]);
    assert_eq!(endless.send(door.address).status, 413);
    assert_eq!(door.count(Receipt::Oversized), 1);
    assert_eq!(door.mail.take(), Mail::default());
}

#[test]
fn a_storm_is_taken_in_and_is_one_hint() {
    let door = Opened::new(Some(SECRET), None);
    let began = Instant::now();
    thread::scope(|scope| {
        for crowd in 0..8 {
            let address = door.address;
            scope.spawn(move || {
                for number in 0..125 {
                    let id = format!("{crowd}-{number}");
                    assert_eq!(Delivery::new("pull_request", &id, PULL).send(address).status, 202);
                }
            });
        }
    });
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert_eq!(door.count(Receipt::Accepted), 1000);
    assert_eq!(door.mail.take(), pull_seven(1000));
}

#[test]
fn who_speaks_slowly_must_go_and_keeps_nobody_out_for_long() {
    let visits = Visits { most: 8, longest: Duration::from_millis(500), quiet: Duration::from_secs(10) };
    let door = Opened::with(Some(SECRET), None, visits);
    let delivery = Delivery::new("pull_request", "one", PULL);
    // More than are let in at a time: some say nothing, some begin a line, some begin a body.
    let begins = ["", "POST /webhook HTTP/1.1\r\nHost:", &delivery.head(1000)];
    let mut crowd: Vec<_> = (0..20).map(|_| visit(door.address)).collect();
    for (number, stream) in crowd.iter_mut().enumerate() {
        stream.write_all(begins[number % begins.len()].as_bytes()).unwrap();
    }
    let began = Instant::now();
    assert_eq!(delivery.send(door.address).status, 202);
    // Two crowds of eight had to go before it was let in, and a drop now and then keeps nobody longer.
    let waited = began.elapsed();
    assert!(waited >= Duration::from_millis(900) && waited < Duration::from_secs(20), "{waited:?}");
    let mut drips = visit(door.address);
    let mut gone = None;
    for drip in 0..200 {
        if drips.write_all(b"x").is_err() {
            gone = Some(drip);
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert!(gone.is_some_and(|drip| drip > 2), "{gone:?}");
    assert_eq!(door.mail.take(), pull_seven(1));
}

#[test]
fn a_page_says_what_came_in() {
    let door = Opened::new(Some(SECRET), None);
    Delivery::new("pull_request", "one", PULL).send(door.address);
    let page = ask(door.address, "/metrics");
    assert_eq!(page.status, 200);
    assert!(page.headers.contains("content-type: text/plain; version=0.0.4"), "{}", page.headers);
    assert!(page.text.contains("curator_webhook_deliveries_total{outcome=\"accepted\"} 1\n"), "{}", page.text);
    assert!(!page.text.contains(SECRET));
    let mut head = visit(door.address);
    head.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
    assert_eq!(answer(head).status, 200);
}
