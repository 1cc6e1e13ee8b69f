//! The hosts themselves: who is let in, what is refused, and how long one is waited for.

use std::time::{Duration, Instant};

use curator::adapters::{DocsPatience, DocsServer, DocsShelf, DocsToken};
use curator::model::{AddressRange, Docs, DocsPlace, DocsUrl, Fault, Secret};
use curator::ports::{DocsError, DocsHost as _, Put};

use crate::program::finish;
use crate::pursuit::{Pursuit, Trouble};
use crate::scene::{Scene, TOKEN, has_sandbox};

const PATIENCE: DocsPatience = DocsPatience { connect: Duration::from_secs(2), request: Duration::from_millis(700) };

fn shelf(place: DocsPlace, token: Option<&str>, opened: &[&str]) -> DocsShelf {
    let opened: Vec<AddressRange> = opened.iter().map(|range| range.parse().unwrap()).collect();
    let secret = token.map(|token| Secret::new(token.to_owned()));
    let token = Some(DocsToken { variable: "CURATOR_CREDENTIAL_P".to_owned(), secret });
    DocsShelf::Server(Box::new(DocsServer::new(place, token, opened, PATIENCE).unwrap()))
}

fn put(shelf: &DocsShelf, docs: &Docs) -> Result<Put, DocsError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(shelf.put(&"logs".parse().unwrap(), &"1.0.0".parse().unwrap(), docs))
}

fn pursuit_at(url: &str) -> DocsPlace {
    DocsPlace::Pursuit(DocsUrl::parse(&format!("{url}/packages")).unwrap())
}

fn json() -> Docs {
    Docs::Json(b"{\"name\":\"logs\"}".to_vec())
}

const HERE: &[&str] = &["127.0.0.0/8"];

#[test]
fn the_answers_of_a_host_are_told_apart() {
    let pursuit = Pursuit::new(TOKEN);
    let shelf = shelf(pursuit_at(&pursuit.url()), Some(TOKEN), HERE);
    assert_eq!(put(&shelf, &json()), Ok(Put::Stored));
    assert_eq!(put(&shelf, &json()), Ok(Put::AlreadyThere), "409");
    for (status, expected) in [
        (200, Ok(Put::AlreadyThere)),
        (401, Err(Fault::Operator)),
        (403, Err(Fault::Operator)),
        (400, Err(Fault::Author)),
        (302, Err(Fault::Author)),
        (404, Err(Fault::Author)),
        (429, Err(Fault::Transient)),
        (500, Err(Fault::Transient)),
        (503, Err(Fault::Transient)),
    ] {
        pursuit.trouble(&[Trouble::Status(status)]);
        let answer = put(&shelf, &json());
        let told = answer.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert!(!told.contains(TOKEN), "{told}");
        assert_eq!(answer.map_err(|error| error.fault()), expected, "{status}");
    }
    pursuit.trouble(&[Trouble::Cut]);
    assert_eq!(put(&shelf, &json()).unwrap_err().fault(), Fault::Transient);
    assert!(matches!(put(&shelf, &Docs::Bytes(b"<p>".to_vec())), Err(DocsError::Unfit { .. })));
}

#[test]
fn a_slow_host_is_not_waited_for_long() {
    let pursuit = Pursuit::new(TOKEN);
    pursuit.trouble(&[Trouble::Silent]);
    let began = Instant::now();
    let error = put(&shelf(pursuit_at(&pursuit.url()), Some(TOKEN), HERE), &json()).unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(error.to_string().contains("it does not answer in time"), "{error}");
}

#[test]
fn an_address_that_is_not_public_must_be_opened() {
    let pursuit = Pursuit::new(TOKEN);
    let closed = put(&shelf(pursuit_at(&pursuit.url()), Some(TOKEN), &[]), &json()).unwrap_err();
    assert!(matches!(&closed, DocsError::Closed { address, .. } if address == "127.0.0.1"), "{closed}");
    let none = put(&shelf(pursuit_at(&pursuit.url()), None, HERE), &json()).unwrap_err();
    assert!(matches!(none, DocsError::NoToken { .. }), "{none}");
    let odd = put(&shelf(pursuit_at(&pursuit.url()), Some("a\nb"), HERE), &json()).unwrap_err();
    assert!(odd.to_string().contains("CURATOR_CREDENTIAL_P holds no token"), "{odd}");
    assert_eq!(pursuit.uploads().len(), 0, "nothing was connected to");
}

#[test]
fn other_servers_are_put_to_and_posted_to() {
    let pursuit = Pursuit::new(TOKEN);
    let url = DocsUrl::parse(&format!("{}/{{name}}/{{version}}.json", pursuit.url())).unwrap();
    pursuit.trouble(&[Trouble::Status(204), Trouble::Status(200), Trouble::Status(409)]);
    assert_eq!(put(&shelf(DocsPlace::Put(url.clone()), Some("bob:s3cret"), HERE), &json()), Ok(Put::Stored));
    let page = Docs::Bytes(b"<p>".to_vec());
    assert_eq!(put(&shelf(DocsPlace::Post(url.clone()), Some("t"), HERE), &page), Ok(Put::Stored));
    assert_eq!(put(&shelf(DocsPlace::Put(url), Some("t"), HERE), &json()), Ok(Put::AlreadyThere));
    let uploads = pursuit.uploads();
    let heads: Vec<String> = uploads.iter().map(|it| it.head.to_lowercase()).collect();
    assert!(
        heads[0].starts_with("put /logs/1.0.0.json ")
            && heads[0].contains("authorization: basic ym9iOnmzy3jldA==".to_lowercase().as_str())
    );
    assert!(heads[1].starts_with("post /logs/1.0.0.json ") && heads[1].contains("authorization: bearer t"));
    assert_eq!((uploads[1].raw.as_slice(), heads[1].contains("application/octet-stream")), (b"<p>".as_slice(), true));
}

#[test]
fn a_token_that_is_missing_or_wrong_is_the_operators_matter() {
    if !has_sandbox() {
        return;
    }
    for (token, told) in
        [(None, "CURATOR_CREDENTIAL_P is not set"), (Some("wrong"), "does not let the curator in: HTTP 401")]
    {
        let scene = Scene::new();
        let mut command = scene.command(&["sync", "--trust", "--published-time", "2026-02-01T01:00:00Z"]);
        command.env_remove("CURATOR_CREDENTIAL_P");
        if let Some(token) = token {
            command.env("CURATOR_CREDENTIAL_P", token);
        }
        finish(command).ends(0).prints(&["2 published", told]);
        assert_eq!(scene.owed().len(), 2);
        scene.sync("2026-02-01T01:05:00Z", &[]).ends(0).prints(&["2 documented"]);
    }
}
