//! What file somebody asks for.

use axum::http::StatusCode;

use crate::model::TreePath;

/// The file below the folder that a request's path names.
///
/// # Errors
/// The status of the answer, where it names none that is ever given out.
pub(super) fn asked(path: &str) -> Result<TreePath, StatusCode> {
    let parts = path.strip_prefix('/').ok_or(StatusCode::BAD_REQUEST)?.split('/');
    let decoded = parts.map(|part| {
        let part = decoded(part).ok_or(StatusCode::BAD_REQUEST)?;
        // Another slash than those that the request has, or what some file system takes for one.
        if part.contains(['/', '\\', '\0']) {
            return Err(StatusCode::BAD_REQUEST);
        }
        // `.`, `..`, and what is nobody's business: `.git`, `.htpasswd`, what is being written.
        if part.starts_with('.') { Err(StatusCode::NOT_FOUND) } else { Ok(part) }
    });
    let parts: Vec<String> = decoded.collect::<Result<_, StatusCode>>()?;
    parts.join("/").parse().map_err(|_| StatusCode::NOT_FOUND)
}

/// The text without its percent-encoding (RFC 3986, 2.1), once.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
        bytes.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn a_path_names_a_file_below_the_folder_or_none() {
        let named = |path: &str| asked(path).map(|path| path.to_string()).map_err(|status| status.as_u16());
        assert_eq!(named("/config.json"), Ok("config.json".to_owned()));
        assert_eq!(named("/@scope/n%61me%2b%25"), Ok("@scope/name+%".to_owned()));
        for absent in
            ["/", "//a", "/a/", "/a//b", "/.git/config", "/a/.b", "/../a", "/a/%2e%2e/b", "/%2E", "/a/.", "/..%20"]
        {
            assert_eq!(named(absent), Err(404), "{absent}");
        }
        for bad in
            ["", "a", "*", "/a%2fb", "/a%5Cb", "/a%00", "/a%", "/a%2", "/a%zz", "/a%+1", "/%ff", "/..%2f..%2fetc"]
        {
            assert_eq!(named(bad), Err(400), "{bad}");
        }
    }
}
