//! Releases, and the assets that hang on them.

use serde_json::Value;

use super::super::asked::{Answer, Asked, Reply, invalid, not_found, refusal};
use super::super::shapes::releases as shapes;
use super::super::tokens::{Caller, Deed};
use super::super::world::{Asset, AssetState, Release, World};
use super::{Question, text, wanted};

pub(crate) fn answer(world: &mut World, question: &Question<'_>) -> Option<Answer> {
    let ["releases", rest @ ..] = question.rest else { return None };
    Some(match (question.method, rest) {
        ("GET", []) => {
            let shown: Vec<Value> =
                seen(world, question).map(|it| shapes::release(world, question.repository, it)).collect();
            Ok(question.page(world, &shown))
        }
        ("POST", []) => create(world, question),
        ("GET", ["tags", tag @ ..]) => {
            let tag = tag.join("/");
            let found = seen(world, question).find(|it| it.tag == tag && !it.is_draft);
            found.map(|it| Reply::json(200, &shapes::release(world, question.repository, it))).ok_or_else(not_found)
        }
        ("GET", ["assets", id]) => asset(world, question, id.parse().ok()?),
        ("DELETE", ["assets", id]) => remove_asset(world, question, id.parse().ok()?),
        ("GET", [id]) => one(world, question, id.parse().ok()?, |it| {
            Reply::json(200, &shapes::release(world, question.repository, it))
        }),
        ("PATCH", [id]) => update(world, question, id.parse().ok()?),
        ("DELETE", [id]) => remove(world, question, id.parse().ok()?),
        ("GET", [id, "assets"]) => one(world, question, id.parse().ok()?, |it| {
            let all = it.assets.iter().map(|asset| shapes::asset(world, question.repository, it, asset));
            question.page(world, &all.collect::<Vec<_>>())
        }),
        ("POST", [id, "assets"]) => upload(world, question, id.parse().ok()?, AssetState::Uploaded),
        _ => return None,
    })
}

/// The releases that the asker sees, the newest first.
fn seen<'w>(world: &'w World, question: &Question<'_>) -> impl Iterator<Item = &'w Release> {
    let sees_drafts = question.caller.sees_drafts(world, question.repository);
    world.repository(question.repository).releases.iter().rev().filter(move |it| sees_drafts || !it.is_draft)
}

fn one(world: &World, question: &Question<'_>, id: u64, show: impl Fn(&Release) -> Reply) -> Answer {
    seen(world, question).find(|it| it.id == id).map(show).ok_or_else(not_found)
}

/// Refuses a tag that is taken or burned.
fn check_tag(world: &World, repository: u64, own: u64, tag: &str) -> Result<(), Reply> {
    let it = world.repository(repository);
    if it.burned.contains(tag) {
        return Err(invalid("Release", "tag_name", "custom", "tag_name was used by an immutable release"));
    }
    if it.releases.iter().any(|it| it.tag == tag && !it.is_draft && it.id != own) {
        return Err(invalid("Release", "tag_name", "already_exists", ""));
    }
    Ok(())
}

/// Makes a release public: its tag comes into being, and where the repository says so it is frozen.
fn publish(world: &mut World, repository: u64, release: &mut Release) -> Result<(), Reply> {
    let it = world.repository(repository);
    let name = format!("refs/tags/{}", release.tag);
    if it.bare.reference(&name).is_none() {
        let target = it.bare.commit(&release.target);
        let target = target.ok_or_else(|| invalid("Release", "target_commitish", "invalid", ""))?;
        it.bare.point(&name, &target);
    }
    release.is_draft = false;
    release.published = Some(world.now());
    if world.repository(repository).freezes_releases {
        release.is_frozen = true;
        world.repository_mut(repository).burned.insert(release.tag.clone());
    }
    Ok(())
}

fn create(world: &mut World, question: &Question<'_>) -> Answer {
    let author = question.caller.may(world, question.repository, Deed::Write)?;
    let body = question.asked.json()?;
    let tag = wanted(&body, "Release", "tag_name")?.to_owned();
    let is_draft = body["draft"] == true;
    if !is_draft {
        check_tag(world, question.repository, 0, &tag)?;
    }
    let (id, created) = (world.next_id(), world.now());
    let mut release = Release {
        id,
        tag,
        target: text(&body, "target_commitish").unwrap_or_else(|| "main".to_owned()),
        name: text(&body, "name"),
        text: text(&body, "body"),
        is_draft: true,
        is_prerelease: body["prerelease"] == true,
        is_frozen: false,
        author,
        created,
        published: None,
        assets: Vec::new(),
    };
    if !is_draft {
        publish(world, question.repository, &mut release)?;
    }
    let shown = shapes::release(world, question.repository, &release);
    world.repository_mut(question.repository).releases.push(release);
    Ok(Reply::json(201, &shown))
}

/// The release, for who may write it.
fn own(world: &World, question: &Question<'_>, id: u64) -> Result<Release, Reply> {
    question.caller.may(world, question.repository, Deed::Write)?;
    let mut all = world.repository(question.repository).releases.iter();
    all.find(|it| it.id == id).cloned().ok_or_else(not_found)
}

fn keep(world: &mut World, repository: u64, release: Release) {
    let mut all = world.repository_mut(repository).releases.iter_mut();
    if let Some(before) = all.find(|it| it.id == release.id) {
        *before = release;
    }
}

fn update(world: &mut World, question: &Question<'_>, id: u64) -> Answer {
    let mut release = own(world, question, id)?;
    let body = question.asked.json()?;
    for (field, into) in [("name", &mut release.name), ("body", &mut release.text)] {
        if let Some(text) = body[field].as_str() {
            *into = Some(text.to_owned());
        }
    }
    if let Some(tag) = body["tag_name"].as_str().filter(|tag| *tag != release.tag) {
        if release.is_frozen {
            return Err(invalid("Release", "tag_name", "custom", "tag_name cannot be changed on an immutable release"));
        }
        tag.clone_into(&mut release.tag);
    }
    if let Some(target) = body["target_commitish"].as_str() {
        target.clone_into(&mut release.target);
    }
    if release.is_draft && body["draft"] == false {
        check_tag(world, question.repository, id, &release.tag)?;
        publish(world, question.repository, &mut release)?;
    } else if body["draft"] == true && release.is_frozen {
        return Err(invalid("Release", "draft", "custom", "an immutable release cannot become a draft"));
    } else if let Some(is_draft) = body["draft"].as_bool() {
        release.is_draft = is_draft;
    }
    keep(world, question.repository, release.clone());
    Ok(Reply::json(200, &shapes::release(world, question.repository, &release)))
}

fn remove(world: &mut World, question: &Question<'_>, id: u64) -> Answer {
    own(world, question, id)?;
    world.repository_mut(question.repository).releases.retain(|it| it.id != id);
    Ok(Reply::empty(204))
}

fn asset(world: &World, question: &Question<'_>, id: u64) -> Answer {
    let find = |release: &'_ Release| release.assets.iter().position(|asset| asset.id == id);
    let (release, at) = seen(world, question).find_map(|it| Some((it, find(it)?))).ok_or_else(not_found)?;
    let asset = release.assets.get(at).ok_or_else(not_found)?;
    if !question.asked.header("accept").contains("octet-stream") {
        return Ok(Reply::json(200, &shapes::asset(world, question.repository, release, asset)));
    }
    if asset.state == AssetState::Starter {
        return Err(not_found());
    }
    Ok(Reply::empty(302).with("location", format!("{}/objects/{id}?sig=signed", world.at.web)))
}

fn remove_asset(world: &mut World, question: &Question<'_>, id: u64) -> Answer {
    question.caller.may(world, question.repository, Deed::Write)?;
    let mut all = world.repository_mut(question.repository).releases.iter_mut();
    let release = all.find(|it| it.assets.iter().any(|asset| asset.id == id)).ok_or_else(not_found)?;
    if release.is_frozen {
        return Err(invalid("ReleaseAsset", "release", "custom", "Cannot delete asset from an immutable release"));
    }
    release.assets.retain(|asset| asset.id != id);
    Ok(Reply::empty(204))
}

fn upload(world: &mut World, question: &Question<'_>, id: u64, state: AssetState) -> Answer {
    let mut release = own(world, question, id)?;
    let asked = question.asked;
    let name = stored_name(asked.query("name").unwrap_or_default());
    if name.is_empty() {
        return Err(invalid("ReleaseAsset", "name", "missing_field", ""));
    }
    if asked.header("content-length").is_empty() {
        return Err(refusal(411, "Length Required"));
    }
    if asked.body.is_empty() {
        return Err(refusal(400, "Bad Content-Length: The request body is empty"));
    }
    if release.is_frozen {
        return Err(invalid("ReleaseAsset", "release", "custom", "Cannot upload assets to an immutable release."));
    }
    if release.assets.iter().any(|asset| asset.name == name) {
        return Err(invalid("ReleaseAsset", "name", "already_exists", ""));
    }
    if release.assets.len() >= world.most_assets {
        let said = format!("file_count limited to {} assets per release", world.most_assets);
        return Err(invalid("ReleaseAsset", "file_count", "custom", &said));
    }
    let kind = asked.header("content-type");
    let kind = if kind.is_empty() { "application/octet-stream" } else { kind };
    let asset = Asset {
        id: world.next_id(),
        name,
        label: asked.query("label").map(str::to_owned),
        kind: kind.to_owned(),
        state,
        bytes: if state == AssetState::Uploaded { asked.body.clone() } else { Vec::new() },
        by: question.caller.account()?,
        at: world.now(),
    };
    let shown = shapes::asset(world, question.repository, &release, &asset);
    release.assets.push(asset);
    keep(world, question.repository, release);
    Ok(Reply::json(201, &shown))
}

/// Leaves behind of an upload what a broken one leaves: its name.
pub(crate) fn break_off(world: &mut World, asked: &Asked, caller: &Caller) {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    let ["repos", owner, name, rest @ ..] = parts.as_slice() else { return };
    let (Some(repository), ["releases", id, "assets"]) = (world.repository_named(owner, name), rest) else { return };
    let Ok(id) = id.parse() else { return };
    if asked.method == "POST" {
        let question = Question { asked, caller, repository, method: &asked.method, rest };
        let _ = upload(world, &question, id, AssetState::Starter);
    }
}

/// The name that GitHub stores a file under: what is neither letter, digit nor one of a few marks becomes a dot.
fn stored_name(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || "._-+@".contains(c) { c } else { '.' };
    let mut stored = String::new();
    for c in name.chars().map(kept) {
        if c != '.' || !stored.ends_with('.') {
            stored.push(c);
        }
    }
    let inside = stored.trim_end_matches('.');
    if inside.starts_with('.') { format!("default{inside}") } else { inside.to_owned() }
}
