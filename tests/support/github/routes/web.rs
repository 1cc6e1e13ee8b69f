//! What a browser or a download comes for: the bytes of assets. No token belongs here.

use super::super::asked::{Asked, Reply, not_found, refusal};
use super::super::world::{Asset, AssetState, Release, World};

pub(crate) fn answer(world: &mut World, asked: &Asked) -> Reply {
    if !asked.header("authorization").is_empty() {
        world.watch.violation(format!("a token was sent to the host of {}", asked.path));
        return refusal(400, "Only one auth mechanism allowed");
    }
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["objects", id] => {
            let id: u64 = id.parse().unwrap_or_default();
            let mut releases = world.repositories.values().flat_map(|it| &it.releases);
            let found = releases.find_map(|it| it.assets.iter().find(|asset| asset.id == id));
            found.map_or_else(not_found, |asset| {
                let mut reply = Reply::empty(200).with("content-type", "application/octet-stream");
                reply.body.clone_from(&asset.bytes);
                reply
            })
        }
        [owner, name, "releases", "download", tag @ .., file] => {
            let Some(repository) = world.repository_named(owner, name) else { return not_found() };
            let tag = tag.join("/");
            let mut releases = world.repository(repository).releases.iter();
            let release = releases.find(|it| it.tag == tag && !it.is_draft);
            match release.and_then(|it| whole(it, file)) {
                Some(asset) => Reply::empty(302).with("location", format!("{}/objects/{}", world.at.web, asset.id)),
                None => not_found(),
            }
        }
        _ => not_found(),
    }
}

fn whole<'r>(release: &'r Release, name: &str) -> Option<&'r Asset> {
    release.assets.iter().find(|it| it.name == name && it.state == AssetState::Uploaded)
}
