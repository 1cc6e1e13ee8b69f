//! Two layouts of an index, what is asked of them, and what is not asked again.

use std::time::Duration;

use curator::adapters::{HttpIndex, Offline};
use curator::ports::{IndexSource as _, RepoError};
use tempfile::TempDir;

use super::scene::{
    COMMIT, CONFIG, bytes, everything, mirror, offline, path, patience, plain, read, read_all, reader, told,
};
use super::shelf::{Shelf, Trouble};

#[tokio::test]
async fn a_mirror_is_read_by_its_list() {
    let shelf = mirror();
    let index = reader(&shelf.url(), None);
    assert_eq!(index.mirror_store(), None);
    assert_eq!(index.open().await.unwrap().unwrap().to_string(), COMMIT);
    assert_eq!(index.mirror_store(), Some(format!("{}store/{{name}}/{{name}}-{{version}}.tar.gz", shelf.url())));
    assert_eq!(told(&shelf.asked()), ["200 /index.sha256", "200 /mirror.json"]);

    let found = read(&index, &["ta/ll/tally", "no/ne/none", "config.json"]).await.unwrap();
    assert_eq!(found, [Some("{\"name\": \"tally\"}\n".to_owned()), None, Some(CONFIG.to_owned())]);
    assert_eq!(told(&shelf.asked()), ["200 /index/config.json", "200 /index/ta/ll/tally"]);

    assert_eq!(read_all(&index).await.unwrap(), everything());
    assert_eq!(told(&shelf.asked()), ["200 /index/ab/ac/abacus", "200 /index/metadata/ab/ac/abacus.json"]);
    let below = index.read_all(Some(&path("metadata"))).await.unwrap();
    assert_eq!(below, [(path("metadata/ab/ac/abacus.json"), b"{}\n".to_vec())]);
    assert_eq!(shelf.asked(), []);
}

#[tokio::test]
async fn an_index_alone_is_read_file_by_file() {
    let shelf = plain();
    let index = reader(&shelf.url(), None);
    assert_eq!(index.open().await.unwrap(), None);
    assert_eq!(index.mirror_store(), None);
    let found = read(&index, &["ta/ll/tally", "no/ne/none", "ta/ll/tally"]).await.unwrap();
    assert_eq!(found[0], found[2]);
    assert_eq!((found[0].as_deref(), found[1].as_deref()), (Some("{\"name\": \"tally\"}\n"), None));
    read(&index, &["no/ne/none", "ta/ll/tally"]).await.unwrap();
    let asked = ["200 /config.json", "200 /ta/ll/tally", "404 /mirror.json", "404 /no/ne/none"];
    assert_eq!(told(&shelf.asked()), asked);

    let Err(RepoError::Unusable { place, message }) = index.read_all(None).await else { panic!("it was listed") };
    assert_eq!(place, shelf.url());
    assert!(message.contains("a clone of its git repository") && message.contains("`curator mirror`"), "{message}");
}

#[tokio::test]
async fn a_second_look_transfers_what_changed_and_nothing_else() {
    let cache = TempDir::new().unwrap();
    let shelf = mirror();
    read_all(&reader(&shelf.url(), Some(cache.path()))).await.unwrap();
    shelf.asked();

    let again = reader(&shelf.url(), Some(cache.path()));
    assert_eq!(read_all(&again).await.unwrap(), everything());
    let asked = shelf.asked();
    assert_eq!(told(&asked), ["304 /index.sha256", "304 /mirror.json"]);
    assert_eq!(bytes(&asked), 0);

    shelf.put("/index/ta/ll/tally", "{\"name\": \"tally\", \"version\": \"2.0.0\"}\n");
    shelf.list();
    // The same reader, which is told to look again.
    assert!(again.open().await.unwrap().is_some());
    let found = read_all(&again).await.unwrap();
    assert_eq!(found[3].1, "{\"name\": \"tally\", \"version\": \"2.0.0\"}\n");
    let asked = shelf.asked();
    assert_eq!(told(&asked), ["200 /index.sha256", "200 /index/ta/ll/tally", "304 /mirror.json"]);
    let list =
        4 * 66 + "index/config.jsonindex/ab/ac/abacusindex/metadata/ab/ac/abacus.jsonindex/ta/ll/tally".len() + 4;
    assert_eq!(bytes(&asked), list + 38);
}

#[tokio::test]
async fn an_index_alone_is_asked_whether_a_file_is_still_the_same() {
    let cache = TempDir::new().unwrap();
    let shelf = plain();
    let paths = ["ta/ll/tally", "ab/ac/abacus"];
    let first = read(&reader(&shelf.url(), Some(cache.path())), &paths).await.unwrap();
    shelf.asked();
    shelf.put("/ab/ac/abacus", "new\n");
    let second = read(&reader(&shelf.url(), Some(cache.path())), &paths).await.unwrap();
    assert_eq!((&second[0], second[1].as_deref()), (&first[0], Some("new\n")));
    let asked = shelf.asked();
    assert_eq!(told(&asked), ["200 /ab/ac/abacus", "304 /config.json", "304 /ta/ll/tally", "404 /mirror.json"]);

    // What is gone is gone, also for those who have it.
    shelf.remove("/ab/ac/abacus");
    let third = read(&reader(&shelf.url(), Some(cache.path())), &paths).await.unwrap();
    assert_eq!(third[1], None);
    assert_eq!(read(&offline(&shelf.url(), cache.path()), &paths).await.unwrap(), third);
}

#[tokio::test]
async fn questions_are_put_at_once_and_not_without_bound() {
    let shelf = mirror();
    for number in 0..100 {
        shelf.put(&format!("/index/nu/mb/number{number}"), format!("{number}\n"));
    }
    shelf.list();
    shelf.think(Duration::from_millis(20));
    let found = read_all(&reader(&shelf.url(), None)).await.unwrap();
    assert_eq!(found.len(), 104);
    let most = shelf.most_at_once();
    assert!((8..=16).contains(&most), "{most} at once");
}

#[tokio::test]
async fn offline_gives_what_is_kept_and_names_what_is_not() {
    let cache = TempDir::new().unwrap();
    let shelf = mirror();
    let index = reader(&shelf.url(), Some(cache.path()));
    read(&index, &["ta/ll/tally"]).await.unwrap();
    shelf.asked();

    let without = offline(&shelf.url(), cache.path());
    assert_eq!(without.open().await.unwrap().unwrap().to_string(), COMMIT);
    assert!(without.mirror_store().is_some());
    let found = read(&without, &["ta/ll/tally", "no/ne/none"]).await.unwrap();
    assert_eq!(found, [Some("{\"name\": \"tally\"}\n".to_owned()), None]);
    let missing = |file: &str| RepoError::NotKept { place: shelf.url(), file: file.to_owned() };
    assert_eq!(read(&without, &["ab/ac/abacus"]).await, Err(missing("index/ab/ac/abacus")));
    assert_eq!(read_all(&without).await, Err(missing("index/ab/ac/abacus")));
    assert_eq!(missing("x").way_out(), Some("run this once without --offline"));

    let never = TempDir::new().unwrap();
    assert_eq!(offline(&shelf.url(), never.path()).open().await, Err(missing("mirror.json")));
    assert_eq!(shelf.asked(), []);
}

#[tokio::test]
async fn what_is_kept_is_not_taken_for_an_answer() {
    let cache = TempDir::new().unwrap();
    let shelf = mirror();
    read_all(&reader(&shelf.url(), Some(cache.path()))).await.unwrap();
    shelf.lasting_trouble("/mirror.json", Trouble::Status(503, String::new()));
    let failed = reader(&shelf.url(), Some(cache.path())).open().await;
    let Err(RepoError::Unreachable { place, message }) = failed else { panic!("{failed:?}") };
    assert_eq!(place, format!("{}mirror.json", shelf.url()));
    assert_eq!(message, "HTTP 503; --offline takes what is kept of it");
    assert_eq!(read_all(&offline(&shelf.url(), cache.path())).await.unwrap(), everything());

    // Nobody listens there.
    let gone = TempDir::new().unwrap();
    let failed = reader("http://127.0.0.1:1/", Some(gone.path())).open().await;
    let Err(RepoError::Unreachable { message, .. }) = failed else { panic!("{failed:?}") };
    assert!(message.starts_with("no connection can be made") && !message.contains("--offline"), "{message}");
}

#[tokio::test]
async fn a_place_without_an_index_is_told_from_one_that_is_shut() {
    let shelf = Shelf::new();
    let missing = RepoError::Missing { role: "index", place: shelf.url() };
    assert_eq!(reader(&shelf.url(), None).open().await, Err(missing));
    for status in [401, 403] {
        shelf.trouble("/mirror.json", [Trouble::Status(status, String::new())]);
        let failed = reader(&shelf.url(), None).open().await;
        let place = format!("{}mirror.json", shelf.url());
        assert_eq!(failed, Err(RepoError::Denied { place, message: format!("HTTP {status}") }));
    }
}

#[tokio::test]
async fn a_mirror_that_changes_while_it_is_read_is_looked_at_again() {
    let shelf = mirror();
    let index = reader(&shelf.url(), None);
    read(&index, &["config.json"]).await.unwrap();
    // After the list was read, one file changes, and another comes.
    shelf.put("/index/ta/ll/tally", "new\n");
    shelf.put("/index/zz/top", "new, too\n");
    shelf.list();
    let found = read_all(&index).await.unwrap();
    assert_eq!(
        found[3..],
        [("ta/ll/tally".to_owned(), "new\n".to_owned()), ("zz/top".to_owned(), "new, too\n".to_owned())]
    );

    // A file that was given out already: no reader sees half of one state and half of another.
    shelf.put("/index/config.json", "{}\n");
    shelf.put("/index/ab/ac/abacus", "newer\n");
    shelf.list();
    let index = reader(&shelf.url(), None);
    read(&index, &["config.json"]).await.unwrap();
    shelf.put("/index/config.json", CONFIG);
    shelf.put("/index/ab/ac/abacus", "newest\n");
    shelf.list();
    assert_eq!(read(&index, &["ab/ac/abacus"]).await, Err(RepoError::Moved { place: shelf.url() }));
    index.open().await.unwrap();
    assert_eq!(read(&index, &["ab/ac/abacus"]).await.unwrap(), [Some("newest\n".to_owned())]);
}

#[tokio::test]
async fn what_the_list_does_not_know_is_refused() {
    let cache = TempDir::new().unwrap();
    let shelf = mirror();
    let index = reader(&shelf.url(), Some(cache.path()));
    index.open().await.unwrap();
    shelf.asked();
    // A cache on the way has an old file: it is asked past.
    shelf.trouble("/index/ta/ll/tally", [Trouble::Bytes(b"old\n".to_vec())]);
    assert!(read(&index, &["ta/ll/tally"]).await.unwrap()[0].is_some());
    let asked = shelf.asked();
    assert_eq!(told(&asked), ["200 /index/ta/ll/tally", "200 /index/ta/ll/tally", "304 /index.sha256"]);
    let anew: Vec<_> = asked.iter().map(|it| it.headers.get("cache-control").map(String::as_str)).collect();
    assert_eq!(anew, [None, Some("no-cache"), Some("no-cache")]);

    for trouble in [Trouble::Bytes(b"other\n".to_vec()), Trouble::Short, Trouble::Status(404, String::new())] {
        shelf.lasting_trouble("/index/ab/ac/abacus", trouble);
        let failed = read(&reader(&shelf.url(), Some(cache.path())), &["ab/ac/abacus"]).await;
        let Err(RepoError::Unusable { place, message }) = failed else { panic!("{failed:?}") };
        assert_eq!(place, format!("{}index/ab/ac/abacus", shelf.url()));
        assert!(message.contains("index.sha256"), "{message}");
        // Nothing of it was kept.
        let without = offline(&shelf.url(), cache.path());
        assert!(matches!(read(&without, &["ab/ac/abacus"]).await, Err(RepoError::NotKept { .. })));
    }
}

#[tokio::test]
async fn files_that_say_something_else_are_refused_by_name() {
    let cases = [
        ("/mirror.json", "{\"format\": 2, \"registry\": \"a\", \"source\": \"b\", \"commit\": null}", "format 2"),
        ("/mirror.json", "{}", "no mirror"),
        ("/mirror.json", "not json", "no mirror"),
        ("/index.sha256", "not a list\n", "line 1 "),
    ];
    for (path, text, said) in cases {
        let shelf = mirror();
        shelf.put(path, text);
        let failed = reader(&shelf.url(), None).open().await;
        let Err(RepoError::Unusable { place, message }) = failed else { panic!("{failed:?}") };
        assert_eq!(place, format!("{}{}", shelf.url(), &path[1..]));
        assert!(message.contains(said), "{message}");
    }
    let shelf = mirror();
    shelf.remove("/index.sha256");
    let failed = reader(&shelf.url(), None).open().await;
    assert!(matches!(&failed, Err(RepoError::Unusable { message, .. }) if message.contains("no list")), "{failed:?}");
    let shelf = plain();
    shelf.put("/config.json", "[]");
    let failed = reader(&shelf.url(), None).open().await;
    assert!(matches!(&failed, Err(RepoError::Unusable { message, .. }) if message.contains("no index")), "{failed:?}");
}

#[test]
fn only_a_folder_of_a_web_server_is_a_place() {
    for bad in [
        "",
        "index",
        "file:///srv/index",
        "ssh://host/index",
        "https://user@host/index",
        "https://user:secret@host/index",
        "https://:secret@host/index",
        "https://host/index?x=1",
        "https://host/index#x",
        "https://h\\@evil/index",
        "https://ho st/",
        "https://h\u{f6}st/",
        "https:///",
    ] {
        let made = HttpIndex::new(bad, None, Offline::No, Vec::new(), patience());
        assert!(matches!(&made, Err(RepoError::Unusable { .. })), "{bad}: {made:?}");
        assert!(!format!("{made:?}").contains("secret"), "{made:?}");
    }
    for good in ["https://host/a/b", "https://host/a/b/", "https://host:8443"] {
        let place = HttpIndex::new(good, None, Offline::No, Vec::new(), patience()).unwrap().place();
        assert_eq!(place, format!("{}/", good.trim_end_matches('/')));
    }
}

#[tokio::test]
async fn a_name_in_a_path_reaches_the_server_as_it_is() {
    let shelf = plain();
    shelf.put("/@scope/na%25me%3Fx%23y", "scoped\n");
    let found = read(&reader(&shelf.url(), None), &["@scope/na%me?x#y"]).await.unwrap();
    assert_eq!(found, [Some("scoped\n".to_owned())]);
}
