//! What of a file is sent: all of it, a part, or that nothing changed (RFC 9110, chapters 12 to 14).

use std::ops::Range;

use axum::http::{HeaderMap, HeaderName, Method, header};

/// The form in which a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    Identity,
    /// Compressed.
    Gzip,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// That the other side has it already.
    Same,
    /// All of it.
    Whole,
    /// These bytes of it.
    Part(Range<u64>),
    /// That it has no such part.
    Beyond,
}

/// The form that the other side wants. A part is always one of the file as it is.
pub(super) fn encoding(headers: &HeaderMap) -> Encoding {
    if headers.contains_key(header::RANGE) {
        return Encoding::Identity;
    }
    let accepted = values(headers, &header::ACCEPT_ENCODING);
    let (mut gzip, mut others) = (None, None);
    for item in accepted.flat_map(|value| value.split(',')) {
        let mut words = item.split(';');
        let name = words.next().unwrap_or_default().trim();
        let refused = words.any(|word| {
            let weight = word.trim().strip_prefix("q=").map(str::trim);
            weight.is_some_and(|weight| !weight.bytes().any(|byte| (b'1'..=b'9').contains(&byte)))
        });
        match name {
            "gzip" | "x-gzip" => gzip = Some(!refused),
            "*" => others = Some(!refused),
            _ => {}
        }
    }
    if gzip.or(others) == Some(true) { Encoding::Gzip } else { Encoding::Identity }
}

/// What is sent of a file of `length` bytes that has this `tag`.
pub(super) fn choose(method: &Method, headers: &HeaderMap, tag: &str, length: u64) -> Choice {
    if values(headers, &header::IF_NONE_MATCH).any(|value| names(value, tag)) {
        return Choice::Same;
    }
    // A date tells less than a tag: whoever sends one gets all of it.
    let is_current = headers.get(header::IF_RANGE).is_none_or(|wanted| wanted.as_bytes() == tag.as_bytes());
    let mut ranges = headers.get_all(header::RANGE).iter();
    match (ranges.next().and_then(|value| value.to_str().ok()), ranges.next()) {
        (Some(range), None) if *method == Method::GET && is_current => part(range, length),
        _ => Choice::Whole,
    }
}

/// Whether a list of tags has this one, by weak comparison.
fn names(list: &str, tag: &str) -> bool {
    list.trim() == "*" || list.split(',').any(|item| item.trim().trim_start_matches("W/") == tag)
}

/// The part that a range names. What is no range, or several, is none: all of it is sent.
fn part(range: &str, length: u64) -> Choice {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Choice::Whole;
    };
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number that is too large for any file is as good as the largest.
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let part = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Choice::Whole,
    };
    if part.start < part.end { Choice::Part(part) } else { Choice::Beyond }
}

fn values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::{Choice, Encoding, choose, encoding};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_range_names_bytes_that_are_there() {
        let of = |range| choose(&Method::GET, &headers(&[("range", range)]), "\"t\"", 10);
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=3-5", 3..6),
            ("bytes=3-", 3..10),
            ("bytes=9-99", 9..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("bytes=0-18446744073709551615", 0..10),
            ("bytes=0-99999999999999999999999", 0..10),
        ] {
            assert_eq!(of(range), Choice::Part(part), "{range}");
        }
        for range in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(of(range), Choice::Beyond, "{range}");
        }
        for range in
            ["", "bytes", "bytes=", "bytes=-", "bytes=5-3", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "bytes=+1-2"]
        {
            assert_eq!(of(range), Choice::Whole, "{range}");
        }
    }

    #[test]
    fn conditions_are_heard_before_ranges() {
        let of = |pairs: &[(&'static str, &'static str)]| choose(&Method::GET, &headers(pairs), "\"t\"", 10);
        for same in ["\"t\"", "W/\"t\"", "*", "\"a\", \"t\""] {
            assert_eq!(of(&[("if-none-match", same), ("range", "bytes=0-1")]), Choice::Same, "{same}");
        }
        assert_eq!(of(&[("if-none-match", "\"a\"")]), Choice::Whole);
        assert_eq!(of(&[("if-none-match", "t")]), Choice::Whole);
        assert_eq!(of(&[("range", "bytes=0-1"), ("if-range", "\"t\"")]), Choice::Part(0..2));
        for old in ["\"a\"", "W/\"t\"", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(of(&[("range", "bytes=0-1"), ("if-range", old)]), Choice::Whole, "{old}");
        }
        assert_eq!(of(&[("range", "bytes=0-1"), ("range", "bytes=2-3")]), Choice::Whole);
        assert_eq!(choose(&Method::HEAD, &headers(&[("range", "bytes=0-1")]), "\"t\"", 10), Choice::Whole);
        assert_eq!(choose(&Method::GET, &headers(&[("range", "bytes=0-")]), "\"t\"", 0), Choice::Beyond);
    }

    #[test]
    fn only_who_wants_gzip_gets_it() {
        let of = |accepted| encoding(&headers(&[("accept-encoding", accepted)]));
        for yes in ["gzip", "deflate, gzip", "gzip;q=0.5", "gzip; q=0.001", "*", "br, *;q=0.1", "x-gzip"] {
            assert_eq!(of(yes), Encoding::Gzip, "{yes}");
        }
        for no in ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzip;q=0, *", "gzipped"] {
            assert_eq!(of(no), Encoding::Identity, "{no}");
        }
        assert_eq!(encoding(&headers(&[])), Encoding::Identity);
        assert_eq!(encoding(&headers(&[("accept-encoding", "gzip"), ("range", "bytes=0-1")])), Encoding::Identity);
    }
}
