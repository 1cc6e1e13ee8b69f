//! Servers that are slow, endless, broken, or lead somewhere else (threats 3 to 5 and 23).

use curator::adapters::{HttpArtifacts, HttpIndex, NamedBy, Offline};
use curator::ports::{IndexSource as _, RepoError, StoreError};

use super::scene::{fetch, impatience, mirror, patience, plain, read, reader, store, told};
use super::shelf::{Shelf, Trouble};

/// How opening the index fails whose description meets with `trouble`.
async fn opening(trouble: Trouble) -> RepoError {
    let shelf = mirror();
    shelf.lasting_trouble("/mirror.json", trouble);
    let index = HttpIndex::new(&shelf.url(), None, Offline::No, Vec::new(), impatience()).unwrap();
    index.open().await.unwrap_err()
}

/// How fetching an archive fails that meets with `trouble`.
async fn fetching(trouble: Trouble) -> Result<Option<Vec<u8>>, StoreError> {
    let shelf = Shelf::new();
    shelf.put("/a", "0123456789");
    shelf.lasting_trouble("/a", trouble);
    fetch(&store(&format!("{}a", shelf.url()), impatience()), 10).await
}

#[tokio::test]
async fn who_is_slow_is_not_waited_for() {
    for (trouble, said) in [(Trouble::Hang, "in time"), (Trouble::Dribble, "too")] {
        let failed = opening(trouble.clone()).await;
        assert!(matches!(&failed, RepoError::Unreachable { message, .. } if message.contains(said)), "{failed:?}");
        let failed = fetching(trouble).await;
        // Of a dribble so many bytes are read as the archive has: it is what it is.
        let came = matches!(&failed, Ok(Some(bytes)) if bytes == b"xxxxxxxxxxx");
        let slow = matches!(&failed, Err(StoreError::Unreachable { message, .. }) if message.contains(said));
        assert!(came || slow, "{failed:?}");
    }
}

#[tokio::test]
async fn who_never_ends_is_cut_off() {
    let shelf = plain();
    shelf.lasting_trouble("/ta/ll/tally", Trouble::Endless);
    let failed = read(&reader(&shelf.url(), None), &["ta/ll/tally"]).await;
    let Err(RepoError::Unusable { place, message }) = failed else { panic!("{failed:?}") };
    assert_eq!((place, message.as_str()), (format!("{}ta/ll/tally", shelf.url()), "it has more than 16777216 bytes"));
    assert_eq!(fetching(Trouble::Endless).await, Ok(Some(b"x".repeat(11))));
}

#[tokio::test]
async fn a_body_that_is_cut_is_no_body() {
    for trouble in [Trouble::Cut, Trouble::CutChunks] {
        let failed = opening(trouble.clone()).await;
        assert!(matches!(&failed, RepoError::Unreachable { message, .. } if message.contains("broke")), "{failed:?}");
        let failed = fetching(trouble).await;
        assert!(matches!(&failed, Err(StoreError::Unreachable { .. })), "{failed:?}");
    }
    // The length says that this is all; the hash says that it is not.
    assert_eq!(fetching(Trouble::Short).await, Ok(Some(b"01234".to_vec())));
}

#[tokio::test]
async fn pages_and_encodings_are_no_files() {
    let failed = opening(Trouble::Page).await;
    assert!(
        matches!(&failed, RepoError::Unusable { message, .. } if message.contains("page for people")),
        "{failed:?}"
    );
    let shelf = plain();
    shelf.lasting_trouble("/ta/ll/tally", Trouble::Page);
    let failed = read(&reader(&shelf.url(), None), &["ta/ll/tally"]).await;
    assert!(matches!(&failed, Err(RepoError::Unusable { .. })), "{failed:?}");
    for index in [true, false] {
        let message = if index {
            let RepoError::Unusable { message, .. } = opening(Trouble::Zipped).await else { panic!() };
            message
        } else {
            let Err(StoreError::Unusable { message, .. }) = fetching(Trouble::Zipped).await else { panic!() };
            message
        };
        assert_eq!(message, "it is encoded as gzip, unasked");
    }
}

#[tokio::test]
async fn redirects_lead_nowhere_but_to_the_public_internet() {
    for target in [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "http://0x0a000001/",
        "http://%31%30.0.0.1/",
        "http://%EF%BC%91%EF%BC%90.0.0.1/",
    ] {
        let failed = opening(Trouble::Redirect(target.to_owned())).await;
        let RepoError::Unusable { message, .. } = &failed else { panic!("{target}: {failed:?}") };
        assert!(message.contains("not of the public internet"), "{target}: {message}");
    }
    for target in ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:secret@127.0.0.1/"] {
        let failed = opening(Trouble::Redirect(target.to_owned())).await;
        assert!(matches!(&failed, RepoError::Unusable { .. }), "{target}: {failed:?}");
        assert!(!format!("{failed:?}").contains("secret"), "{failed:?}");
    }
}

#[tokio::test]
async fn redirects_are_followed_five_times() {
    let shelf = mirror();
    for (number, next) in ["/2", "/3", "/4", "/5", "/mirror.json"].iter().enumerate() {
        shelf.lasting_trouble(&format!("/{}", number + 1), Trouble::Redirect((*next).to_owned()));
    }
    shelf.put("/1-1.0.0", "");
    let archive = |path: &str| store(&format!("{}{path}", shelf.url()), patience());
    assert!(fetch(&archive("1"), 1000).await.unwrap().is_some());
    shelf.lasting_trouble("/0", Trouble::Redirect("/1".to_owned()));
    let failed = fetch(&archive("0"), 1000).await;
    assert!(
        matches!(&failed, Err(StoreError::Unusable { message, .. }) if message.contains("more than 5")),
        "{failed:?}"
    );
    shelf.lasting_trouble("/round", Trouble::Redirect("/round".to_owned()));
    assert!(matches!(fetch(&archive("round"), 1000).await, Err(StoreError::Unusable { .. })));
}

#[tokio::test]
async fn a_stranger_does_not_send_us_to_this_machine() {
    let shelf = Shelf::new();
    shelf.put("/a", "0123456789");
    let template = format!("{}a", shelf.url());
    let fetch_as = async |opened: &[&str]| {
        let opened = opened.iter().map(|range| range.parse().unwrap()).collect();
        let store = HttpArtifacts::new("there", &template, NamedBy::Stranger, opened, patience()).unwrap();
        fetch(&store, 10).await
    };
    let failed = fetch_as(&[]).await;
    let Err(StoreError::Unusable { store, message, .. }) = failed else { panic!("{failed:?}") };
    assert_eq!(store, "there");
    assert!(message.contains("--allow-address 127.0.0.1"), "{message}");
    assert_eq!(shelf.asked(), []);
    // The operator may.
    assert_eq!(fetch_as(&["127.0.0.0/8"]).await, Ok(Some(b"0123456789".to_vec())));
    assert_eq!(told(&shelf.asked()), ["200 /a"]);
}

#[tokio::test]
async fn nothing_is_spoken_in_the_clear_to_the_public_internet() {
    let store =
        HttpArtifacts::new("there", "http://192.88.98.1/a", NamedBy::Operator, Vec::new(), impatience()).unwrap();
    let failed = fetch(&store, 10).await;
    let Err(StoreError::Unusable { message, .. }) = failed else { panic!("{failed:?}") };
    assert!(message.contains("in the clear"), "{message}");
}
