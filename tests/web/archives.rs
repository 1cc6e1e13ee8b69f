//! Archives from a URL template.

use curator::adapters::{HttpArtifacts, NamedBy};
use curator::model::{PackageName, Version};
use curator::ports::{ArtifactRequest, ArtifactSource as _, StoreError};

use super::scene::{fetch, patience, store, told};
use super::shelf::{Shelf, Trouble};

#[tokio::test]
async fn an_archive_is_where_the_template_says() {
    let shelf = Shelf::new();
    shelf.put("/store/abacus/abacus-1.0.0.tar.gz", "archive");
    shelf.put("/releases/pkg/abacus/1/abacus.tar.gz", "released");
    let plain = store(&format!("{}store/{{name}}/{{name}}-{{version}}.tar.gz", shelf.url()), patience());
    assert_eq!(plain.name(), "here");
    assert_eq!(fetch(&plain, 7).await, Ok(Some(b"archive".to_vec())));
    // One byte more than was wanted tells that it is too long.
    assert_eq!(fetch(&plain, 3).await, Ok(Some(b"arch".to_vec())));

    let released = store(&format!("{}releases/{{release}}/{{name}}.tar.gz", shelf.url()), patience());
    shelf.asked();
    assert_eq!(fetch(&released, 8).await, Ok(None));
    assert_eq!(shelf.asked(), []);
    let (name, version): (PackageName, Version) = ("abacus".parse().unwrap(), "1.0.0".parse().unwrap());
    let release = "pkg/abacus/1".parse().unwrap();
    let wanted = ArtifactRequest { name: &name, version: &version, release: Some(&release), bytes: 8 };
    assert_eq!(released.fetch(&wanted).await, Ok(Some(b"released".to_vec())));
}

#[tokio::test]
async fn statuses_are_told_apart() {
    let shelf = Shelf::new();
    shelf.put("/a", "0123456789");
    let place = store(&format!("{}a", shelf.url()), patience());
    for status in [404, 410] {
        shelf.trouble("/a", [Trouble::Status(status, String::new())]);
        assert_eq!(fetch(&place, 10).await, Ok(None));
    }
    for status in [401, 403] {
        shelf.trouble("/a", [Trouble::Status(status, String::new())]);
        let failed = fetch(&place, 10).await;
        assert!(matches!(&failed, Err(StoreError::Denied { .. })), "{failed:?}");
    }
    for status in [204, 206, 304, 400, 418] {
        shelf.trouble("/a", [Trouble::Status(status, String::new())]);
        let failed = fetch(&place, 10).await;
        assert!(matches!(&failed, Err(StoreError::Unusable { .. })), "{status}: {failed:?}");
    }
    shelf.trouble("/a", [Trouble::Status(302, String::new())]);
    let failed = fetch(&place, 10).await;
    assert!(
        matches!(&failed, Err(StoreError::Unusable { message, .. }) if message.contains("to nowhere")),
        "{failed:?}"
    );
    // A page for people is bytes like any other: their hash tells.
    shelf.trouble("/a", [Trouble::Page]);
    assert!(fetch(&place, 10).await.unwrap().unwrap().starts_with(b"<!doctype"));
}

#[tokio::test]
async fn what_may_pass_is_tried_once_more() {
    let shelf = Shelf::new();
    shelf.put("/a", "0123456789");
    let place = store(&format!("{}a", shelf.url()), patience());
    let after = |seconds: &str| format!("Retry-After: {seconds}\r\n");
    for trouble in [
        Trouble::Status(500, String::new()),
        Trouble::Status(503, after("0")),
        Trouble::Status(503, after("1")),
        Trouble::Status(429, String::new()),
        Trouble::Cut,
    ] {
        shelf.trouble("/a", [trouble.clone()]);
        assert_eq!(fetch(&place, 10).await, Ok(Some(b"0123456789".to_vec())), "{trouble:?}");
        assert_eq!(shelf.asked().len(), 2);
    }
    shelf.trouble("/a", [Trouble::Status(502, String::new()), Trouble::Status(504, String::new())]);
    let failed = fetch(&place, 10).await;
    assert!(matches!(&failed, Err(StoreError::Unreachable { message, .. }) if message == "HTTP 504"), "{failed:?}");
    assert_eq!(shelf.asked().len(), 2);
    // A server that wants to be left alone for longer, or says so in a way that nobody reads, is.
    for wanted in ["2", "86400", "Wed, 21 Oct 2065 07:28:00 GMT"] {
        shelf.trouble("/a", [Trouble::Status(503, after(wanted))]);
        let failed = fetch(&place, 10).await;
        assert!(matches!(&failed, Err(StoreError::Unreachable { message, .. }) if message == "HTTP 503"), "{failed:?}");
        assert_eq!(told(&shelf.asked()), ["503 /a"]);
    }
}

#[test]
fn a_template_is_a_url_that_no_package_can_turn() {
    let made = |template: &str| HttpArtifacts::new("there", template, NamedBy::Stranger, Vec::new(), patience());
    for bad in [
        "",
        "store/{name}",
        "file:///srv/{name}",
        "s3://bucket/{name}",
        "https://{name}/x",
        "https://{name}.example.org/x",
        "https://example.org{name}/x",
        "https://user:secret@example.org/{name}",
        "https://example.org/{owner}",
        "https://example.org/{name",
        "https://example.org/name}",
        "https://example.org/#{name}",
        "https://example.org/a b",
        "{name}://example.org/",
    ] {
        let failed = made(bad);
        assert!(matches!(&failed, Err(StoreError::Unusable { .. })), "{bad}: {failed:?}");
    }
    for good in ["https://example.org/{name}/{version}", "https://example.org/?file={name}-{version}&r={release}"] {
        assert!(made(good).is_ok(), "{good}");
    }
}
