//! From the solver's derivation tree to the few facts and claims that a person needs.
//!
//! The tree is as deep as the longest chain of dependencies, which strangers choose: nothing here recurses, not even dropping it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;

use pubgrub::{DerivationTree, External, Term, VersionSet as _};

use super::Universe;
use super::explain::{Claim, Explanation, Fact, Lack, Span, Step, Versions};
use super::memory::{Memory, Package, PackageId};
use super::places::{Place, Places};
use super::resolver::Root;
use crate::model::{PackageName, Range};

type Tree = DerivationTree<PackageId, Places, Infallible>;

/// A claim that rests on this many facts or fewer is not worth a step of its own.
const SMALL: usize = 6;

/// A derivation with every node once, causes before what follows from them: the last node is the failure itself.
pub(super) struct Derivation(Vec<Arc<Tree>>);

impl Derivation {
    pub(super) fn new(tree: Tree) -> Self {
        let mut order: Vec<Arc<Tree>> = Vec::new();
        let mut seen = HashSet::new();
        let mut open = vec![(Arc::new(tree), false)];
        while let Some((node, causes_done)) = open.pop() {
            if seen.contains(&Arc::as_ptr(&node)) {
                continue;
            }
            if let (Tree::Derived(derived), false) = (&*node, causes_done) {
                let causes = [Arc::clone(&derived.cause1), Arc::clone(&derived.cause2)];
                open.push((node, true));
                open.extend(causes.map(|cause| (cause, false)));
            } else {
                seen.insert(Arc::as_ptr(&node));
                order.push(node);
            }
        }
        Self(order)
    }
}

impl Drop for Derivation {
    /// From the failure down: each node's causes are still held here when it goes, so that no drop sets off another.
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

/// The facts of `derivation` with the names and ranges that people wrote.
pub(super) fn explain<U: Universe>(derivation: &Derivation, memory: &Memory<'_, U>, root: &Root<'_>) -> Explanation {
    let words = Words { memory, root, distances: distances(&derivation.0, root.id) };
    let subject = memory
        .package(root.id)
        .and_then(|package| Some((package.name.clone(), package.release(root.place)?.version.clone())));
    let steps = outline(&derivation.0).into_iter().map(|block| words.step(block)).collect();
    Explanation { subject, steps, remedies: Vec::new() }
}

/// How many dependencies lie between `root` and each package of the derivation.
fn distances(nodes: &[Arc<Tree>], root: PackageId) -> HashMap<PackageId, usize> {
    let mut edges: HashMap<PackageId, Vec<PackageId>> = HashMap::new();
    for node in nodes {
        if let Tree::External(External::FromDependencyOf(dependent, _, dependency, _)) = &**node {
            edges.entry(*dependent).or_default().push(*dependency);
        }
    }
    let mut distances = HashMap::from([(root, 0)]);
    let mut waiting = VecDeque::from([(root, 0)]);
    while let Some((package, distance)) = waiting.pop_front() {
        for next in edges.get(&package).into_iter().flatten() {
            if let Entry::Vacant(vacant) = distances.entry(*next) {
                vacant.insert(distance + 1);
                waiting.push_back((*next, distance + 1));
            }
        }
    }
    distances
}

/// A node of the derivation that gets a step of its own, with what it rests on.
struct Block<'t> {
    terms: Vec<(PackageId, &'t Term<Places>)>,
    facts: Vec<&'t External<PackageId, Places, Infallible>>,
    given: Vec<usize>,
}

/// Cuts the derivation into blocks: a chain of single facts is one block, and so is a small or single-use part; what is used twice
/// or joins two long arguments is a block of its own.
fn outline(nodes: &[Arc<Tree>]) -> Vec<Block<'_>> {
    let alone = stand_alone(nodes);
    let mut blocks = Vec::new();
    let mut numbers: HashMap<*const Tree, usize> = HashMap::new();
    let mut waiting: VecDeque<&Arc<Tree>> = nodes.last().into_iter().collect();
    while let Some(head) = waiting.pop_front() {
        let mut block = Block { terms: Vec::new(), facts: Vec::new(), given: Vec::new() };
        if let Tree::Derived(derived) = &**head {
            block.terms = derived.terms.iter().map(|(id, term)| (*id, term)).collect();
            block.terms.sort_by_key(|(id, _)| *id);
        }
        let mut open = vec![head];
        while let Some(node) = open.pop() {
            match &**node {
                Tree::External(fact) => block.facts.push(fact),
                Tree::Derived(_) if !Arc::ptr_eq(node, head) && alone.contains(&Arc::as_ptr(node)) => {
                    let next = numbers.len() + 1;
                    let number = *numbers.entry(Arc::as_ptr(node)).or_insert_with(|| {
                        waiting.push_back(node);
                        next
                    });
                    if !block.given.contains(&number) {
                        block.given.push(number);
                    }
                }
                Tree::Derived(derived) => open.extend([&derived.cause1, &derived.cause2]),
            }
        }
        blocks.push(block);
    }
    blocks
}

/// The derived nodes that get a block of their own.
fn stand_alone(nodes: &[Arc<Tree>]) -> HashSet<*const Tree> {
    let mut alone = HashSet::new();
    let mut facts: HashMap<*const Tree, usize> = HashMap::new();
    for node in nodes {
        let Tree::Derived(derived) = &**node else { continue };
        let causes = [&derived.cause1, &derived.cause2].map(Arc::as_ptr);
        let sizes = causes.map(|cause| facts.get(&cause).copied().unwrap_or(1));
        let both_derived = causes.iter().all(|cause| facts.contains_key(cause));
        for (cause, size) in causes.into_iter().zip(sizes) {
            if both_derived && size > SMALL {
                alone.insert(cause);
            }
        }
        let carried = causes.iter().zip(sizes).map(|(cause, size)| if alone.contains(cause) { 1 } else { size });
        let total = carried.fold(0, usize::saturating_add);
        facts.insert(Arc::as_ptr(node), total);
        if derived.shared_id.is_some() && total > SMALL {
            alone.insert(Arc::as_ptr(node));
        }
    }
    alone
}

/// Turns numbers back into names, versions and ranges.
struct Words<'s, 'u, U> {
    memory: &'s Memory<'u, U>,
    root: &'s Root<'s>,
    distances: HashMap<PackageId, usize>,
}

impl<U: Universe> Words<'_, '_, U> {
    fn step(&self, block: Block<'_>) -> Step {
        let mut claim = Claim::default();
        for (id, term) in block.terms.into_iter().filter(|(id, _)| *id != self.root.id) {
            match term {
                Term::Positive(places) => claim.all.extend(self.versions(id, places)),
                Term::Negative(places) => claim.needed.extend(self.versions(id, places)),
            }
        }
        claim.all.sort_by(|a, b| a.name.cmp(&b.name));
        claim.needed.sort_by(|a, b| a.name.cmp(&b.name));
        let facts = merged(&block.facts);
        let mut facts: Vec<(usize, Fact)> = facts.iter().filter_map(|edge| self.fact(edge)).collect();
        let dependent = |fact: &Fact| fact.dependent.as_ref().map(|versions| versions.name.clone());
        facts.sort_by_cached_key(|(distance, fact)| (*distance, dependent(fact), fact.dependency.clone()));
        Step { claim, facts: facts.into_iter().map(|(_, fact)| fact).collect(), given: block.given }
    }

    /// The dependency as written, with the distance of the dependent from the root.
    fn fact(&self, edge: &Edge) -> Option<(usize, Fact)> {
        let dependency = self.memory.package(edge.dependency)?;
        let end = self.memory.package(edge.dependent).map_or(1, Package::end);
        let mut ranges = Vec::new();
        for (start, after) in edge.versions.runs(end) {
            for place in start..after {
                let written = self.dependencies(edge.dependent, place).and_then(|all| all.get(&dependency.name));
                ranges.extend(written.filter(|range| !ranges.contains(*range)).cloned());
            }
        }
        let lack = if edge.dependent == edge.dependency {
            Some(Lack::Itself)
        } else if dependency.releases.is_none() {
            Some(Lack::Unknown)
        } else {
            (edge.admitted == Places::NONE).then(|| Lack::NotInRange(spans(dependency, &Places::full())))
        };
        let dependent = self.versions(edge.dependent, &edge.versions);
        let distance = self.distances.get(&edge.dependent).copied().unwrap_or(usize::MAX);
        Some((distance, Fact { dependent, dependency: dependency.name.clone(), ranges, lack }))
    }

    fn dependencies(&self, id: PackageId, place: Place) -> Option<&BTreeMap<PackageName, Range>> {
        if id == self.root.id {
            return Some(self.root.dependencies);
        }
        Some(self.memory.package(id)?.release(place)?.dependencies)
    }

    fn versions(&self, id: PackageId, places: &Places) -> Option<Versions> {
        let package = self.memory.package(id)?;
        let every = package.end() > 1 && Places::span(0, package.end()).subset_of(places);
        Some(Versions { name: package.name.clone(), spans: spans(package, places), every })
    }
}

fn spans(package: &Package<'_>, places: &Places) -> Vec<Span> {
    let version = |place| package.release(place).map(|release| release.version.clone());
    let span = |(start, after)| match after - start {
        1 => Some(Span::One(version(start)?)),
        _ => Some(Span::Run(Range::new(version(start)?, version(after - 1)?.bump_patch()).ok()?)),
    };
    places.runs(package.end()).into_iter().filter_map(span).collect()
}

/// Versions of one package that depend on another one alike.
struct Edge {
    dependent: PackageId,
    versions: Places,
    dependency: PackageId,
    admitted: Places,
}

/// The dependencies among `facts`; those that differ in the dependent's version only become one.
fn merged(facts: &[&External<PackageId, Places, Infallible>]) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    let mut known: HashMap<(PackageId, PackageId), Vec<usize>> = HashMap::new();
    for fact in facts {
        // The solver's other facts say nothing new: that the root is wanted, and that an empty set of versions is empty.
        let External::FromDependencyOf(dependent, versions, dependency, admitted) = fact else { continue };
        let alike = known.entry((*dependent, *dependency)).or_default();
        // Two versions that exclude themselves do so by different ranges: each is told by itself.
        let same =
            |at: &&usize| dependent != dependency && edges.get(**at).is_some_and(|edge| edge.admitted == *admitted);
        if let Some(edge) = alike.iter().find(same).copied().and_then(|at| edges.get_mut(at)) {
            edge.versions = edge.versions.union(versions);
            continue;
        }
        alike.push(edges.len());
        let (dependent, dependency) = (*dependent, *dependency);
        edges.push(Edge { dependent, versions: versions.clone(), dependency, admitted: admitted.clone() });
    }
    edges
}
