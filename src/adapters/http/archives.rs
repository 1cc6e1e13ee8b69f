//! Archives over HTTP, from wherever an index says that they are.

use url::Url;

use crate::adapters::git::message::shown;
use crate::model::{AddressRange, ArtifactKey, archive_url};
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
        let dummy = sample(template).unwrap_or_default();
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

/// The URL of some archive by the template.
fn sample(template: &str) -> Option<String> {
    let release = "pkg/name/1".parse().ok()?;
    archive_url(template, &"name".parse().ok()?, &"1.0.0".parse().ok()?, Some(&release))
}

impl ArtifactSource for HttpArtifacts {
    fn name(&self) -> &str {
        &self.name
    }

    async fn fetch(&self, wanted: &ArtifactRequest<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let key = || ArtifactKey::archive(wanted.name, wanted.version).to_string();
        let url = archive_url(&self.template, wanted.name, wanted.version, wanted.release);
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
