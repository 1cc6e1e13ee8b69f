//! From the ends of runs to an outcome, and from that to findings.

use crate::model::{
    CompileBounds, CompileOutcome, DependencyUse, Document, ExpectedTool, Finding, PackageName, Place, RunEnd, Tool,
    Version,
};
use crate::rules::report::{inert, words};

/// The most lines, and characters of all of them, that are kept of a tool's words; the most of one line.
const MOST_LINES: usize = 40;
/// The most characters that are kept of a tool's words.
pub const MOST_WORDS: usize = 4_000;
const LONGEST_LINE: usize = 200;
/// The most characters of what a tool says its version is.
const LONGEST_VERSION: usize = 40;

/// What the end of a compiler's run means.
#[must_use]
pub fn outcome(end: &RunEnd, bounds: &CompileBounds) -> CompileOutcome {
    match end {
        RunEnd::Well(_) => CompileOutcome::Compiled,
        RunEnd::Badly { words, printed } => CompileOutcome::Failed(excerpt(words, printed)),
        RunEnd::Late => CompileOutcome::Failed(words::compile::late(bounds.time)),
        RunEnd::Flooded => CompileOutcome::Failed(words::compile::flooded(bounds.output_bytes)),
    }
}

/// What a tool says its version is, where it ended well: the first word of it, cut and harmless.
#[must_use]
pub fn tool_version(end: &RunEnd) -> Option<String> {
    let RunEnd::Well(printed) = end else { return None };
    let start: Vec<u8> = printed.iter().take(1_000).copied().collect();
    let text = String::from_utf8_lossy(&start).into_owned();
    text.split_whitespace().next().map(|word| words::cut(word, LONGEST_VERSION))
}

/// Whether unused dependencies are looked for: compilers before 0.14.0 know no graph (PureScript registry, publish step
/// 11). Where the tool is not the definition's compiler, its template decides.
#[must_use]
pub fn wants_graph(expected: ExpectedTool, compiler: Option<&Version>) -> bool {
    let is_old = |compiler: &Version| Version::new(0, 14, 0).is_ok_and(|first| *compiler < first);
    expected == ExpectedTool::Any || !compiler.is_some_and(is_old)
}

/// What is found of a version that was compiled, at the places of its definition.
#[must_use]
pub fn findings(
    tool: &Tool,
    outcome: &CompileOutcome,
    uses: &DependencyUse,
    (name, version): (&PackageName, &Version),
    document: Option<&Document>,
    place: &Place,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if let CompileOutcome::Failed(said) = outcome {
        found.push(words::compile::uncompilable(tool, said).of(name, version, place.clone()));
    }
    let dependencies = document.and_then(|document| document.member("dependencies")).map(|member| &member.value);
    let whole = |place: Place| match dependencies {
        Some(node) => place.at(node.span.clone()),
        None => place,
    };
    let at = |dependency: &PackageName| {
        let member = dependencies.and_then(|node| node.member(dependency.as_str()));
        member.map_or_else(|| whole(place.clone()), |member| place.clone().at(member.key_span.clone()))
    };
    found.extend(uses.unused.iter().map(|it| words::compile::unused(it).of(name, version, at(it))));
    found.extend(uses.missing.iter().map(|it| words::compile::missing(it).of(name, version, whole(place.clone()))));
    found
}

/// The part of a tool's words that tells what is wrong: from the first line that speaks of an error on, else the last
/// lines. Cut, harmless, and without the folders of the sandbox.
fn excerpt(words: &[u8], printed: &[u8]) -> String {
    let text = if words.iter().all(u8::is_ascii_whitespace) { printed } else { words };
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let first = lines.iter().position(|line| line.to_ascii_lowercase().contains("error"));
    let first = first.unwrap_or_else(|| lines.len().saturating_sub(MOST_LINES));
    let mut kept = String::new();
    let mut count = 0;
    for line in lines.iter().skip(first).take(MOST_LINES) {
        let line = line.replace("/in/package/", "").replace("/in/dependencies/", "");
        // A line keeps what stands before its first word: compilers point with blanks.
        let line = words::cut(&line, LONGEST_LINE);
        if kept.chars().count() + line.chars().count() >= MOST_WORDS {
            break;
        }
        kept.push_str(&line);
        kept.push('\n');
        count += 1;
    }
    let left_out = lines.len() - first - count;
    if left_out > 0 {
        kept.push_str(&words::compile::more_lines(left_out));
    }
    if kept.is_empty() { words::compile::silent() } else { inert(kept.trim_end()).into_owned() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{excerpt, outcome, tool_version, wants_graph};
    use crate::model::{CompileBounds, CompileOutcome, ExpectedTool, RunEnd, Version};

    #[test]
    fn words_begin_with_the_first_error() {
        let said =
            b"[1 of 3] Compiling A\n[2 of 3] Compiling B\nError found:\nat /in/package/src/B.purs:3:9\n\n  Hm.\n";
        assert_eq!(excerpt(said, b""), "Error found:\nat src/B.purs:3:9\n  Hm.");
        assert_eq!(excerpt(b" \n", b"no such thing\n"), "no such thing");
        assert_eq!(excerpt(b"", b""), "it said nothing");
    }

    #[test]
    fn words_are_short_and_harmless() {
        let hostile = "error \u{1b}]8;;http://x\u{7}\u{202e}\n::set-env name=x::y\n##[error]z\r::warning::w\n\u{9b}31m";
        let shown = excerpt(hostile.as_bytes(), b"");
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n') && !shown.contains("##["), "{shown}");
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{shown}");
        let long = "error ".repeat(100_000) + "\n" + &"x\n".repeat(100_000);
        let shown = excerpt(long.as_bytes(), b"");
        assert!(shown.chars().count() < 400 && shown.ends_with("and 99961 more lines"), "{shown}");
        let wide = "error\n".to_owned() + &("x".repeat(190) + "\n").repeat(100);
        assert!(excerpt(wide.as_bytes(), b"").chars().count() < 4_100);
        assert!(excerpt(&[0xff; 64], b"").chars().count() <= 64);
    }

    #[test]
    fn an_end_has_a_meaning() {
        let bounds = CompileBounds { time: Duration::from_secs(90), output_bytes: 5, ..CompileBounds::default() };
        assert_eq!(outcome(&RunEnd::Well(Vec::new()), &bounds), CompileOutcome::Compiled);
        let late = CompileOutcome::Failed("it did not end within 90 seconds, and was ended".to_owned());
        assert_eq!(outcome(&RunEnd::Late, &bounds), late);
        let flooded = CompileOutcome::Failed("it printed more than 5 bytes, and was ended".to_owned());
        assert_eq!(outcome(&RunEnd::Flooded, &bounds), flooded);
    }

    #[test]
    fn the_version_of_a_tool_is_one_harmless_word() {
        let version = |printed: &str| tool_version(&RunEnd::Well(printed.as_bytes().to_vec()));
        assert_eq!(version("0.15.15\n").as_deref(), Some("0.15.15"));
        assert_eq!(version("\u{1b}[1m0.1 x").as_deref(), Some("\\u{1b}[1m0.1"));
        assert_eq!(version(" \n"), None);
        assert_eq!(version(&"9".repeat(5_000)).unwrap().chars().count(), 41);
        assert_eq!(tool_version(&RunEnd::Late), None);
    }

    #[test]
    fn old_compilers_have_no_graph() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(!wants_graph(ExpectedTool::AsDefined, Some(&version("0.13.8"))));
        assert!(wants_graph(ExpectedTool::AsDefined, Some(&version("0.14.0"))));
        assert!(wants_graph(ExpectedTool::Any, Some(&version("0.13.8"))));
    }
}
