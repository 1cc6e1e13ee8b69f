//! Getting an archive: from what is kept, or from the first place that has it as it was published.

use crate::model::{Fault, Files, PackageName, Published, ReleaseTag, Sha256, Version};
use crate::ops::Stop;
use crate::ports::{ArchiveCache as _, ArtifactRequest, ArtifactSource as _, Client, ClientPorts};
use crate::rules::pack;
use crate::rules::report;

use super::Refusal;

/// An archive that is wanted, and what is known of it.
#[derive(Debug, Clone)]
pub(in crate::ops) struct Wanted {
    pub(in crate::ops) name: PackageName,
    pub(in crate::ops) version: Version,
    pub(in crate::ops) hash: Sha256,
    /// What the index says; `None` where there is only a lock file.
    pub(in crate::ops) facts: Option<Facts>,
}

/// What the index says of an archive.
#[derive(Debug, Clone)]
pub(in crate::ops) struct Facts {
    bytes: u64,
    content_hash: Option<Sha256>,
    release: Option<ReleaseTag>,
}

impl From<&Published> for Facts {
    fn from(it: &Published) -> Self {
        Self { bytes: it.bytes, content_hash: it.content_hash, release: it.release.clone() }
    }
}

/// An archive that was had.
pub(super) struct Had {
    /// Its files, without the folder around them.
    pub(super) files: Files,
    /// How many bytes came from elsewhere: none, where it was kept.
    pub(super) transferred: u64,
    /// What places gave instead of it.
    pub(super) lies: Vec<String>,
}

/// Gets an archive and unpacks it in memory. Its bytes are hashed before anything of them is believed.
pub(super) async fn archive<P: ClientPorts>(client: &Client<P>, wanted: &Wanted) -> Result<Had, Stop> {
    // What cannot be read there is as good as nothing.
    if let Ok(Some(bytes)) = client.cache.get(&wanted.hash)
        && Sha256::of(&bytes) == wanted.hash
    {
        return Ok(Had { files: unpacked(client, wanted, &bytes)?, transferred: 0, lies: Vec::new() });
    }
    let (bytes, lies) = bytes_of(client, wanted).await?;
    let files = unpacked(client, wanted, &bytes)?;
    client.cache.put(&wanted.hash, &bytes)?;
    Ok(Had { files, transferred: bytes.len() as u64, lies })
}

/// The bytes of an archive from the first place that has them as they were published, and what places gave in their stead.
pub(in crate::ops) async fn bytes_of<P: ClientPorts>(
    client: &Client<P>,
    wanted: &Wanted,
) -> Result<(Vec<u8>, Vec<String>), Stop> {
    let (mut tried, mut lies, mut transient) = (Vec::new(), Vec::new(), false);
    let Wanted { name, version, hash, facts } = wanted;
    let release = facts.as_ref().and_then(|facts| facts.release.as_ref());
    let recorded = facts.as_ref().map(|facts| facts.bytes);
    let most = recorded.unwrap_or(client.limits.tree_bytes);
    if most > client.limits.tree_bytes {
        return Err(refused(wanted, format!("has {most} bytes by the index, and no archive has so many")));
    }
    for source in &client.sources {
        let request = ArtifactRequest { name, version, release, bytes: most };
        let bytes = match source.fetch(&request).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                tried.push(report::client::not_there(source.name()));
                continue;
            }
            Err(error) => {
                transient |= error.fault() == Fault::Transient;
                tried.push(error.to_string());
                continue;
            }
        };
        let (found, came) = (Sha256::of(&bytes), bytes.len() as u64);
        let is_as_long = recorded.is_none_or(|recorded| recorded == came);
        if is_as_long && found == *hash {
            return Ok((bytes, lies));
        }
        let size = recorded.filter(|_| !is_as_long).map(|recorded| (came, recorded));
        let lie = report::client::lie(source.name(), name, version, size, &found, hash);
        tried.push(lie.clone());
        lies.push(lie);
    }
    Err(absent(wanted, &tried, transient))
}

fn absent(wanted: &Wanted, tried: &[String], transient: bool) -> Stop {
    let Wanted { name, version, .. } = wanted;
    let reason = report::client::tried(tried);
    Refusal::NoArchive { name: name.clone(), version: version.clone(), reason, transient }.into()
}

/// What was published is nothing that anybody should unpack.
fn refused(Wanted { name, version, .. }: &Wanted, reason: String) -> Stop {
    Refusal::Unsound { name: name.clone(), version: version.clone(), reason }.into()
}

/// The files of an archive whose bytes are those that were published.
fn unpacked<P: ClientPorts>(client: &Client<P>, wanted: &Wanted, bytes: &[u8]) -> Result<Files, Stop> {
    let Wanted { name, version, facts, .. } = wanted;
    let content = facts.as_ref().and_then(|facts| facts.content_hash.as_ref());
    let files = pack::unpack_published(bytes, name, version, content, &client.limits);
    files.map_err(|error| refused(wanted, error.to_string()))
}
