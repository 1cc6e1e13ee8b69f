//! A text that must not be seen.

use zeroize::Zeroize as _;

/// A password or a key. It cannot be printed, logged or written to a file by accident: it has no `Debug`, no `Display`
/// and no serde, and neither has what holds it (threat 32). Its memory is overwritten when nobody needs it any more.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text out of sight.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the one place that must send it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
