//! The lines of a comment that its author says in their own words: no quotation, no code, nothing hidden.

/// What hides text in HTML, and what ends that.
const HIDING: [(&str, &str); 7] = [
    ("<!--", "-->"),
    ("<pre", "</pre"),
    ("<code", "</code"),
    ("<blockquote", "</blockquote"),
    ("<script", "</script"),
    ("<style", "</style"),
    ("<textarea", "</textarea"),
];

/// The lines of `text` outside of quotations, code and hidden parts, as far as Markdown could take them for such: in doubt
/// a line is left out.
pub(super) fn own_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut reader = Reader::default();
    text.lines().filter(move |line| reader.is_own(line))
}

/// What the lines so far have opened.
#[derive(Default)]
struct Reader {
    fence: Option<Fence>,
    /// What ends the hidden part.
    hidden_until: Option<&'static str>,
    /// Whether the paragraph is a quotation: lines that follow without a mark belong to it.
    quoted: bool,
    /// The backticks that the paragraph opened inline code with.
    code: Option<usize>,
}

/// An open fence of code: its character, and how many of them.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Reader {
    /// Takes the next line in, and tells whether it is its author's own.
    fn is_own(&mut self, line: &str) -> bool {
        if let Some(fence) = self.fence {
            if fence.is_closed_by(line) {
                self.fence = None;
            }
            return false;
        }
        if line.trim().is_empty() {
            (self.quoted, self.code) = (false, None);
            return false;
        }
        let is_open = self.hidden_until.is_some() || self.quoted || self.code.is_some();
        if self.hidden_until.is_none() && self.code.is_none() {
            self.fence = Fence::opened_by(line);
            if self.fence.is_some() {
                (self.quoted, self.code) = (false, None);
                return false;
            }
        }
        self.quoted |= line.trim_start().starts_with('>');
        self.read(line);
        !is_open && !self.quoted
    }

    /// Looks for what the line opens and closes.
    fn read(&mut self, line: &str) {
        let mut rest = line;
        while let Some(next) = rest.chars().next() {
            if let Some(end) = self.hidden_until {
                let Some(at) = find(rest, end) else { return };
                self.hidden_until = None;
                rest = rest.get(at + end.len()..).unwrap_or_default();
            } else if next == '`' {
                let length = rest.len() - rest.trim_start_matches('`').len();
                self.code = match self.code {
                    None => Some(length),
                    Some(open) if open == length => None,
                    open => open,
                };
                rest = rest.trim_start_matches('`');
            } else {
                let hiding = HIDING.iter().find(|(start, _)| self.code.is_none() && begins(rest, start));
                self.hidden_until = hiding.map(|(_, end)| *end);
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
            }
        }
    }
}

impl Fence {
    fn opened_by(line: &str) -> Option<Self> {
        let text = line.trim_start();
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = text.trim_start_matches(mark);
        let length = text.len() - info.len();
        // Backticks after the fence make inline code of it.
        let is_inline = mark == '`' && info.contains('`');
        (length >= 3 && !is_inline).then_some(Self { mark, length })
    }

    fn is_closed_by(self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        let length = rest.len() - rest.trim_start_matches(self.mark).len();
        line.len() - rest.len() <= 3 && length >= self.length && rest.trim_start_matches(self.mark).trim().is_empty()
    }
}

/// Whether `text` begins with `start`, in any case.
fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Where `needle` stands in `text`, in any case.
fn find(text: &str, needle: &str) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).find(|at| text.get(*at..).is_some_and(|rest| begins(rest, needle)))
}
