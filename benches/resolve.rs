//! What a resolution costs beside plain pubgrub (`OfflineDependencyProvider` over names and versions): one large package, and every newest.
//! Then what the impact of a change costs beside brute force, which resolves every newest before and after it.
//!
//! Over a synthetic registry shaped like PureScript's, and over the real one where `CURATOR_REAL_DATA` names its directory (`index/` in it).
//! The ratios come first, from alternating runs; criterion's own figures follow.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark over its own fixtures"
)]
#![allow(clippy::print_stdout, reason = "the ratios are what one runs this for")]

#[path = "../tests/support/brute.rs"]
mod brute;
#[path = "../tests/real/mod.rs"]
mod real;

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use curator::model::{Dependencies, PackageName, Range, Version};
use curator::rules::impact::impact;
use curator::rules::resolve::{Resolution, Resolver};
use pubgrub::{OfflineDependencyProvider, Ranges};
use real::Packages;

type Plain = OfflineDependencyProvider<PackageName, Ranges<Version>>;

const PACKAGES: usize = 1_158;
const LARGE: usize = 60;

/// 1,158 packages in layers, each with four majors of one or two versions and about twelve dependencies on lower packages of the same
/// major; the last has sixty.
fn synthetic() -> Packages {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let name = |index: usize| -> PackageName { format!("package-{index}").parse().unwrap() };
    let mut packages = Packages::new();
    for index in 0..PACKAGES {
        let wanted = if index + 1 == PACKAGES { LARGE } else { random(25).min(index) };
        // Most depend on the few at the bottom, as all of PureScript does on prelude, effect and arrays.
        let below: Vec<usize> =
            (0..wanted).map(|_| if random(3) == 0 { random(index) } else { random(index.min(80)) }).collect();
        let mut versions = BTreeMap::new();
        for major in 1..=4 {
            let range = Range::caret(&Version::new(major, 0, 0).unwrap());
            let dependencies: BTreeMap<_, _> = below.iter().map(|other| (name(*other), range.clone())).collect();
            for minor in 0..=u64::try_from(random(2)).unwrap() {
                versions.insert(Version::new(major, minor, 0).unwrap(), dependencies.clone());
            }
        }
        packages.insert(name(index), versions);
    }
    packages
}

fn plain(packages: &Packages) -> Plain {
    let mut provider = Plain::new();
    for (name, versions) in packages {
        for (version, dependencies) in versions {
            let dependencies = dependencies.iter().map(|(dependency, range)| {
                (dependency.clone(), Ranges::between(range.lower().clone(), range.upper().unwrap().clone()))
            });
            provider.add_dependencies(name.clone(), version.clone(), dependencies);
        }
    }
    provider
}

fn plain_one(provider: &Plain, name: &PackageName, version: &Version) -> Resolution {
    Resolution(pubgrub::resolve(provider, name.clone(), version.clone()).unwrap().into_iter().collect())
}

/// One registry, ready for both solvers.
struct Contest {
    title: &'static str,
    packages: Packages,
    plain: Plain,
    large: (PackageName, Version),
}

impl Contest {
    fn new(title: &'static str, packages: Packages) -> Self {
        let plain = plain(&packages);
        let newest = packages.iter().map(|(name, versions)| (name, versions.iter().next_back().unwrap()));
        let (name, (version, _)) = newest.max_by_key(|(_, (_, dependencies))| dependencies.len()).unwrap();
        let large = (name.clone(), version.clone());
        Self { title, packages, plain, large }
    }

    fn all(&self, mut resolve: impl FnMut(&PackageName, &Version) -> Resolution) -> usize {
        let newest = self.packages.iter().map(|(name, versions)| (name, versions.keys().next_back().unwrap()));
        newest.map(|(name, version)| resolve(name, version).0.len()).sum()
    }

    fn ours_all(&self) -> usize {
        let resolver = Resolver::new(&self.packages);
        self.all(|name, version| resolver.resolve_version(name, version).unwrap())
    }

    fn plain_all(&self) -> usize {
        self.all(|name, version| plain_one(&self.plain, name, version))
    }

    fn print(&self) {
        let (name, version) = &self.large;
        let warm = Resolver::new(&self.packages);
        let picks = warm.resolve_version(name, version).unwrap().0.len();
        let ours = || drop(black_box(warm.resolve_version(name, version)));
        let cold = || drop(black_box(Resolver::new(&self.packages).resolve_version(name, version)));
        let plain = || drop(black_box(plain_one(&self.plain, name, version)));
        let [ours, cold, plain] = medians(200, [&ours, &cold, &plain]);
        println!("{}: {name} {version}, {picks} picks: pubgrub {plain:?}", self.title);
        println!(
            "  ours {ours:?} = {:.2}×; with a resolver made for it {cold:?} = {:.2}×",
            ratio(ours, plain),
            ratio(cold, plain)
        );

        let mut same = 0;
        let resolver = Resolver::new(&self.packages);
        self.all(|name, version| {
            let ours = resolver.resolve_version(name, version).unwrap();
            same += usize::from(ours == plain_one(&self.plain, name, version));
            ours
        });
        let ours = || _ = black_box(self.ours_all());
        let plain = || _ = black_box(self.plain_all());
        let [ours, plain] = medians(9, [&ours, &plain]);
        println!(
            "{}: all {} newest: pubgrub {plain:?}, ours {ours:?} = {:.2}×; {same} with the same picks",
            self.title,
            self.packages.len(),
            ratio(ours, plain),
        );
    }
}

/// A change of the bounds of one package's newest version.
struct Override<'c> {
    what: &'static str,
    packages: &'c Packages,
    name: PackageName,
    version: Version,
    bounds: Dependencies,
}

impl<'c> Override<'c> {
    /// Of the package that most others name, and of one that none names; each takes one of its dependencies without the
    /// newest version from then on.
    fn both(packages: &'c Packages) -> [Self; 2] {
        let newest = |name: &PackageName| packages.get(name).unwrap().iter().next_back().unwrap();
        let mut named: HashMap<&PackageName, usize> = HashMap::new();
        for dependency in packages.keys().flat_map(|name| newest(name).1.keys()) {
            *named.entry(dependency).or_default() += 1;
        }
        let count = |name: &PackageName| named.get(name).copied().unwrap_or_default();
        let narrowed = |(dependency, range): (&PackageName, &Range)| {
            let mut taken = packages.get(dependency)?.keys().filter(|version| range.includes(version));
            let (last, others) = (taken.next_back()?.clone(), taken.count());
            let narrower = Range::new(range.lower().clone(), last).ok().filter(|_| others > 0);
            Some((dependency.clone(), narrower?))
        };
        let revisable = |name: &&PackageName| newest(name).1.iter().any(|needed| narrowed(needed).is_some());
        let popular = packages.keys().filter(revisable).max_by_key(|name| count(name)).unwrap();
        let leaf = packages.keys().filter(revisable).find(|name| count(name) == 0).unwrap();
        [("popular", popular), ("leaf", leaf)].map(|(what, name)| {
            let (version, dependencies) = newest(name);
            let mut bounds = dependencies.clone();
            bounds.extend(dependencies.iter().find_map(narrowed));
            Self { what, packages, name: name.clone(), version: version.clone(), bounds }
        })
    }

    fn print(&self, title: &str) {
        let before = brute::offer(self.packages);
        let mut after = before.clone();
        after.put(&self.name, &self.version, &self.bounds);
        let found = impact(&before, &after, &[]);
        assert!(brute::as_brute(&found) == brute::impact(&before, &after));
        println!(
            "{title}: override of {} ({}): {} of {} reached, {} become unsolvable, {} resolve differently",
            self.name,
            self.what,
            found.roots_resolved,
            found.roots_examined,
            found.became_unsolvable.len(),
            found.resolves_differently.len()
        );
        let ours = || drop(black_box(impact(&before, &after, &[])));
        let brute = || drop(black_box(brute::impact(&before, &after)));
        let offers = || drop(black_box((brute::offer(self.packages), brute::offer(self.packages))));
        let [ours, brute, offers] = medians(9, [&ours, &brute, &offers]);
        println!(
            "  impact {ours:?}, and {offers:?} to lay out both universes; brute force {brute:?}: {:.3}×",
            ratio(ours, brute)
        );
    }
}

/// The median time of each contender, their runs alternating so that a busy machine slows all alike.
fn medians<const N: usize>(rounds: usize, contenders: [&dyn Fn(); N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for _ in 0..rounds {
        for (run, times) in contenders.iter().zip(&mut times) {
            let start = Instant::now();
            run();
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times.get(rounds / 2).copied().unwrap()
    })
}

fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

fn benches(criterion: &mut Criterion) {
    let mut contests = vec![Contest::new("synthetic", synthetic())];
    contests.extend(real::directory().map(|real| Contest::new("real", real::packages(&real))));
    for contest in &contests {
        contest.print();
        let overrides = Override::both(&contest.packages);
        for change in &overrides {
            change.print(contest.title);
        }
        let (name, version) = &contest.large;
        let mut group = criterion.benchmark_group(contest.title);
        group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
        let warm = Resolver::new(&contest.packages);
        group.bench_function("one, ours", |bencher| bencher.iter(|| warm.resolve_version(name, version)));
        group.bench_function("one, pubgrub", |bencher| bencher.iter(|| plain_one(&contest.plain, name, version)));
        group.bench_function("all, ours", |bencher| bencher.iter(|| contest.ours_all()));
        group.bench_function("all, pubgrub", |bencher| bencher.iter(|| contest.plain_all()));
        group.finish();
        let mut group = criterion.benchmark_group(format!("{}, impact", contest.title));
        group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
        for Override { what, name, version, bounds, .. } in &overrides {
            let before = brute::offer(&contest.packages);
            let mut after = before.clone();
            after.put(name, version, bounds);
            group.bench_function(format!("{what}, ours"), |bencher| bencher.iter(|| impact(&before, &after, &[])));
            group.bench_function(format!("{what}, brute force"), |bencher| {
                bencher.iter(|| brute::impact(&before, &after));
            });
        }
        group.finish();
    }
}

criterion_group!(resolving, benches);
criterion_main!(resolving);
