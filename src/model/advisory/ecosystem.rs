//! Which packages of an advisory are those of a registry.

use crate::model::profile::Profile;

/// What a registry's packages are called as a whole in files of OSV: `PureScript`, or the name of the registry.
///
/// Letters count alike in both cases: `purescript` in a file that somebody else wrote means nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ecosystem {
    registry: String,
    profile: Profile,
}

impl Ecosystem {
    /// The ecosystem of the profile `purescript`.
    pub const PROFILE: &str = "PureScript";

    /// The ecosystem of the registry that is called `name`.
    #[must_use]
    pub fn of_registry(name: &str) -> Self {
        Self { registry: name.to_owned(), profile: Profile::Purescript }
    }

    /// The same of a registry of that profile: only in profile `purescript` it has a second name.
    #[must_use]
    pub fn under(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    /// The language whose names and versions count.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Its names, for people.
    #[must_use]
    pub fn names(&self) -> String {
        match self.profile {
            Profile::Purescript => format!("\"{}\" or \"{}\"", Self::PROFILE, self.registry),
            Profile::Generic => format!("\"{}\"", self.registry),
        }
    }

    /// The name of the registry.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Whether `text` names it.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        let is_of_language = self.profile == Profile::Purescript && text.eq_ignore_ascii_case(Self::PROFILE);
        is_of_language || text.eq_ignore_ascii_case(&self.registry)
    }
}
