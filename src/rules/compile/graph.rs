//! From a graph of modules to the packages that they belong to.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::model::{DependencyUse, PackageName, WORKLOAD};

use super::workload::{DEPENDENCIES, PACKAGE};

/// Why a graph says nothing about dependencies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// It is not what `purs graph` prints.
    #[error("it is not JSON as `purs graph` prints it: {0}")]
    Shape(String),
    /// No module of the package is in it.
    #[error("it has no module of the package")]
    NoModule,
}

/// A module of the graph, as `purs graph` prints it.
#[derive(Deserialize)]
struct Module {
    path: String,
    depends: Vec<String>,
}

/// Who a module belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    Package,
    Dependency(PackageName),
}

impl Owner {
    /// Reads the path of a module's file; `None` where it lies in no package.
    fn of(path: &str) -> Option<Self> {
        let path = path.strip_prefix(WORKLOAD)?.strip_prefix('/')?;
        if path.strip_prefix(PACKAGE).is_some_and(|rest| rest.starts_with('/')) {
            return Some(Self::Package);
        }
        let (name, _) = path.strip_prefix(DEPENDENCIES)?.strip_prefix('/')?.split_once('/')?;
        name.parse().ok().map(Self::Dependency)
    }
}

/// What the modules of a package say of its `dependencies` (PureScript registry, publish step 11).
///
/// # Errors
/// [`GraphError`] where the graph says nothing.
pub fn dependency_use<'a>(
    graph: &[u8],
    dependencies: impl IntoIterator<Item = &'a PackageName>,
) -> Result<DependencyUse, GraphError> {
    let modules: BTreeMap<String, Module> =
        serde_json::from_slice(graph).map_err(|error| GraphError::Shape(error.to_string()))?;
    let owners: BTreeMap<&str, Owner> =
        modules.iter().filter_map(|(name, module)| Some((name.as_str(), Owner::of(&module.path)?))).collect();
    let is_own = |name: &str| owners.get(name) == Some(&Owner::Package);
    let own: Vec<&Module> = modules.iter().filter(|(name, _)| is_own(name)).map(|(_, module)| module).collect();
    if own.is_empty() {
        return Err(GraphError::NoModule);
    }
    // A module that is not in the graph is the compiler's own, such as Prim.
    let imported = own.iter().flat_map(|module| &module.depends).filter_map(|name| owners.get(name.as_str()));
    let used: BTreeSet<PackageName> = imported
        .filter_map(|owner| match owner {
            Owner::Dependency(name) => Some(name.clone()),
            Owner::Package => None,
        })
        .collect();
    let named: BTreeSet<PackageName> = dependencies.into_iter().cloned().collect();
    Ok(DependencyUse {
        unused: named.difference(&used).cloned().collect(),
        missing: used.difference(&named).cloned().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{GraphError, dependency_use};
    use crate::model::PackageName;

    fn names(text: &str) -> Vec<PackageName> {
        text.split_whitespace().map(|name| name.parse().unwrap()).collect()
    }

    fn judged(graph: &str, dependencies: &str) -> (Vec<String>, Vec<String>) {
        let found = dependency_use(graph.as_bytes(), &names(dependencies)).unwrap();
        let texts = |names: &std::collections::BTreeSet<PackageName>| names.iter().map(ToString::to_string).collect();
        (texts(&found.unused), texts(&found.missing))
    }

    const GRAPH: &str = r#"{
        "Tally": {"path": "/in/package/src/Tally.purs", "depends": ["Prim", "Tally.Part", "Seedbed", "Deep"]},
        "Tally.Part": {"path": "/in/package/src/Tally/Part.purs", "depends": []},
        "Seedbed": {"path": "/in/dependencies/seedbed/src/Seedbed.purs", "depends": ["Deep", "Other"]},
        "Deep": {"path": "/in/dependencies/deep/src/Deep.purs", "depends": []},
        "Other": {"path": "/in/dependencies/other/src/Other.purs", "depends": [], "more": 1}
    }"#;

    #[test]
    fn what_only_a_dependency_uses_is_not_missing() {
        assert_eq!(judged(GRAPH, "deep seedbed"), (vec![], vec![]));
        assert_eq!(judged(GRAPH, "seedbed"), (vec![], vec!["deep".to_owned()]));
        assert_eq!(judged(GRAPH, "deep other seedbed"), (vec!["other".to_owned()], vec![]));
        assert_eq!(judged(GRAPH, ""), (vec![], vec!["deep".to_owned(), "seedbed".to_owned()]));
    }

    #[test]
    fn a_graph_that_says_nothing_accuses_nobody() {
        assert_eq!(dependency_use(b"{}", &names("seedbed")), Err(GraphError::NoModule));
        let lying =
            br#"{"Tally": {"path": "/in/packages/x.purs", "depends": []}, "B": {"path": "src/B", "depends": []}}"#;
        assert_eq!(dependency_use(lying, &names("seedbed")), Err(GraphError::NoModule));
        let odd: [&[u8]; 4] = [b"", b"[]", br#"{"A": {"path": 1, "depends": []}}"#, b"\xff"];
        for odd in odd {
            assert!(matches!(dependency_use(odd, &[]), Err(GraphError::Shape(_))));
        }
    }
}
