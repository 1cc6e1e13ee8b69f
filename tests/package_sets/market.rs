//! An index made by hand, with a package set, and what somebody wishes of the next one.

use std::collections::{BTreeMap, BTreeSet};

use curator::model::{Finding, PackageName, PackageSet, Place, SetWishes, TreePath, Version};
use curator::rules::package_set::{Edit, Edits, Held, Offer, Proposal, SetCase, SetRequest, Shelf, check_set, propose};
use curator::rules::report::words;
use serde_json::{Value, json};

/// The compiler of every set and version, where nothing else is said.
pub(crate) const COMPILER: &str = "0.15.15";

/// Packages, a set of some of them, and wishes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Market {
    packages: BTreeMap<String, Vec<Listing>>,
    unpublished: BTreeMap<String, Vec<String>>,
    unusable: BTreeSet<(PackageName, Version)>,
    withheld: BTreeSet<(PackageName, Version)>,
    /// The newest set.
    pub(crate) newest: Option<PackageSet>,
    /// What is wished.
    pub(crate) wishes: SetWishes,
}

/// A published version.
#[derive(Debug, Clone)]
struct Listing {
    version: String,
    dependencies: BTreeMap<String, String>,
    time: String,
    compilers: Vec<String>,
    compiled: Option<bool>,
}

pub(crate) fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}

pub(crate) fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// A set of these members, of 2026-06-01.
pub(crate) fn set(version: &str, members: &[(&str, &str)]) -> PackageSet {
    let packages: BTreeMap<&str, &str> = members.iter().copied().collect();
    let set = json!({ "version": version, "compiler": COMPILER, "published": "2026-06-01", "packages": packages });
    serde_json::from_value(set).unwrap()
}

impl Market {
    /// A market in which nothing is for sale.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One more version, published long before the set.
    pub(crate) fn sells(mut self, name: &str, version: &str, dependencies: &[(&str, &str)]) -> Self {
        let dependencies = dependencies.iter().map(|(name, range)| ((*name).to_owned(), (*range).to_owned())).collect();
        let listing = Listing {
            version: version.to_owned(),
            dependencies,
            time: "2026-01-01T00:00:00.000Z".to_owned(),
            compilers: vec![COMPILER.to_owned()],
            compiled: None,
        };
        self.packages.entry(name.to_owned()).or_default().push(listing);
        self
    }

    fn last(mut self, name: &str, change: impl Fn(&mut Listing)) -> Self {
        change(self.packages.get_mut(name).unwrap().last_mut().unwrap());
        self
    }

    /// The version of `name` that was listed last was published then.
    pub(crate) fn at(self, name: &str, time: &str) -> Self {
        self.last(name, |listing| time.clone_into(&mut listing.time))
    }

    /// One more version, published after the set.
    pub(crate) fn offers(self, name: &str, version: &str, dependencies: &[(&str, &str)]) -> Self {
        self.sells(name, version, dependencies).at(name, "2026-07-01T00:00:00.000Z")
    }

    /// The version of `name` that was listed last works with these compilers.
    pub(crate) fn with(self, name: &str, compilers: &[&str], compiled: Option<bool>) -> Self {
        self.last(name, |listing| {
            listing.compilers = compilers.iter().map(|compiler| (*compiler).to_owned()).collect();
            listing.compiled = compiled;
        })
    }

    /// The version was yanked.
    pub(crate) fn yanks(mut self, of: &str, at: &str) -> Self {
        self.unusable.insert((name(of), version(at)));
        self
    }

    /// The version was quarantined.
    pub(crate) fn withholds(mut self, of: &str, at: &str) -> Self {
        self.withheld.insert((name(of), version(at)));
        self.yanks(of, at)
    }

    /// The version was unpublished.
    pub(crate) fn unpublishes(mut self, of: &str, at: &str) -> Self {
        self.packages.entry(of.to_owned()).or_default().retain(|listing| listing.version != at);
        self.unpublished.entry(of.to_owned()).or_default().push(at.to_owned());
        self
    }

    /// The newest set has these members.
    pub(crate) fn has(mut self, members: &[(&str, &str)]) -> Self {
        self.newest = Some(set("4.2.0", members));
        self
    }

    /// This is the newest set.
    pub(crate) fn follows(mut self, newest: PackageSet) -> Self {
        self.newest = Some(newest);
        self
    }

    /// Somebody wishes for a version.
    pub(crate) fn wishes(mut self, of: &str, at: &str) -> Self {
        self.wishes.packages.insert(name(of), Some(version(at)));
        self
    }

    /// Somebody wishes a package away.
    pub(crate) fn drops(mut self, of: &str) -> Self {
        self.wishes.packages.insert(name(of), None);
        self
    }

    /// Somebody wishes for another compiler.
    pub(crate) fn compiles_with(mut self, compiler: &str) -> Self {
        self.wishes.compiler = Some(version(compiler));
        self
    }

    /// The files of the index, as a curator writes them.
    pub(crate) fn files(&self) -> Vec<(TreePath, Vec<u8>)> {
        let names: BTreeSet<&String> = self.packages.keys().chain(self.unpublished.keys()).collect();
        names.into_iter().flat_map(|name| self.package(name)).collect()
    }

    fn package(&self, of: &str) -> [(TreePath, Vec<u8>); 2] {
        let location = json!({ "githubOwner": "acme", "githubRepo": of });
        let mut listings = self.packages.get(of).cloned().unwrap_or_default();
        listings.sort_by_key(|listing| version(&listing.version));
        let line = |it: &Listing| {
            let (version, dependencies) = (&it.version, &it.dependencies);
            let line = json!({ "name": of, "version": version, "license": "MIT", "location": location, "ref": format!("v{version}"), "dependencies": dependencies });
            format!("{line}\n")
        };
        let lines: String = listings.iter().map(line).collect();
        let mut published = BTreeMap::new();
        for it in &listings {
            let mut facts = json!({
                "bytes": 1,
                "compilers": it.compilers,
                "hash": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "publishedTime": it.time,
            });
            if let Some(compiled) = it.compiled {
                facts["compiled"] = json!(compiled);
            }
            published.insert(it.version.clone(), facts);
        }
        let gone = json!({ "publishedTime": "2026-01-01T00:00:00.000Z", "reason": "a key", "unpublishedTime": "2026-01-01T00:00:00.000Z" });
        let gone: BTreeMap<&String, &Value> =
            self.unpublished.get(of).into_iter().flatten().map(|version| (version, &gone)).collect();
        let metadata = json!({ "location": location, "published": published, "unpublished": gone });
        let shard = name(of).shard();
        let path = |text: String| text.parse::<TreePath>().unwrap();
        [
            (path(format!("{shard}/{of}")), lines.into_bytes()),
            (path(format!("metadata/{shard}/{of}.json")), metadata.to_string().into_bytes()),
        ]
    }

    /// What the next set would be on 2026-08-01.
    pub(crate) fn proposal(&self) -> Proposal {
        self.verified(&mut |_| Ok(()))
    }

    /// The same, where `verify` has the last word.
    pub(crate) fn verified(&self, verify: &mut dyn FnMut(&PackageSet) -> Result<(), String>) -> Proposal {
        let read = Shelf::read(self.files()).unwrap();
        self.proposed(&read, self.newest.as_ref(), verify)
    }

    /// The same from these files, after this set.
    pub(crate) fn proposed(
        &self,
        read: &Shelf,
        newest: Option<&PackageSet>,
        verify: &mut dyn FnMut(&PackageSet) -> Result<(), String>,
    ) -> Proposal {
        let is_usable =
            |name: &PackageName, version: &Version| !self.unusable.contains(&(name.clone(), version.clone()));
        let is_withheld =
            |name: &PackageName, version: &Version| self.withheld.contains(&(name.clone(), version.clone()));
        let offer = Offer { index: &read.index, is_usable: &is_usable, is_withheld: &is_withheld };
        let today = "2026-08-01".parse().unwrap();
        propose(&SetRequest { offer, newest, wishes: &self.wishes, today }, verify)
    }

    /// What is wrong with a set, whose predecessor is the newest, on 2026-08-01.
    pub(crate) fn judges(&self, set: &PackageSet) -> Vec<Finding> {
        let read = Shelf::read(self.files()).unwrap();
        let is_withheld =
            |name: &PackageName, version: &Version| self.withheld.contains(&(name.clone(), version.clone()));
        let offer = Offer { index: &read.index, is_usable: &|_, _| true, is_withheld: &is_withheld };
        let case = SetCase { offer, previous: self.newest.as_ref(), today: "2026-08-01".parse().unwrap() };
        check_set(&case, &Place::file(curator::model::Area::Index, "set"), set)
    }

    /// What the next set would change, as `name version` or `name -`, and what is held back with the reason.
    pub(crate) fn told(&self) -> (String, Vec<String>) {
        let proposal = self.proposal();
        assert_eq!(proposal.findings, []);
        assert_eq!(proposal.next.is_some(), !proposal.edits.is_empty() || changes_compiler(&proposal));
        (edits(&proposal.edits), held(&proposal))
    }
}

fn changes_compiler(proposal: &Proposal) -> bool {
    proposal.next.as_ref().map(|next| &next.compiler) != proposal.before.as_ref().map(|set| &set.compiler)
        && proposal.next.is_some()
}

/// Edits on one line.
pub(crate) fn edits(edits: &Edits) -> String {
    let one = |(name, edit): (&PackageName, &Edit)| match edit {
        Edit::Put(version) => format!("{name} {version}"),
        Edit::Remove => format!("{name} -"),
    };
    edits.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What is held back, with the reason.
pub(crate) fn held(proposal: &Proposal) -> Vec<String> {
    let one = |held: &Held| format!("{}: {}", words::package_set::wanted(&held.wanted), words::package_set::why(held));
    proposal.held.iter().map(one).collect()
}
