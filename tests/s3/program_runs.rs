//! The real program with buckets as stores.

use std::fs;
use std::path::Path;

use crate::Server;
use crate::contract::wait;
use crate::program::{Ran, curator, finish};
use crate::proxy::{Fault, Proxy};
use crate::sample::{PUBLISHED, Sample};
use crate::trees::{Tree, assert_same};
use curator::ports::ArtifactStore as _;

const FOLDER: &str = "[[store]]\nname = \"local\"\npath = \"../.curator/store\"\n";

impl Server {
    /// The table of a store in a bucket.
    fn table(&self, endpoint: &str, prefix: &str, more: &str) -> String {
        let bucket = &self.bucket;
        format!(
            "[[store]]\nname = \"far\"\nbucket = \"{bucket}\"\nprefix = \"{prefix}\"\nendpoint = \"{endpoint}\"\n{more}\n"
        )
    }

    /// Runs the program with the keys in variables that begin like this.
    fn run(&self, home: &Path, keys: &str, args: &[&str]) -> Ran {
        let mut command = curator(home);
        command.args(args).env(format!("{keys}_ACCESS_KEY_ID"), &self.key_id);
        command.env(format!("{keys}_SECRET_ACCESS_KEY"), &self.secret_key).env("AWS_ENDPOINT_URL", &self.endpoint);
        let ran = finish(command);
        assert!(!ran.out.contains(&self.secret_key) && !ran.err.contains(&self.secret_key), "{ran:?}");
        ran
    }

    fn sync(&self, home: &Path, keys: &str) -> Ran {
        self.run(home, keys, &["sync", "--published-time", PUBLISHED])
    }

    /// The files of a part of the bucket, by path and size.
    fn files(&self, prefix: &str) -> Vec<(String, u64)> {
        let listed = wait(self.below(prefix).list()).unwrap();
        listed.into_iter().map(|file| (file.path, file.size)).collect()
    }
}

/// The sample with these stores, and nothing published yet.
fn sample(stores: &str) -> Sample {
    let sample = Sample::wanted();
    let file = sample.registry().join("curator.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(FOLDER), "{text}");
    fs::write(file, text.replace(FOLDER, stores)).unwrap();
    sample
}

/// The files of a folder, by path and size.
fn folder(root: &Path) -> Vec<(String, u64)> {
    let tree = Tree::read(root);
    let mut files: Vec<_> =
        tree.files().iter().map(|(path, bytes)| (path.display().to_string(), bytes.len() as u64)).collect();
    files.sort();
    files
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_bucket_mirrors_a_folder_and_fills_its_gaps() {
    let Some(server) = Server::there() else { return };
    let prefix = Server::prefix();
    let sample = sample(&format!("{FOLDER}{}", server.table(&server.endpoint, &prefix, "credentials = \"MIRROR\"")));
    server.sync(sample.home(), "MIRROR").ends(0).prints(&["13 published"]);
    let stored = folder(&sample.store());
    assert_eq!(stored.len(), 26);
    assert_eq!(server.files(&prefix), stored);
    let after = sample.everything();
    server.sync(sample.home(), "MIRROR").ends(0).prints(&["Nothing to do"]);
    assert_same(&after, &sample.everything());
    server.run(sample.home(), "MIRROR", &["audit"]).ends(0);
    // What the folder lost comes back from the bucket, the same to the byte.
    fs::remove_dir_all(sample.store().join("seedbed")).unwrap();
    server
        .run(sample.home(), "MIRROR", &["sync", "--full"])
        .ends(0)
        .prints(&["restocked seedbed@1.0.0 in store 'local'"]);
    assert_same(&after, &sample.everything());
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_bucket_alone_serves_every_command() {
    let Some(server) = Server::there() else { return };
    let prefix = Server::prefix();
    let sample = sample(&server.table(&server.endpoint, &prefix, ""));
    server.sync(sample.home(), "AWS").ends(0).prints(&["13 published"]);
    assert!(!sample.store().exists());
    let reference = Sample::published();
    assert_eq!(server.files(&prefix), folder(&reference.store()));
    server.run(sample.home(), "AWS", &["audit"]).ends(0);
    server.run(sample.home(), "AWS", &["rebuild", "--all"]).ends(0);
    // The same store by its address, for a registry that names another one.
    let address = format!("s3://{}/{prefix}", server.bucket);
    server.run(reference.home(), "AWS", &["audit", "--store", &address]).ends(0);
    server.run(reference.home(), "AWS", &["plan", "--store", &address]).ends(0);
    // Somebody else's bytes under a name are never overwritten.
    let other = Server::prefix();
    let seedbed = crate::contract::key("seedbed", "1.0.0");
    wait(server.below(&other).put(&seedbed, b"other bytes")).unwrap();
    let sample = self::sample(&server.table(&server.endpoint, &other, ""));
    let ran = server.sync(sample.home(), "AWS");
    assert!((1..=3).contains(&ran.code), "{ran:?}");
    assert!(
        format!("{}{}", ran.out, ran.err).contains("has other bytes under seedbed/seedbed-1.0.0.tar.gz"),
        "{ran:?}"
    );
    assert_eq!(wait(server.below(&other).get(&seedbed)).unwrap().unwrap(), b"other bytes");
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_primary_bucket_that_dies_in_the_middle_loses_nothing() {
    let Some(server) = Server::there() else { return };
    let prefix = Server::prefix();
    let proxy = Proxy::new(&server.endpoint, Fault::DieAfterPuts(7));
    let sample = sample(&server.table(&proxy.url(), &prefix, ""));
    let ran = server.sync(sample.home(), "AWS").ends(2);
    assert!(format!("{}{}", ran.out, ran.err).contains("cannot be reached"), "{ran:?}");
    assert_eq!(server.files(&prefix).len(), 7);
    proxy.mend();
    server.sync(sample.home(), "AWS").ends(0);
    let reference = Sample::published();
    assert_eq!(server.files(&prefix), folder(&reference.store()));
    server.run(sample.home(), "AWS", &["audit"]).ends(0);
}

#[test]
#[ignore = "needs an S3 server: .ci/s3"]
fn a_mirror_that_is_not_there_holds_up_nothing() {
    let Some(server) = Server::there() else { return };
    let (prefix, proxy) = (Server::prefix(), Proxy::new(&server.endpoint, Fault::DieAfterPuts(3)));
    let sample = sample(&format!("{FOLDER}{}", server.table(&proxy.url(), &prefix, "")));
    server.sync(sample.home(), "AWS").prints(&["13 published"]);
    assert_eq!(folder(&sample.store()).len(), 26);
    proxy.mend();
    server.run(sample.home(), "AWS", &["sync", "--full", "--retry"]);
    server.sync(sample.home(), "AWS");
    assert_eq!(server.files(&prefix), folder(&sample.store()));
}
