//! Markdown as GitHub reads it: what is code and what is not, by a real parser.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What a Markdown text comes to.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The text outside code.
    pub(crate) prose: String,
    /// The text of code spans and of fenced blocks, each on a line of its own.
    pub(crate) code: String,
    /// The pictures that GitHub draws.
    pub(crate) pictures: Vec<String>,
    /// The languages of fenced blocks.
    pub(crate) languages: Vec<String>,
    /// Where links lead.
    pub(crate) links: Vec<String>,
    /// The HTML.
    pub(crate) html: Vec<String>,
    /// Everything else that a stranger must not be able to write.
    pub(crate) strange: Vec<String>,
}

/// Words that are put behind a text.
const END: &str = "the end";

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}

/// Reads a text as GitHub does.
pub(crate) fn read(markdown: &str) -> Read {
    let mut read = Read::default();
    let (mut in_code, mut is_picture) = (false, false);
    // What is not closed swallows what follows.
    let followed = format!("{markdown}\n\n{END}");
    for event in Parser::new_ext(&followed, options()) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let pulldown_cmark::CodeBlockKind::Fenced(language) = kind else {
                    read.strange.push(format!("{kind:?}"));
                    continue;
                };
                in_code = true;
                read.languages.push(language.to_string());
                is_picture = &*language == "mermaid";
                if is_picture {
                    read.pictures.push(String::new());
                }
            }
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if in_code && is_picture => read.pictures.last_mut().unwrap().push_str(&text),
            Event::Text(text) if in_code => read.code.push_str(&text),
            Event::Text(text) => read.prose.push_str(&text),
            Event::Code(text) => read.code.extend([&text, "\n"]),
            Event::Start(Tag::Link { dest_url, .. }) => read.links.push(dest_url.to_string()),
            Event::Html(html) | Event::InlineHtml(html) => read.html.push(html.trim_end().to_owned()),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => read.prose.push('\n'),
            Event::Start(
                Tag::Paragraph | Tag::Heading { .. } | Tag::List(_) | Tag::Item | Tag::Strong | Tag::HtmlBlock,
            ) => {}
            other => read.strange.push(format!("{other:?}")),
        }
    }
    assert!(read.prose.trim_end().ends_with(END), "something is never closed:\n{markdown}");
    read
}

/// Asserts that only the curator's own words are more than text: `evil` stands in none of them.
pub(crate) fn assert_only_text(markdown: &str) -> Read {
    let read = read(markdown);
    assert!(read.strange.is_empty(), "{:?}\n{markdown}", read.strange);
    assert!(read.languages.iter().all(|it| it == "text" || it == "mermaid"), "{:?}\n{markdown}", read.languages);
    for outside in [&read.prose, &read.links.join("\n"), &read.html.join("\n")] {
        assert!(!outside.to_lowercase().contains("evil"), "{outside}");
    }
    // Prose in which GitHub would find a mention, a reference, an address, a link, a shortcode or a formula.
    let prose = &read.prose;
    let is_reference =
        |word: &str| word.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    assert!(
        !prose.contains('@') && !prose.contains('$') && !prose.contains("://") && !prose.contains("www."),
        "{prose}"
    );
    assert!(!prose.split_whitespace().any(|word| is_reference(word.trim_start_matches('('))), "{prose}");
    let is_shortcode = |word: &str| word.len() > 2 && word.starts_with(':') && word.ends_with(':');
    assert!(!prose.split_whitespace().any(is_shortcode), "{prose}");
    // A comment that is read again: the marker stands at its start alone, and no line of it is a command.
    assert_eq!(markdown.get(1..).unwrap_or_default().matches("<!--").count(), 0, "{markdown}");
    assert!(!markdown.lines().any(|line| line.trim_start().starts_with('/')), "{markdown}");
    let opened = |name: &str| read.html.iter().map(|html| html.matches(name).count()).sum::<usize>();
    assert_eq!(opened("<details>"), opened("</details>"), "{markdown}");
    assert_eq!(opened("<details>"), opened("<summary>"), "{markdown}");
    for html in &read.html {
        let is_ours = *html == "<!-- curator -->" || *html == "</details>" || is_fold(html);
        assert!(is_ours, "{html}");
    }
    for link in &read.links {
        let commit = link.strip_prefix("https://github.com/larkspur-labs/purescript-tally/commit/").unwrap_or_default();
        assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{link}");
    }
    for picture in &read.pictures {
        assert_plain_picture(picture);
    }
    read
}

fn is_fold(html: &str) -> bool {
    let summary = html.strip_prefix("<details><summary>").and_then(|rest| rest.strip_suffix("</summary>"));
    summary.is_some_and(|summary| !summary.contains(['<', '>', '@']))
}

/// Asserts that a picture is nodes and arrows: a label is letters, digits and marks without a meaning.
fn assert_plain_picture(picture: &str) {
    let mut lines = picture.lines();
    assert_eq!(lines.next(), Some("flowchart LR"));
    for line in lines {
        let (from, to) = line.split_once(" --> ").unwrap_or_else(|| panic!("{line}"));
        for node in [from.trim_start(), to] {
            let (id, label) = node.split_once("[\"").unwrap_or((node, "\"]"));
            assert!(id.chars().all(|c| c.is_ascii_alphanumeric()), "{line}");
            let label = label.strip_suffix("\"]").unwrap_or_else(|| panic!("{line}"));
            assert!(label.chars().all(|c| c.is_ascii_alphanumeric() || " .,:_/-".contains(c)), "{line}");
        }
    }
}
