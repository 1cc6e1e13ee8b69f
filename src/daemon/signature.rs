//! The signature of a delivery: HMAC-SHA256 over its raw bytes, compared in constant time (threat 38).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::model::Secret;

/// A signature as the header `X-Hub-Signature-256` writes it: `sha256=` and 64 hexadecimal digits.
/// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
pub(super) struct Signature([u8; 32]);

/// Bytes on their way to be compared with a signature.
pub(super) struct Check(Hmac<Sha256>);

impl Signature {
    /// Reads the header; `None` where it is no signature.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256=")?.as_bytes();
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().try_fold(0, |byte, digit| Some(byte << 4 | value(*digit)?))?;
        }
        Some(Self(bytes))
    }
}

fn value(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

impl Check {
    /// A check with `secret`; `None` where that is empty, which anybody could sign with.
    pub(super) fn new(secret: &Secret) -> Option<Self> {
        let secret = Some(secret.reveal()).filter(|secret| !secret.is_empty())?;
        Hmac::new_from_slice(secret.as_bytes()).ok().map(Self)
    }

    /// Takes in some of the bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Whether `signature` is that of the bytes.
    pub(super) fn holds(self, signature: &Signature) -> bool {
        self.0.verify_slice(&signature.0).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Check, Signature};
    use crate::model::Secret;

    /// The example of GitHub's documentation.
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn holds(secret: &str, body: &[u8], signature: &str) -> bool {
        let mut check = Check::new(&Secret::new(secret.to_owned())).unwrap();
        body.chunks(5).for_each(|part| check.add(part));
        Signature::parse(signature).is_some_and(|signature| check.holds(&signature))
    }

    #[test]
    fn the_signature_is_that_of_the_secret_and_the_bytes() {
        let secret = "It's a Secret to Everybody";
        assert!(holds(secret, b"Hello, World!", SIGNATURE));
        assert!(!holds(secret, b"Hello, World! ", SIGNATURE));
        assert!(!holds("It's a secret to everybody", b"Hello, World!", SIGNATURE));
        assert!(!holds(secret, b"Hello, World!", &SIGNATURE.replace("757", "758")));
    }

    #[test]
    fn nothing_else_is_a_signature() {
        let short = &SIGNATURE[..SIGNATURE.len() - 2];
        let sha1 = SIGNATURE.replace("sha256", "sha1");
        let odd = SIGNATURE.replace("75", "+5");
        let wide = SIGNATURE.replace("75", "é");
        for text in ["", "sha256=", short, &sha1, &odd, &wide, &format!("{SIGNATURE}00"), &SIGNATURE[7..]] {
            assert!(Signature::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_empty_secret_checks_nothing() {
        assert!(Check::new(&Secret::new(String::new())).is_none());
    }
}
