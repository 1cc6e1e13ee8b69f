//! Lines that can be read on a terminal: broken between words, what follows the first one indented.

/// The widest line.
const WIDTH: usize = 100;

/// Adds `text`, which has no line ends, to `into`: the first line indented by `indent`, the others by two more.
pub(super) fn push(into: &mut String, indent: usize, text: &str) {
    let mut room = WIDTH.saturating_sub(indent);
    let mut width = 0;
    into.push_str(&" ".repeat(indent));
    for (at, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 && width + 1 + length > room {
            into.push('\n');
            into.push_str(&" ".repeat(indent + 2));
            (room, width) = (WIDTH.saturating_sub(indent + 2), 0);
        } else if at > 0 {
            into.push(' ');
            width += 1;
        }
        into.push_str(word);
        width += length;
    }
    into.push('\n');
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn a_long_text_is_broken_between_words_and_a_long_word_is_not_broken() {
        let mut text = String::new();
        push(&mut text, 2, &format!("{} end", "word ".repeat(30).trim_end()));
        push(&mut text, 2, &"x".repeat(150));
        let widths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        assert_eq!(widths, [96, 62, 152], "{text}");
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("    word")), "{text}");
    }
}
