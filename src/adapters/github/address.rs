//! Where the API of a forge is, and where its uploads go.

use crate::ports::ForgeError;

/// Where GitHub's own API is.
const API: &str = "https://api.github.com";
/// Where GitHub is for people.
const WEB: &str = "https://github.com";
/// Where GitHub's own uploads go.
const UPLOADS: &str = "https://uploads.github.com";

/// Where the API is and where uploads go: two origins, each with what all its paths begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiAddress {
    pub(super) api: String,
    pub(super) uploads: String,
    web: Option<String>,
}

/// An address that is none of an API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the address of an API: it is https, or http on this machine")]
pub struct ApiAddressError(String);

impl ApiAddress {
    /// The API at `api` and its uploads at `uploads`, where they are not GitHub's own. The uploads of a GitHub Enterprise
    /// Server at `https://HOST/api/v3` are at `https://HOST/api/uploads`; those of any other place are taken there itself.
    ///
    /// # Errors
    /// [`ApiAddressError`]: a token would be sent in the clear.
    pub fn new(api: Option<&str>, uploads: Option<&str>) -> Result<Self, ApiAddressError> {
        let derived = match api {
            None => UPLOADS.to_owned(),
            Some(api) => {
                let api = api.trim_end_matches('/');
                api.strip_suffix("/api/v3").map_or_else(|| api.to_owned(), |host| format!("{host}/api/uploads"))
            }
        };
        let derived = if derived == API { UPLOADS.to_owned() } else { derived };
        Ok(Self { api: checked(api.unwrap_or(API))?, uploads: checked(uploads.unwrap_or(&derived))?, web: None })
    }

    /// The same, where people look at what the API tells, and download, at another address than that of the API suggests.
    ///
    /// # Errors
    /// [`ApiAddressError`].
    pub fn with_web(self, web: Option<&str>) -> Result<Self, ApiAddressError> {
        Ok(Self { web: web.map(checked).transpose()?, ..self })
    }

    /// Where people look at what the API tells.
    pub(super) fn web(&self) -> &str {
        if let Some(web) = &self.web {
            return web;
        }
        if self.api == API { WEB } else { self.api.strip_suffix("/api/v3").unwrap_or(&self.api) }
    }

    /// Whether `host` is where the forge keeps its repositories. The names of this machine are one.
    #[must_use]
    pub fn is_at(&self, host: &str) -> bool {
        let here = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let web = self.web().parse::<http::Uri>().ok();
        web.as_ref().and_then(http::Uri::host).is_some_and(|web| web == host || here(web) && here(host))
    }

    /// The route of a URL that an answer of this API named.
    pub(super) fn route(&self, url: &str) -> Result<String, ForgeError> {
        let route = url.strip_prefix(&self.api).filter(|route| route.starts_with('/'));
        let foreign = || ForgeError::Unexpected { message: "a list goes on at another host".to_owned() };
        route.map(str::to_owned).ok_or_else(foreign)
    }
}

/// The address without a slash at its end, if what is sent there cannot be read on its way.
fn checked(address: &str) -> Result<String, ApiAddressError> {
    let address = address.trim_end_matches('/');
    let refused = || ApiAddressError(address.to_owned());
    let is_uri = address.parse::<http::Uri>().is_ok_and(|uri| uri.query().is_none());
    // A user in the address would make another host of what looks like this machine.
    if is_uri && !address.contains('@') && is_safe(address) { Ok(address.to_owned()) } else { Err(refused()) }
}

/// Whether what is sent to `url` cannot be read on its way: by https, or not leaving this machine.
pub(super) fn is_safe(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let is_local = |rest: &str| rest.is_empty() || rest.starts_with([':', '/']);
    url.starts_with("https://") || local.iter().any(|it| url.strip_prefix(it).is_some_and(is_local))
}

#[cfg(test)]
mod tests {
    use super::ApiAddress;

    #[test]
    fn uploads_follow_the_api() {
        let uploads = |api: Option<&str>| ApiAddress::new(api, None).unwrap().uploads;
        assert_eq!(uploads(None), "https://uploads.github.com");
        assert_eq!(uploads(Some("https://api.github.com/")), "https://uploads.github.com");
        assert_eq!(uploads(Some("https://git.example.org/api/v3/")), "https://git.example.org/api/uploads");
        assert_eq!(uploads(Some("http://127.0.0.1:4020")), "http://127.0.0.1:4020");
    }

    #[test]
    fn no_token_is_sent_in_the_clear() {
        let refused =
            ["http://api.github.com", "http://localhost.example.org", "http://localhost:1@evil", "ftp://x", ""];
        for api in refused {
            assert!(ApiAddress::new(Some(api), None).is_err(), "{api}");
            assert!(ApiAddress::new(None, Some(api)).is_err(), "{api}");
        }
    }
}
