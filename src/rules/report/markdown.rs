//! Text from outside in Markdown: as code, in which GitHub finds no mention, no reference, no link, no HTML and no
//! picture (threat 28).

use super::findings::counted;
use super::inert::inert;
use super::words::line;

/// The most characters that are shown of one text from outside.
const LONGEST: usize = 1_000;
/// What begins an HTML comment, as the curator's own marker does. Whoever looks for that marker must not find it here.
const COMMENT: (&str, &str) = ("<!--", "<!\\u{2d}-");

/// Text from outside as inline code: its fence is longer than any run of backticks inside.
///
/// Not for cells of a table, which a `|` ends even in code.
pub(super) fn code(text: &str) -> String {
    short_code(text, LONGEST)
}

/// The first characters of a text from outside as inline code.
pub(super) fn short_code(text: &str, longest: usize) -> String {
    let text = line(text, longest).replace(COMMENT.0, COMMENT.1);
    if text.trim().is_empty() {
        return "(blank)".to_owned();
    }
    let fence = fence(&text);
    let marks = if text.contains('`') { fence.as_str() } else { "`" };
    let blank = if text.contains('`') { " " } else { "" };
    format!("{marks}{blank}{text}{blank}{marks}")
}

/// Lines in a fenced block, each behind `indent`, so that the block can stand in an item of a list.
///
/// Line ends in `text` are taken for what they are: whoever puts words from outside on one of its lines makes them one
/// line first.
pub(super) fn block(text: &str, language: &str, indent: &str) -> String {
    let text = inert(text).replace(COMMENT.0, COMMENT.1);
    let fence = fence(&text);
    let mut block = format!("{indent}{fence}{language}\n");
    for line in text.lines() {
        block.extend([indent, line, "\n"]);
    }
    block.extend([indent, &fence, "\n"]);
    block
}

/// A fence that is longer than any run of backticks inside.
pub(super) fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

/// A part that is folded up behind a summary, in which nothing is from outside.
pub(super) fn folded(summary: &str, body: &str) -> String {
    let summary = summary.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<details><summary>{summary}</summary>\n\n{body}\n</details>\n")
}

/// What is shown of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// The most characters.
    pub(super) chars: usize,
    /// The most items.
    pub(super) items: usize,
    /// What the items stand behind, where they are part of another one.
    pub(super) indent: &'static str,
}

/// The items that fit, whole, and the number of those that do not.
pub(super) fn fitting<T>(items: &[T], room: Room, noun: &str, show: impl Fn(&T) -> String) -> String {
    let (mut text, mut left) = (String::new(), room.chars);
    for (at, item) in items.iter().enumerate() {
        let shown = show(item);
        let chars = shown.chars().count();
        if at >= room.items || chars > left {
            let left_out = items.len() - at;
            let (before, after) = if at == 0 { ("- ", ", not shown here\n") } else { ("- and ", "\n") };
            let noun = if at == 0 { noun.to_owned() } else { format!("more {noun}") };
            text.extend([room.indent, before, &counted(left_out, &noun), after]);
            return text;
        }
        left -= chars;
        text.push_str(&shown);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Room, block, code, fence, fitting};

    #[test]
    fn a_fence_is_longer_than_any_run_inside() {
        for (text, expected) in [("", 3), ("a `b`", 3), ("``", 3), ("```", 4), ("a\n`````` b ```", 7)] {
            assert_eq!(fence(text), "`".repeat(expected), "{text:?}");
        }
    }

    #[test]
    fn text_from_outside_is_code_on_one_line() {
        assert_eq!(code("plain"), "`plain`");
        assert_eq!(code("a`b"), "``` a`b ```");
        assert_eq!(code(" \t"), "` \\u{9}`");
        assert_eq!(code(""), "(blank)");
        assert_eq!(code("a\n@b <!-- curator -->"), "`a\\u{a}@b <!\\u{2d}- curator -->`");
        assert_eq!(code(&"x".repeat(2_000)).chars().count(), 1_003);
    }

    #[test]
    fn a_block_keeps_its_indent_and_its_fence() {
        assert_eq!(block("a\n```\nb", "text", "  "), "  ````text\n  a\n  ```\n  b\n  ````\n");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let show = |item: &&str| format!("- {item}\n");
        let room = |chars, items| Room { chars, items, indent: "" };
        assert_eq!(fitting(&["a", "b"], room(8, 2), "word", show), "- a\n- b\n");
        assert_eq!(fitting(&["a", "b"], room(7, 2), "word", show), "- a\n- and 1 more word\n");
        assert_eq!(fitting(&["a", "b", "c"], room(80, 1), "word", show), "- a\n- and 2 more words\n");
        assert_eq!(fitting(&["abc", "b"], room(3, 9), "word", show), "- 2 words, not shown here\n");
        assert_eq!(fitting(&[], room(0, 0), "word", show), "");
    }
}
