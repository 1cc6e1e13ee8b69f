//! What the next package set would be, and why what is not in it is not.

use std::collections::BTreeMap;

use crate::model::{Area, Date, Finding, PackageName, PackageSet, Place, SetWishes, Version};

use super::batch::{Clash, Obstacle, Settled, Table, settle};
use super::candidates::{candidates, wished};
use super::check::{SetCase, check_set};
use super::edits::{Edit, Edits, applied, in_order, next_version};
use super::offer::Offer;

/// What a next set is made from.
#[derive(Clone, Copy)]
pub struct SetRequest<'a> {
    /// What there is.
    pub offer: Offer<'a>,
    /// The newest set; `None` where there is none yet.
    pub newest: Option<&'a PackageSet>,
    /// What people want changed.
    pub wishes: &'a SetWishes,
    /// Today.
    pub today: Date,
}

/// What the next set would be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proposal {
    /// The newest set; `None` where there is none yet.
    pub before: Option<PackageSet>,
    /// What changes.
    pub edits: Edits,
    /// The next set; `None` where nothing changes, or where it would not hold together.
    pub next: Option<PackageSet>,
    /// What does not come, though it is newer or wished for: first the wishes.
    pub held: Vec<Held>,
    /// What stands against the next set as a whole: members that are gone, and what that does to others.
    pub findings: Vec<Finding>,
}

/// Something that does not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What.
    pub wanted: Wanted,
    /// Who wants it.
    pub by: Origin,
    /// Why not.
    pub why: Hold,
}

/// What somebody wants of the next set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A version of a package.
    Version(PackageName, Version),
    /// A package less.
    Removal(PackageName),
    /// Another compiler.
    Compiler(Version),
    /// Any set at all, where there is none.
    FirstSet,
}

/// Who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// People, by `package-set.json`.
    Wish,
    /// Nobody: it is newer than what the set has.
    News,
}

/// Why something does not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// There is no such package.
    UnknownPackage,
    /// The package has no such version.
    UnknownVersion,
    /// The version was unpublished.
    Unpublished,
    /// It is yanked, deprecated or quarantined.
    Unusable,
    /// It was compiled, and not with this compiler.
    NotCompiled {
        /// The compiler of the set.
        compiler: Version,
    },
    /// `package-set.json` decides about the package.
    Decided {
        /// The version that it keeps the package at; `None`: it keeps it out.
        kept: Option<Version>,
    },
    /// Something would not fit.
    Clash(Box<Clash>),
    /// The set with it was tried, and this was said of it.
    Unverified(String),
    /// A set's compiler never goes down.
    CompilerLower {
        /// The compiler of the newest set.
        now: Version,
    },
    /// Members that nobody compiled with the new compiler.
    CompilerUnsupported {
        /// Them.
        members: Vec<(PackageName, Version)>,
    },
    /// The first set needs a compiler.
    NoCompiler,
}

/// What the next set would be. The answer depends on the request alone, and on what `verify` says of a set that holds
/// together: that it compiles, where somebody can tell.
pub fn propose(request: &SetRequest<'_>, verify: &mut dyn FnMut(&PackageSet) -> Result<(), String>) -> Proposal {
    let before = request.newest.cloned();
    let Some(base) = base(request) else {
        let none = Held { wanted: Wanted::FirstSet, by: Origin::News, why: Hold::NoCompiler };
        return Proposal { held: vec![none], ..Proposal::default() };
    };
    let mut held = Vec::new();
    if let Some(compiler) = request.wishes.compiler.as_ref().filter(|compiler| **compiler != base.compiler) {
        let why = if *compiler < base.compiler {
            Hold::CompilerLower { now: base.compiler.clone() }
        } else {
            match with_compiler(request, &base, compiler, verify) {
                Ok(round) => return round.proposal(request, before, &base, held),
                Err(why) => why,
            }
        };
        held.push(Held { wanted: Wanted::Compiler(compiler.clone()), by: Origin::Wish, why });
    }
    Round::of(request, &base, &base.compiler, verify).proposal(request, before, &base, held)
}

/// What the next set is made from: the newest, or an empty one; `None` where nobody knows its compiler.
fn base(request: &SetRequest<'_>) -> Option<PackageSet> {
    if let Some(newest) = request.newest {
        return Some(newest.clone());
    }
    let compiler = request.wishes.compiler.clone()?;
    let version = Version::new(0, 0, 0).ok()?;
    Some(PackageSet { version, compiler, published: request.today, packages: BTreeMap::new() })
}

/// The next set with another compiler, where every member works with it.
fn with_compiler(
    request: &SetRequest<'_>,
    base: &PackageSet,
    compiler: &Version,
    verify: &mut dyn FnMut(&PackageSet) -> Result<(), String>,
) -> Result<Round, Hold> {
    let round = Round::of(request, base, compiler, verify);
    let next = round.set(request, base);
    let fails = |(name, version): &(&PackageName, &Version)| !request.offer.works_with(name, version, compiler);
    let members: Vec<_> =
        next.packages.iter().filter(fails).map(|(name, version)| (name.clone(), version.clone())).collect();
    if !members.is_empty() {
        return Err(Hold::CompilerUnsupported { members });
    }
    // Where something changes besides, the set was tried already.
    if round.edits.is_empty() {
        verify(&next).map_err(Hold::Unverified)?;
    }
    Ok(round)
}

/// What changes with a compiler.
struct Round {
    compiler: Version,
    edits: Edits,
    held: Vec<Held>,
}

impl Round {
    fn of(
        request: &SetRequest<'_>,
        base: &PackageSet,
        compiler: &Version,
        verify: &mut dyn FnMut(&PackageSet) -> Result<(), String>,
    ) -> Self {
        let (wishes, mut held) = wished(request, base, compiler);
        let (news, passed_over) = candidates(request, base, compiler);
        let mut order = in_order(&request.offer, &base.packages, &wishes);
        order.extend(in_order(&request.offer, &base.packages, &news));
        let pending: Edits = wishes.clone().into_iter().chain(news).collect();
        let table = Table::new(request.offer, &base.packages);
        let set = |edits: &Edits| Self { compiler: compiler.clone(), edits: edits.clone(), held: Vec::new() };
        let mut verify = |edits: &Edits| verify(&set(edits).set(request, base));
        let Settled { edits, held: stopped } = settle(&table, &pending, &order, &mut verify);
        let stopped = stopped.into_iter().filter_map(|(name, obstacle)| {
            let wanted = match pending.get(&name)? {
                Edit::Put(version) => Wanted::Version(name.clone(), version.clone()),
                Edit::Remove => Wanted::Removal(name.clone()),
            };
            let by = if wishes.contains_key(&name) { Origin::Wish } else { Origin::News };
            let why = match obstacle {
                Obstacle::Clash(clash) => Hold::Clash(clash),
                Obstacle::Unverified(reason) => Hold::Unverified(reason),
            };
            Some(Held { wanted, by, why })
        });
        held.extend(stopped);
        held.extend(passed_over);
        held.sort_by_key(|held| held.by == Origin::News);
        Self { compiler: compiler.clone(), edits, held }
    }

    /// The set that comes of it.
    fn set(&self, request: &SetRequest<'_>, base: &PackageSet) -> PackageSet {
        let version = match request.newest {
            Some(newest) => next_version(newest, &self.compiler, &self.edits),
            // 0.0.1, as that of the PureScript registry was.
            None => base.version.bump_patch(),
        };
        let packages = applied(&base.packages, &self.edits);
        // A clock that goes wrong must not make a set that is older than the one before it.
        PackageSet { version, compiler: self.compiler.clone(), published: request.today.max(base.published), packages }
    }

    fn proposal(
        self,
        request: &SetRequest<'_>,
        before: Option<PackageSet>,
        base: &PackageSet,
        mut held: Vec<Held>,
    ) -> Proposal {
        let next = self.set(request, base);
        held.extend(self.held);
        if self.edits.is_empty() && (before.is_none() || self.compiler == base.compiler) {
            return Proposal { before, held, ..Proposal::default() };
        }
        let case = SetCase { offer: request.offer, previous: request.newest, today: next.published };
        let place = Place::file(Area::Index, &format!("package-sets/{}.json", next.version));
        let findings: Vec<Finding> = check_set(&case, &place, &next).into_iter().filter(Finding::is_error).collect();
        let next = Some(next).filter(|_| findings.is_empty());
        Proposal { before, edits: self.edits, next, held, findings }
    }
}
