//! The routes of GitHub's API that releases and their files are asked and changed by.

use std::fmt::Write as _;

use bytes::Bytes;
use http::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::adapters::beneath::MOST_BYTES;
use crate::adapters::github::GitHubRepository;
use crate::adapters::github::client::Client;
use crate::adapters::github::failure::Failure;
use crate::adapters::github::request::Request;
use crate::model::{ReleaseLayout, ReleaseTag, Sha256};

/// How many files a list in one part has. A release names its files by itself; that it names more of them than this is
/// seen with every client and promised by nobody.
const PART: usize = 100;

/// A release.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Release {
    pub(super) id: u64,
    pub(super) tag_name: String,
    pub(super) draft: bool,
    /// Whether its files are frozen; absent where a server knows nothing of that.
    #[serde(default)]
    pub(super) immutable: bool,
    #[serde(default)]
    pub(super) assets: Vec<Asset>,
}

/// A file of a release.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Asset {
    pub(super) id: u64,
    pub(super) name: String,
    state: String,
    pub(super) size: u64,
    digest: Option<String>,
}

impl Release {
    /// The file of that name, whole or not.
    pub(super) fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.name == name)
    }

    /// The file of that name, if it is whole.
    pub(super) fn whole(&self, name: &str) -> Option<&Asset> {
        self.asset(name).filter(|asset| asset.is_whole())
    }

    /// Whether no file can come to it any more.
    pub(super) fn is_frozen(&self) -> bool {
        self.immutable && !self.draft
    }

    /// Its tag, if it is one for artifacts.
    pub(super) fn tag(&self) -> Option<ReleaseTag> {
        self.tag_name.parse().ok()
    }
}

impl Asset {
    /// Whether all of it has arrived. What an upload that broke off leaves behind is called `starter`.
    pub(super) fn is_whole(&self) -> bool {
        self.state == "uploaded"
    }

    /// Whether GitHub says that it is `bytes`; `None` where it says no digest, as of files that are older than its digests.
    pub(super) fn is(&self, bytes: &Sha256) -> Option<bool> {
        let digest = self.digest.as_deref()?.strip_prefix("sha256:")?;
        Some(digest == bytes.to_hex())
    }

    /// Whether GitHub says that both are the same bytes.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.digest.is_some() && self.digest == other.digest && self.size == other.size
    }
}

/// The releases of a repository.
pub(super) struct Api {
    pub(super) repository: GitHubRepository,
}

impl Api {
    pub(super) fn client(&self) -> &Client {
        &self.repository.github.client
    }

    fn route(&self, rest: &str) -> String {
        format!("/repos/{}/releases{rest}", self.repository.name)
    }

    /// Whether the repository can be seen.
    pub(super) async fn seen(&self) -> Result<(), Failure> {
        let route = format!("/repos/{}", self.repository.name);
        self.client().get::<IgnoredAny>(&route).await.map(|_| ())
    }

    /// The published release with that tag.
    pub(super) async fn tagged(&self, tag: &ReleaseTag) -> Result<Option<Release>, Failure> {
        let route = self.route(&format!("/tags/{}", encoded(&tag.to_string())));
        let release: Option<Release> = found(self.client().get(&route).await)?;
        Ok(release.filter(|release| release.tag().as_ref() == Some(tag)))
    }

    /// The release of that number as it is now, with every one of its files.
    pub(super) async fn release(&self, id: u64) -> Result<Option<Release>, Failure> {
        let release = found(self.client().get(&self.route(&format!("/{id}"))).await)?;
        match release {
            Some(release) => self.with_all(release).await.map(Some),
            None => Ok(None),
        }
    }

    /// The release with every one of its files, whatever it named by itself.
    pub(super) async fn with_all(&self, release: Release) -> Result<Release, Failure> {
        if release.assets.len() < PART {
            return Ok(release);
        }
        let assets = self.client().list(&self.route(&format!("/{}/assets", release.id))).await?;
        Ok(Release { assets, ..release })
    }

    /// Every release, drafts too where the token may see them.
    pub(super) async fn all(&self, layout: ReleaseLayout) -> Result<Vec<Release>, Failure> {
        // Each names its files: a hundred full ones would be more than any server sends.
        let part = match layout {
            ReleaseLayout::PerPackage => 20,
            ReleaseLayout::PerVersion => 100,
        };
        let pages = self.client().pages::<Vec<Release>>(&self.route(&format!("?per_page={part}"))).await?;
        Ok(pages.into_iter().flatten().collect())
    }

    /// Makes a release: a draft for one version, which is published with all its files, and a published one for a package.
    ///
    /// It is never the latest: that place belongs to whatever else the repository releases.
    pub(super) async fn create(&self, tag: &ReleaseTag) -> Result<Release, Failure> {
        let draft = matches!(tag, ReleaseTag::Version { .. });
        let content = json!({
            "tag_name": tag, "name": tag.title(), "body": tag.notes(),
            "draft": draft, "prerelease": false, "make_latest": "false",
        });
        let request = Request::json(Method::POST, self.route(""), &content);
        let made = || async move { if draft { self.draft(tag).await } else { self.tagged(tag).await } };
        self.client().write(&request, made).await
    }

    /// The draft for that tag: of several, that which every curator takes. A draft can be found in the list alone.
    async fn draft(&self, tag: &ReleaseTag) -> Result<Option<Release>, Failure> {
        let releases = self.all(ReleaseLayout::PerVersion).await?.into_iter();
        Ok(releases.filter(|it| it.draft && it.tag().as_ref() == Some(tag)).min_by_key(|it| it.id))
    }

    /// Publishes a draft.
    pub(super) async fn publish(&self, draft: &Release, tag: &ReleaseTag) -> Result<Release, Failure> {
        let content = json!({ "draft": false, "make_latest": "false" });
        let request = Request::json(Method::PATCH, self.route(&format!("/{}", draft.id)), &content);
        self.client().write(&request, || self.tagged(tag)).await
    }

    /// Deletes a release: one that nobody has seen, or that of a version that is gone for good.
    pub(super) async fn delete(&self, release: &Release) -> Result<(), Failure> {
        self.remove(self.route(&format!("/{}", release.id))).await
    }

    /// Deletes a file: one that is not whole or not what it should be, or that of a version that is gone for good.
    pub(super) async fn delete_asset(&self, asset: &Asset) -> Result<(), Failure> {
        self.remove(self.route(&format!("/assets/{}", asset.id))).await
    }

    async fn remove(&self, route: String) -> Result<(), Failure> {
        // Whether it was done need not be read: what is gone is not there to be deleted again.
        let removed = self.client().write(&Request::delete(route), || async { Ok(None) }).await;
        found(removed).map(|_: Option<()>| ())
    }

    /// Uploads a file, once.
    pub(super) async fn upload(&self, release: &Release, name: &str, bytes: Bytes) -> Result<Asset, Failure> {
        let route = self.route(&format!("/{}/assets?name={}", release.id, encoded(name)));
        let request = Request::upload(route, bytes);
        self.client().send(&request).await?.read(&request)
    }

    /// The bytes of a file; `None` where it is gone.
    pub(super) async fn download(&self, asset: &Asset) -> Result<Option<Bytes>, Failure> {
        let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
        let bytes = found(self.client().bytes(&self.route(&format!("/assets/{}", asset.id)), most).await)?;
        match bytes {
            Some(bytes) if bytes.len() as u64 != asset.size => {
                Err(Failure::Lost(format!("{} of {} bytes arrived", bytes.len(), asset.size)))
            }
            bytes => Ok(bytes),
        }
    }

    /// The bytes of a file as everybody downloads it; `None` where there is no such file.
    pub(super) async fn public(&self, tag: &ReleaseTag, file: &str) -> Result<Option<Bytes>, Failure> {
        let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
        let tag: Vec<String> = tag.to_string().split('/').map(encoded).collect();
        let (web, name) = (self.client().address.web(), &self.repository.name);
        let url = format!("{web}/{name}/releases/download/{}/{}", tag.join("/"), encoded(file));
        found(self.client().public_bytes(url, most).await)
    }
}

/// The answer of a question after something that may not be there.
fn found<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Failure::Refused(refusal)) if refusal.status == 404 => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// A text as one part of a path or a query: GitHub takes a plain `+` for a blank.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut url, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
        url
    })
}

#[cfg(test)]
mod tests {
    use super::{Asset, encoded};
    use crate::model::Sha256;

    #[test]
    fn a_name_is_one_part_of_a_route() {
        assert_eq!(encoded("pkg/maybe/6.0.0"), "pkg%2Fmaybe%2F6.0.0");
        assert_eq!(encoded("a-1.0.0+b~é.tar.gz"), "a-1.0.0%2Bb~%C3%A9.tar.gz");
    }

    #[test]
    fn a_digest_is_believed_only_where_there_is_one() {
        let asset = |digest: Option<&str>| Asset {
            id: 1,
            name: String::new(),
            state: "uploaded".to_owned(),
            size: 5,
            digest: digest.map(str::to_owned),
        };
        let bytes = Sha256::of(b"bytes");
        assert_eq!(asset(Some(&format!("sha256:{}", bytes.to_hex()))).is(&bytes), Some(true));
        assert_eq!(asset(Some(&format!("sha256:{}", Sha256::of(b"other").to_hex()))).is(&bytes), Some(false));
        assert_eq!(asset(Some("md5:0")).is(&bytes), None);
        assert_eq!(asset(None).is(&bytes), None);
    }
}
