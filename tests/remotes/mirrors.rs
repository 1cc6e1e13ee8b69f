//! A mirror that cannot take an archive holds up nothing, is owed it, and gets it later.

use std::fs;

use crate::program::{Ran, finish};
use crate::remotes::Remotes;

fn sync(remotes: &Remotes, time: &str) -> Ran {
    let mut command = remotes.command("cache", &["sync", "--published-time", time]);
    command.args(["--store", "store", "--store", "mirror"]);
    finish(command)
}

#[test]
fn a_mirror_is_filled_when_it_is_there_again() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    let (archive, mirror) = ("logs/logs-1.0.0.tar.gz", remotes.home().join("mirror"));
    // A file in the place of the folder.
    fs::write(&mirror, "in the way").unwrap();
    sync(&remotes, "2026-02-01T01:00:00Z").ends(0).prints(&[
        "published logs@1.0.0",
        "warning[A008]",
        "a mirror lacks it",
    ]);
    let owed = remotes.owed();
    assert_eq!((owed.len(), &owed[0]["kind"], &owed[0]["stores"][0]), (1, &"mirror".into(), &"mirror".into()));
    assert_eq!(remotes.messages().len(), 1, "one commit says both");

    fs::remove_file(&mirror).unwrap();
    sync(&remotes, "2026-02-01T01:01:00Z").ends(0);
    assert!(!mirror.exists(), "its time has not come");
    sync(&remotes, "2026-02-01T01:05:00Z").ends(0).prints(&["restocked logs@1.0.0 in store 'mirror'"]);
    assert_eq!(fs::read(mirror.join(archive)).unwrap(), fs::read(remotes.home().join("store").join(archive)).unwrap());
    assert_eq!(remotes.owed(), Vec::<serde_json::Value>::new());
}

#[test]
fn other_bytes_in_a_mirror_are_left_alone_and_told() {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    remotes.merge("2026-02-01T00:00:00Z");
    let planted = remotes.home().join("mirror/logs/logs-1.0.0.tar.gz");
    fs::create_dir_all(planted.parent().unwrap()).unwrap();
    fs::write(&planted, "other bytes").unwrap();
    sync(&remotes, "2026-02-01T01:00:00Z").ends(0).prints(&["published logs@1.0.0", "other bytes"]);
    assert_eq!(fs::read(&planted).unwrap(), b"other bytes");
    assert_eq!(remotes.owed().len(), 1);
}
