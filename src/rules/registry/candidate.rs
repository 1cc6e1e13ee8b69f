//! A definition file that is not published yet, read as far as it can be read.

use crate::model::{
    BoundOverride, Definition, DefinitionReading, Document, EncoderName, Manifest, Merge, PackageName, Publication,
    Registration, Sha256, SyntaxError, Terms, TreePath, Version,
};

use super::paths::RegistryPath;

/// Where the source of a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// At the location that it names.
    #[default]
    Location,
    /// In a folder of this machine, of which nobody has made an archive yet.
    Folder,
    /// It was in a folder. The archive of this digest, which the primary store has, stands for it.
    Archive(Sha256),
}

/// A definition file: what stands in it, and everything that is wrong with that.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The file.
    pub file: TreePath,
    /// The digest of the file.
    pub digest: Sha256,
    /// The package and version that its path names.
    pub expected: Option<(PackageName, Version)>,
    /// The JSON in it.
    pub document: Result<Document, Vec<SyntaxError>>,
    /// The definition in it, where it is JSON.
    pub reading: Option<DefinitionReading>,
    /// The override that is in force already.
    pub bound_override: Option<BoundOverride>,
    /// What the package's name stood for when the definition was merged, where that is something else today.
    pub registered: Option<Registration>,
    /// What brought the file into the registry; `None` where that is not known, or the registry is a plain directory.
    pub merge: Option<Merge>,
    /// Where its source is.
    pub origin: Origin,
    /// The manifest with that override, where the file can be read, stands in its place and is not withheld.
    effective: Option<Manifest>,
    /// The override that came later, which the index follows and the archive does not.
    revised: Option<BoundOverride>,
    /// The manifest with that one.
    listed: Option<Manifest>,
}

impl Candidate {
    /// Reads a definition file.
    #[must_use]
    pub fn parse(file: &TreePath, bytes: &[u8], terms: Terms) -> Self {
        let document = Document::parse(bytes, terms.json_bytes);
        let reading = document.as_ref().ok().map(|document| Definition::read(document, terms.profile));
        let expected = match RegistryPath::within(terms.profile, file) {
            RegistryPath::Definition(name, version) => Some((name, version)),
            _ => None,
        };
        let mut candidate = Self {
            file: file.clone(),
            digest: Sha256::of(bytes),
            expected,
            document,
            reading,
            bound_override: None,
            registered: None,
            merge: None,
            origin: Origin::default(),
            effective: None,
            revised: None,
            listed: None,
        };
        candidate.effective = candidate.placed_definition().map(|definition| definition.manifest.clone());
        candidate.listed.clone_from(&candidate.effective);
        candidate
    }

    /// The same with the override that is in force for it.
    #[must_use]
    pub fn with_override(mut self, bound_override: BoundOverride) -> Self {
        self.effective = self.effective.map(|manifest| bound_override.applied_to(&manifest));
        self.listed.clone_from(&self.effective);
        self.bound_override = Some(bound_override);
        self
    }

    /// The same with an override that came after what its archive is made as of.
    #[must_use]
    pub fn revised_by(mut self, bound_override: BoundOverride) -> Self {
        let definition = self.placed_definition().map(|definition| &definition.manifest);
        if let (Some(manifest), true) = (definition, self.effective.is_some()) {
            self.listed = Some(bound_override.applied_to(manifest));
            self.revised = Some(bound_override);
        }
        self
    }

    /// The same where an override is meant for it that cannot be used. An archive is for good, and what was wanted in it
    /// is not known: nothing is published, and nothing may depend on it, before the override is mended.
    #[must_use]
    pub fn withheld(self) -> Self {
        Self { effective: None, listed: None, ..self }
    }

    /// The definition, where every field of it can be read.
    #[must_use]
    pub fn definition(&self) -> Option<&Definition> {
        self.reading.as_ref()?.value.as_ref()
    }

    /// The definition, where it can be read and stands in its place.
    #[must_use]
    pub fn placed_definition(&self) -> Option<&Definition> {
        let (name, version) = self.expected.as_ref()?;
        self.definition().filter(|it| it.manifest.name == *name && it.manifest.version == *version)
    }

    /// The manifest that the archive would have, with the override in force when it was merged. Without one, the definition
    /// cannot be published.
    #[must_use]
    pub fn effective_manifest(&self) -> Option<&Manifest> {
        self.effective.as_ref()
    }

    /// The manifest that the index would have, with the newest override: what it depends on, and what others rely on.
    #[must_use]
    pub fn listed_manifest(&self) -> Option<&Manifest> {
        self.listed.as_ref()
    }

    /// What publishing the definition would publish.
    #[must_use]
    pub fn publication(&self, registration: Option<&Registration>, encoder: EncoderName) -> Option<Publication> {
        Some(Publication {
            file: self.file.clone(),
            file_digest: self.digest,
            definition: self.definition()?.clone(),
            bound_override: self.bound_override.clone(),
            revised: self.revised.clone(),
            registration: registration.cloned(),
            encoder,
            merge: self.merge.clone(),
        })
    }
}
