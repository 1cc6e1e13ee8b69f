//! TLS: whom this machine trusts is believed, and nobody else; what begins in secret stays secret.

use std::path::Path;
use std::process::Command;

use curator::adapters::{HttpIndex, Offline};
use curator::ports::{IndexSource as _, RepoError};

use super::scene::{everything, patience, read_all, reader, stock};
use super::shelf::{Shelf, Trouble};

const PLACE: &str = "CURATOR_TEST_PLACE";
const CLEAR: &str = "CURATOR_TEST_CLEAR";

/// Runs one of the tests below in a process that trusts this certificate.
fn trusting(certificate: &Path, test: &str, url: &str, clear: &str) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--quiet"]).env("SSL_CERT_FILE", certificate);
    assert!(command.env(PLACE, url).env(CLEAR, clear).status().unwrap().success());
}

#[test]
fn a_server_that_is_trusted_is_read() {
    let shelf = Shelf::with_tls();
    stock(&shelf);
    let clear = Shelf::new();
    stock(&clear);
    shelf.trouble("/down", [Trouble::Redirect(clear.url())]);
    shelf.lasting_trouble("/down/mirror.json", Trouble::Redirect(format!("{}mirror.json", clear.url())));
    trusting(&shelf.certificate(), "tls::trusts", &shelf.url(), &clear.url());
    assert_eq!(clear.asked(), []);
}

#[tokio::test]
#[ignore = "it is a part of the test before, in a process that trusts the server"]
async fn trusts() {
    let Ok(url) = std::env::var(PLACE) else { return };
    assert_eq!(read_all(&reader(&url, None)).await.unwrap(), everything());
    let failed = reader(&format!("{url}down"), None).open().await;
    let Err(RepoError::Unusable { message, .. }) = failed else { panic!("{failed:?}") };
    assert_eq!(message, "it redirects from https to http");
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_not() {
    let shelf = Shelf::with_tls();
    stock(&shelf);
    let index = HttpIndex::new(&shelf.url(), None, Offline::No, Vec::new(), patience()).unwrap();
    let failed = index.open().await;
    let Err(RepoError::Unusable { message, .. }) = failed else { panic!("{failed:?}") };
    assert!(message.starts_with("it does not prove who it is"), "{message}");
    assert_eq!(shelf.asked(), []);
}
