//! Archives over HTTP, from wherever an index says that they are.

use url::Url;

use crate::adapters::git::message::shown;
use crate::model::{AddressRange, ArtifactKey};
use crate::ports::{ArtifactRequest, ArtifactSource, StoreError};

use super::client::{Answer, Client, Question};
use super::failure::Failure;
use super::line::{NamedBy, judge};
use super::patience::HttpPatience;

/// A place of archives on a web server.
#[derive(Debug)]
pub struct HttpArtifacts {
    name: String,
    template: String,
    client: Client,
}

impl HttpArtifacts {
    /// The store `name`, whose archives are at `template`: a URL with `{name}` and `{version}` in it, and in releases
    /// `{release}`. Whether it may be on this machine depends on who it is `named_by`; besides the public internet it may
    /// have the addresses that were `opened`.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] where the template is no such URL.
    pub fn new(
        name: &str,
        template: &str,
        named_by: NamedBy,
        opened: Vec<AddressRange>,
        patience: HttpPatience,
    ) -> Result<Self, StoreError> {
        let unusable = |message: String| Failure::Unusable(message).of_store(name, shown(template));
        let dummy = filled(template, "name", "1.0.0", Some("release")).unwrap_or_default();
        let is_plain = dummy.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}' | b'#' | b'\\'));
        let url = Url::parse(&dummy).ok().filter(|_| is_plain);
        let url = url.ok_or_else(|| {
            unusable("it is no URL with no placeholder but {name}, {version} and {release}".to_owned())
        })?;
        judge(&url).map_err(|failure| failure.of_store(name, shown(template)))?;
        // In the place of a host it would let a package's name choose whom to ask.
        let authority =
            template.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or(rest));
        if authority.contains('{') {
            return Err(unusable("it has a placeholder in the place of a host".to_owned()));
        }
        let client = Client::new(named_by, opened, patience);
        Ok(Self { name: name.to_owned(), template: template.to_owned(), client })
    }
}

/// The template with these in the place of its placeholders; `None` where it wants a release, and there is none.
fn filled(template: &str, name: &str, version: &str, release: Option<&str>) -> Option<String> {
    let (mut url, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once('{') {
        url.push_str(before);
        // One that has no end is nobody's, and refused for its brace.
        let (placeholder, after) = after.split_once('}').unwrap_or(("", after));
        match placeholder {
            "name" => url.push_str(&encoded(name)),
            "version" => url.push_str(&encoded(version)),
            "release" => url.push_str(&encoded(release?)),
            _ => url.push('{'),
        }
        rest = after;
    }
    url.push_str(rest);
    Some(url)
}

/// The text as parts of a path: slashes separate the parts of a release's tag and of a scoped name, and stay.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' => {
                encoded.push(char::from(byte));
            }
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
        encoded
    })
}

impl ArtifactSource for HttpArtifacts {
    fn name(&self) -> &str {
        &self.name
    }

    async fn fetch(&self, wanted: &ArtifactRequest<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let key = || ArtifactKey::archive(wanted.name, wanted.version).to_string();
        let release = wanted.release.map(ToString::to_string);
        let url = filled(&self.template, &wanted.name.to_string(), &wanted.version.to_string(), release.as_deref());
        let Some(url) = url else { return Ok(None) };
        let url = Url::parse(&url).map_err(|_| Failure::Unusable("its URL is none".to_owned()));
        let url = url.map_err(|failure| failure.of_store(&self.name, key()))?;
        let question = Question { url, most: wanted.bytes, tag: None, anew: false };
        match self.client.ask(&question).await {
            Ok(Answer::Found(found)) => Ok(Some(found.bytes)),
            Ok(Answer::Same | Answer::Absent) => Ok(None),
            Err(failure) => Err(failure.of_store(&self.name, key())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn placeholders_are_filled_once_and_encoded() {
        let fill = |template: &str, release| filled(template, "@a/b {version}", "1.0.0-a+b?#%", release);
        assert_eq!(
            fill("https://h/{name}/{version}.tar.gz", None).as_deref(),
            Some("https://h/@a/b%20%7Bversion%7D/1.0.0-a%2Bb%3F%23%25.tar.gz")
        );
        assert_eq!(fill("https://h/{release}/{name}", None), None);
        assert_eq!(fill("https://h/{release}", Some("pkg/a/1")).as_deref(), Some("https://h/pkg/a/1"));
    }
}
