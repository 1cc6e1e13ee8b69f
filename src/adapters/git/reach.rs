//! Whether branches and tags lead to a commit.

use std::collections::BTreeSet;

use git2::{ErrorCode, ObjectType, Odb, Oid};

use crate::ports::FetchError;

use super::local;

/// The most commits that are looked through.
const MOST_COMMITS: usize = 1_000_000;
/// The most bytes of a commit or tag that is read: those of the largest known repositories are far smaller.
const MOST_BYTES: usize = 1 << 20;

/// Whether one of `tips` is `wanted` or descends from it. Where a history ends early, nothing more is known.
///
/// # Errors
/// The history is longer than anyone's, or the disk failed.
pub(super) fn reaches(odb: &Odb<'_>, tips: impl IntoIterator<Item = Oid>, wanted: Oid) -> Result<bool, FetchError> {
    let mut waiting: Vec<Oid> = tips.into_iter().collect();
    let mut seen: BTreeSet<Oid> = waiting.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        if id == wanted {
            return Ok(true);
        }
        if seen.len() > MOST_COMMITS {
            return Err(FetchError::OverLimit { what: "commits".to_owned(), limit: MOST_COMMITS as u64 });
        }
        let new = leads_to(odb, id)?.into_iter().filter(|&next| seen.insert(next)).collect::<Vec<_>>();
        waiting.extend(new);
    }
    Ok(false)
}

/// The parents of a commit, or what a tag names.
fn leads_to(odb: &Odb<'_>, id: Oid) -> Result<Vec<Oid>, FetchError> {
    let absent = |error: &git2::Error| error.code() == ErrorCode::NotFound;
    let failed = |error: git2::Error| local("reading a scratch repository", &error);
    match odb.read_header(id) {
        Ok((size, ObjectType::Commit | ObjectType::Tag)) if size <= MOST_BYTES => {}
        Ok(_) => return Ok(Vec::new()),
        Err(error) if absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    }
    let object = odb.read(id).map_err(failed)?;
    // `tree …`, then any number of `parent …`, then the author; of a tag, `object …`, then the type. What is called so
    // further down is no parent to git either.
    let is_further = |line: &&[u8]| !line.starts_with(b"author ") && !line.starts_with(b"type ") && !line.is_empty();
    let lines = object.data().split(|&byte| byte == b'\n').take_while(is_further);
    let ids = lines.filter_map(|line| {
        let digits = line.strip_prefix(b"parent ").or_else(|| line.strip_prefix(b"object "))?;
        Oid::from_str(std::str::from_utf8(digits).ok()?).ok()
    });
    Ok(ids.collect())
}
