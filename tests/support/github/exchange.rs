//! One request: what goes wrong, what is left of the limits, the work itself, and what every answer carries.

use sha2::{Digest as _, Sha256};

use super::asked::{Asked, Reply};
use super::routes;
use super::shapes::releases::hex;
use super::tokens::{Caller, TokenKind, caller};
use super::troubles::Fault;
use super::world::World;

/// How the connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Whole,
    /// Without an answer.
    Closed,
    /// In the middle of the body.
    Cut,
}

/// Answers a request.
pub(crate) fn exchange(world: &mut World, asked: &Asked) -> (Reply, Ending) {
    let caller = caller(world, asked);
    let (key, kind) = match &caller {
        Ok(caller) => (caller.key.clone(), caller.kind),
        Err(_) => ("somebody".to_owned(), TokenKind::Nobody),
    };
    world.watch.look(&key, asked);
    let fault = world.troubles.draw();
    let own = fault.and_then(|fault| world.troubles.answer(fault));
    let mut reply = if fault.is_none_or(Fault::has_effect) {
        match caller {
            Ok(caller) => work(world, asked, &caller),
            Err(refusal) => refusal,
        }
    } else {
        if fault == Some(Fault::BadGateway)
            && let Ok(caller) = &caller
        {
            routes::releases::break_off(world, asked, caller);
        }
        Reply::empty(502)
    };
    if let Some(own) = own {
        reply = own;
    }
    let (most, used, reset) = world.watch.hour(&key, kind);
    let id = world.watch.request_id();
    let reply = reply
        .with("x-ratelimit-limit", most.to_string())
        .with("x-ratelimit-used", used.to_string())
        .with("x-ratelimit-remaining", (most - used).to_string())
        .with("x-ratelimit-reset", reset.to_string())
        .with("x-ratelimit-resource", "core")
        .with("x-github-request-id", id)
        .with("x-github-api-version-selected", "2022-11-28");
    let mut seen = reply.clone();
    let ending = match fault {
        Some(Fault::ClosedAfter) => {
            seen.status = 0;
            Ending::Closed
        }
        Some(Fault::CutBody) if !reply.body.is_empty() => Ending::Cut,
        _ => Ending::Whole,
    };
    world.watch.leave(&key, kind, asked, &seen);
    (reply, ending)
}

/// The work itself, within the limits.
fn work(world: &mut World, asked: &Asked, caller: &Caller) -> Reply {
    let is_free = asked.parts.first().is_some_and(|part| part == "rate_limit");
    if !is_free && let Some(refusal) = world.watch.spend(&caller.key, caller.kind) {
        return refusal;
    }
    let reply = routes::answer(world, asked, caller).unwrap_or_else(|refusal| refusal);
    if asked.method == "POST" && (200..300).contains(&reply.status) {
        world.watch.note_creation(asked);
    }
    let is_json = reply.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if asked.method != "GET" || reply.status != 200 || !is_json {
        return reply;
    }
    let digest = Sha256::digest(&reply.body);
    let tag = format!("W/\"{}\"", hex(&digest));
    let known = asked.header("if-none-match").split(',').any(|it| it.trim().trim_start_matches("W/") == &tag[2..]);
    if !known {
        return reply.with("etag", tag).with("cache-control", "private, max-age=60, s-maxage=60");
    }
    // To whom it does not know, GitHub counts it.
    if caller.kind != TokenKind::Nobody {
        world.watch.refund(&caller.key);
    }
    Reply::empty(304).with("etag", tag)
}
