//! Releases and their assets, as JSON.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::world::{Asset, AssetState, Release, World};
use super::people::user;
use super::{node, stamp};

pub(crate) fn release(world: &World, repository: u64, it: &Release) -> Value {
    let name = world.full_name(repository);
    let url = format!("{}/repos/{name}/releases/{}", world.at.api, it.id);
    let uploads = format!("{}/repos/{name}/releases/{}/assets{{?name,label}}", world.at.uploads, it.id);
    let tag = if it.is_draft { format!("untagged-{}", it.id) } else { it.tag.clone() };
    let archive = |kind: &str| (!it.is_draft).then(|| format!("{}/repos/{name}/{kind}/{}", world.at.api, it.tag));
    json!({
        "url": url, "html_url": format!("{}/{name}/releases/tag/{tag}", world.at.web),
        "assets_url": format!("{url}/assets"), "upload_url": uploads, "tarball_url": archive("tarball"),
        "zipball_url": archive("zipball"), "id": it.id, "node_id": node(it.id), "tag_name": it.tag,
        "target_commitish": it.target, "name": it.name, "body": it.text, "draft": it.is_draft,
        "prerelease": it.is_prerelease, "immutable": it.is_frozen, "created_at": stamp(it.created),
        "published_at": it.published.map(stamp), "author": user(world, it.author),
        "assets": it.assets.iter().map(|asset| self::asset(world, repository, it, asset)).collect::<Vec<_>>(),
    })
}

pub(crate) fn asset(world: &World, repository: u64, release: &Release, it: &Asset) -> Value {
    let name = world.full_name(repository);
    let tag = if release.is_draft { format!("untagged-{}", release.id) } else { release.tag.clone() };
    let (state, digest) = match it.state {
        AssetState::Starter => ("starter", None),
        AssetState::Uploaded => ("uploaded", Some(format!("sha256:{}", hex(&Sha256::digest(&it.bytes))))),
    };
    json!({
        "url": format!("{}/repos/{name}/releases/assets/{}", world.at.api, it.id), "id": it.id, "node_id": node(it.id),
        "browser_download_url": format!("{}/{name}/releases/download/{tag}/{}", world.at.web, it.name),
        "name": it.name, "label": it.label, "state": state, "content_type": it.kind, "size": it.bytes.len(),
        "digest": digest, "download_count": 0, "created_at": stamp(it.at), "updated_at": stamp(it.at),
        "uploader": user(world, it.by),
    })
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
