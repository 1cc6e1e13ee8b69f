//! Readers of the formats that views are rendered in, written from what is known of their clients and without any code of
//! the curator. They are strict: what a client would pass over in silence is an error here.

pub(crate) mod ricochet;
pub(crate) mod spago;
pub(crate) mod zero;

use std::collections::BTreeMap;

/// The files of one place, by path.
pub(crate) type Place = BTreeMap<String, Vec<u8>>;

/// A version: name and number.
pub(crate) type Identity = (String, String);

/// Why a place is none of the format.
pub(crate) type Unread = String;

/// Three numbers, as they are compared.
pub(crate) fn version(text: &str) -> Result<[u64; 3], Unread> {
    let places: Vec<u64> = text
        .split('.')
        .map(|place| {
            let sound = place == "0" || !place.starts_with('0') && place.chars().all(|c| c.is_ascii_digit());
            place.parse().ok().filter(|number| sound && *number < 1 << 31).ok_or_else(|| format!("version '{text}'"))
        })
        .collect::<Result<_, _>>()?;
    places.try_into().map_err(|_| format!("version '{text}'"))
}

/// `>=A <B`.
pub(crate) fn range(text: &str) -> Result<([u64; 3], [u64; 3]), Unread> {
    let odd = || format!("range '{text}'");
    let (low, high) = text.strip_prefix(">=").and_then(|rest| rest.split_once(" <")).ok_or_else(odd)?;
    let (low, high) = (version(low)?, version(high)?);
    if low < high { Ok((low, high)) } else { Err(odd()) }
}

/// 64 lower-case hexadecimal digits.
pub(crate) fn hex(text: &str) -> Result<String, Unread> {
    let sound = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if sound { Ok(text.to_owned()) } else { Err(format!("digest '{text}'")) }
}

/// A text file.
pub(crate) fn text<'p>(place: &'p Place, path: &str) -> Result<&'p str, Unread> {
    let bytes = place.get(path).ok_or_else(|| format!("there is no {path}"))?;
    std::str::from_utf8(bytes).map_err(|error| format!("{path}: {error}"))
}
