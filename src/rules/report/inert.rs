//! Makes text from outside harmless to show: no terminal codes, no reordering, nothing invisible, no workflow commands
//! (threats 29, 30).

use std::borrow::Cow;
use std::fmt::Write as _;

/// Shows every character that a terminal, a reader or a log could be misled by as `\u{..}`. Line ends and tabs stay.
///
/// Besides control characters, these are the two forms in which GitHub's runner takes a line of a log for a command:
/// `::` at its start and `##[` anywhere.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    let harmless = !text.chars().any(misleads) && !text.contains("::") && !text.contains("##[");
    if harmless {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        let (indent, _) = line.split_at(line.len() - body.len());
        push_safe(&mut shown, indent);
        let body = match body.strip_prefix("::") {
            Some(rest) => {
                shown.push_str("\\u{3a}:");
                rest
            }
            None => body,
        };
        push_safe(&mut shown, &body.replace("##[", "##\\u{5b}"));
    }
    Cow::Owned(shown)
}

/// The same on one line: also line ends and tabs are shown as `\u{..}`, so that a name cannot forge a line of its own.
#[must_use]
pub fn inert_line(text: &str) -> Cow<'_, str> {
    match inert(text) {
        Cow::Borrowed(text) if !text.contains(['\n', '\t']) => Cow::Borrowed(text),
        shown => Cow::Owned(shown.replace('\n', "\\u{a}").replace('\t', "\\u{9}")),
    }
}

/// JSON as text that is harmless to show and means the same: what would mislead is written as `\uXXXX`.
#[must_use]
pub fn inert_json(value: &serde_json::Value) -> String {
    let text = format!("{value:#}\n");
    // Outside of strings JSON has neither of the two; no line of it starts with a colon.
    let mut shown = String::with_capacity(text.len());
    let mut units = [0; 2];
    for c in text.replace("##[", "##\\u005b").chars() {
        if misleads(c) {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

fn push_safe(shown: &mut String, text: &str) {
    for c in text.chars() {
        if misleads(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
}

/// Control characters (C0, DEL, C1), bidirectional controls (Trojan Source, CVE-2021-42574), and characters without
/// width or shape of their own.
fn misleads(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{inert, inert_json, inert_line};

    #[test]
    fn nothing_outside_can_move_the_cursor_or_the_reading_order() {
        assert_eq!(inert("plain — text\twith ü and 🍝\n"), "plain — text\twith ü and 🍝\n");
        assert_eq!(inert("\u{1b}[31mred\u{1b}]8;;http://x\u{7}"), "\\u{1b}[31mred\\u{1b}]8;;http://x\\u{7}");
        assert_eq!(inert("a\rb\u{9b}c\u{202e}d\u{200b}e\u{feff}"), "a\\u{d}b\\u{9b}c\\u{202e}d\\u{200b}e\\u{feff}");
    }

    #[test]
    fn nothing_outside_is_a_command_to_the_runner() {
        assert_eq!(inert("a :: b\n  ::add-mask::x"), "a :: b\n  \\u{3a}:add-mask::x");
        assert_eq!(inert("in the middle ##[set-env]"), "in the middle ##\\u{5b}set-env]");
        assert_eq!(inert("a\r::error::b"), "a\\u{d}::error::b");
    }

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(inert_line("a\n::error::b\tc\r\n"), "a\\u{a}\\u{3a}:error::b\\u{9}c\\u{d}\\u{a}");
        assert_eq!(inert_line("plain"), "plain");
    }

    #[test]
    fn json_says_the_same_harmlessly() {
        let hostile = "\u{9b}31m \u{202e} ##[x] \u{e0041} \u{feff} \n ::error:: \u{1b}\\ \" ü🍝";
        let value = json!({ hostile: [hostile, 1, null] });
        let shown = inert_json(&value);
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
        assert!(shown.contains("ü🍝") && !shown.contains("##["), "{shown}");
        assert!(!shown.chars().any(super::misleads), "{shown}");
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{shown}");
    }
}
