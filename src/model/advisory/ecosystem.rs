//! Which packages of an advisory are those of a registry.

/// What a registry's packages are called as a whole in files of OSV: `PureScript`, or the name of the registry.
///
/// Letters count alike in both cases: `purescript` in a file that somebody else wrote means nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ecosystem {
    registry: String,
}

impl Ecosystem {
    /// The ecosystem of the profile `purescript`.
    pub const PROFILE: &str = "PureScript";

    /// The ecosystem of the registry that is called `name`.
    #[must_use]
    pub fn of_registry(name: &str) -> Self {
        Self { registry: name.to_owned() }
    }

    /// The name of the registry.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Whether `text` names it.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        text.eq_ignore_ascii_case(Self::PROFILE) || text.eq_ignore_ascii_case(&self.registry)
    }
}
