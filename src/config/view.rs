//! The tables `[[view]]`: in which formats the index is shown to other clients, and where.

use serde::Deserialize;

use crate::model::{Branch, ViewFormat, ViewPart};

/// A table `[[view]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "ViewTable")]
pub struct ViewSection {
    /// What messages and the command line call it.
    pub name: String,
    /// The format.
    pub format: ViewFormat,
    /// Where each part goes, sorted by part.
    pub places: Vec<(ViewPart, ViewPlaceSection)>,
}

/// Where a part of a view goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewPlaceSection {
    /// To a folder or a repository on this machine, relative to the registry.
    Path(String, Option<Branch>),
    /// To a repository elsewhere.
    Git(String, Option<Branch>),
}

/// A table `[[view]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewTable {
    name: String,
    format: ViewFormat,
    to: Option<PlaceTable>,
    index: Option<PlaceTable>,
    registry: Option<PlaceTable>,
    archives: Option<PlaceTable>,
}

/// A place as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceTable {
    path: Option<String>,
    git: Option<String>,
    branch: Option<Branch>,
}

/// Why a `[[view]]` is none.
#[derive(Debug, thiserror::Error)]
enum ViewTableError {
    #[error("'{0}' is no name of a view: 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit")]
    Name(String),
    #[error("the view '{view}' needs a place under '{key}': {{ path = \"…\" }} or {{ git = \"https://…\" }}")]
    Nowhere { view: String, key: &'static str },
    #[error("the view '{view}' has a place under '{key}', which the format {format} does not have")]
    Foreign { view: String, key: &'static str, format: ViewFormat },
    #[error("the view '{view}' has {what} under '{key}': a place has a path or a git URL")]
    Place { view: String, key: &'static str, what: &'static str },
    #[error("the view '{view}': the git URL under '{key}' starts with https:// or ssh://")]
    Url { view: String, key: &'static str },
}

impl TryFrom<ViewTable> for ViewSection {
    type Error = ViewTableError;

    fn try_from(table: ViewTable) -> Result<Self, ViewTableError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
        let begins = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if !table.name.starts_with(begins) || table.name.len() > 64 || !table.name.bytes().all(plain) {
            return Err(ViewTableError::Name(table.name));
        }
        let (needed, allowed) = table.format.parts();
        let written = [
            (ViewPart::Archives, table.archives),
            (ViewPart::Index, table.index),
            (ViewPart::Registry, table.registry),
            (ViewPart::Whole, table.to),
        ];
        let (view, format) = (table.name, table.format);
        let mut places = Vec::new();
        for (part, place) in written {
            let key = part.as_str();
            match place {
                None if needed.contains(&part) => return Err(ViewTableError::Nowhere { view, key }),
                None => {}
                Some(_) if !needed.contains(&part) && !allowed.contains(&part) => {
                    return Err(ViewTableError::Foreign { view, key, format });
                }
                Some(place) => places.push((part, place.read(&view, key)?)),
            }
        }
        Ok(Self { name: view, format, places })
    }
}

impl PlaceTable {
    fn read(self, view: &str, key: &'static str) -> Result<ViewPlaceSection, ViewTableError> {
        let refused = |what| ViewTableError::Place { view: view.to_owned(), key, what };
        match (self.path, self.git) {
            (Some(path), None) if path.is_empty() => Err(refused("an empty path")),
            (Some(path), None) => Ok(ViewPlaceSection::Path(path, self.branch)),
            // A path of the machine would be a stranger's choice on everybody's machine.
            (None, Some(url)) if !["https://", "ssh://"].iter().any(|scheme| url.starts_with(scheme)) => {
                Err(ViewTableError::Url { view: view.to_owned(), key })
            }
            (None, Some(url)) => Ok(ViewPlaceSection::Git(url, self.branch)),
            (Some(_), Some(_)) => Err(refused("both a path and a git URL")),
            (None, None) => Err(refused("neither a path nor a git URL")),
        }
    }
}

/// Why the views cannot stand beside each other; `None` where they can.
pub(super) fn clash(views: &[ViewSection]) -> Option<String> {
    let mut places: Vec<(&str, &ViewPlaceSection)> = Vec::new();
    for (at, view) in views.iter().enumerate() {
        if views.iter().take(at).any(|other| other.name == view.name) {
            return Some(format!("two views have the name '{}'", view.name));
        }
        for (_, place) in &view.places {
            if let Some((other, _)) = places.iter().find(|(_, taken)| *taken == place) {
                return Some(format!("the views '{other}' and '{}' have a place in common", view.name));
            }
            places.push((&view.name, place));
        }
    }
    None
}
