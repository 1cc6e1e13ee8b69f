//! The archives of a mirror: fetched where they are missing, believed once they were hashed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::sleep;

use crate::model::{ArtifactKey, ArtifactKind, MirrorConfig, MirrorReport, PackageName, TreePath, Version};
use crate::ops::Stop;
use crate::ops::client::{Refusal, Wanted, bytes_of};
use crate::ops::parallel::in_order_of;
use crate::ports::{Client, ClientPorts, Event, MirrorFolder};
use crate::rules::index::Index;

use super::{Present, files};

/// How much a mirror may ask for at once, and in a second: it is a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many archives are fetched at once.
    pub workers: usize,
    /// How many are asked for in a second.
    pub per_second: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { workers: 4, per_second: 50 }
    }
}

/// Lets questions through one by one, with a pause before each.
struct Gate {
    turn: Mutex<()>,
    pause: Duration,
}

impl Gate {
    async fn pass(&self) {
        let _turn = self.turn.lock().await;
        sleep(self.pause).await;
    }
}

/// Where the files of a version are in a mirror.
pub(super) fn place(key: &ArtifactKey) -> Result<TreePath, Stop> {
    files::path(&format!("{}/{key}", MirrorConfig::STORE))
}

/// Fetches every archive that the mirror lacks.
pub(super) async fn bring<P: ClientPorts, M: MirrorFolder + Send + 'static>(
    client: &Arc<Client<P>>,
    index: &Index,
    target: &Arc<M>,
    present: &Present,
    budget: Budget,
) -> Result<MirrorReport, Stop> {
    let mut report = MirrorReport::default();
    let mut work = Vec::new();
    for (name, version, facts) in index.published_versions() {
        report.versions += 1;
        let [archive, checksum, _] = ArtifactKey::all(name, version);
        let (archive, checksum) = (place(&archive)?, place(&checksum)?);
        if !present.contains_key(&checksum) {
            let text = ArtifactKey::checksum_text(name, version, &facts.hash);
            target.put(&checksum, text.as_bytes())?;
        }
        // A file comes into its place whole: where one of this size is, it is the archive.
        if present.get(&archive) != Some(&facts.bytes) {
            let wanted =
                Wanted { name: name.clone(), version: version.clone(), hash: facts.hash, facts: Some(facts.into()) };
            work.push((archive, wanted));
        }
    }
    let pause = Duration::from_secs(1) / budget.per_second.max(1);
    let gate = Arc::new(Gate { turn: Mutex::new(()), pause });
    (client.progress)(Event::Total(work.len()));
    let (shared, into) = (Arc::clone(client), Arc::clone(target));
    let done = in_order_of(budget.workers.max(1), work, move |(place, wanted)| {
        let (client, target, gate) = (Arc::clone(&shared), Arc::clone(&into), Arc::clone(&gate));
        async move {
            gate.pass().await;
            (client.progress)(Event::Begin(format!("{}@{}", wanted.name, wanted.version)));
            let got = bytes_of(&client, &wanted).await;
            (client.progress)(Event::Done);
            match got {
                Ok((bytes, lies)) => {
                    target.put(&place, &bytes)?;
                    Ok(Got::Archive(bytes.len() as u64, lies))
                }
                Err(Stop::Client(refusal)) => Ok(Got::Nothing(*refusal)),
                Err(stop) => Err(stop),
            }
        }
    });
    for got in done.await? {
        tell(&mut report, got)?;
    }
    (client.progress)(Event::Total(0));
    Ok(report)
}

/// What came of one archive.
enum Got {
    /// It is there now: its bytes, and what places gave in its stead.
    Archive(u64, Vec<String>),
    /// Nobody has it.
    Nothing(Refusal),
}

/// Writes what came of one archive into the report.
fn tell(report: &mut MirrorReport, got: Got) -> Result<(), Stop> {
    match got {
        Got::Archive(bytes, lies) => {
            report.fetched += 1;
            report.bytes += bytes;
            report.lies.extend(lies);
        }
        Got::Nothing(Refusal::NoArchive { name, version, reason, transient }) => {
            report.transient |= transient;
            report.missing.push((name, version, reason));
        }
        Got::Nothing(Refusal::Unsound { name, version, reason }) => report.missing.push((name, version, reason)),
        Got::Nothing(refusal) => return Err(refusal.into()),
    }
    Ok(())
}

/// Lets go of the files of versions that are gone for good; gives how many archives went.
pub(super) fn let_go(index: &Index, target: &impl MirrorFolder, present: &Present) -> Result<usize, Stop> {
    let mut removed = 0;
    for (name, version) in unpublished(index) {
        for key in ArtifactKey::all(name, version) {
            let path = place(&key)?;
            if present.contains_key(&path) {
                target.remove(&path)?;
                removed += usize::from(key.kind == ArtifactKind::Archive);
            }
        }
    }
    Ok(removed)
}

fn unpublished(index: &Index) -> impl Iterator<Item = (&PackageName, &Version)> {
    index.packages.iter().flat_map(|(name, package)| {
        let gone = package.metadata.iter().flat_map(|file| file.metadata().unpublished.keys());
        gone.map(move |version| (name, version))
    })
}
