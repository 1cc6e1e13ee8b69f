//! Whether a text is harmless to show, judged apart from the code that makes it so, and texts that are not.

/// Texts from outside that try to be more than text. Each holds the word EVIL.
pub(crate) const HOSTILE: [&str; 18] = [
    "\u{1b}[31mEVIL\u{1b}[0m",
    "\u{1b}]8;;https://example.net/\u{7}EVIL\u{1b}]8;;\u{7}",
    "\u{9b}31mEVIL",
    "EVIL\u{202e}live",
    "EVIL\u{2066}x\u{2069}",
    "E\u{200b}VIL EVIL\u{feff}",
    "EVIL\u{e0041}\u{ad}",
    "\n::error file=a.json::EVIL",
    "x\n  ::add-mask::EVIL",
    "x\r::set-output name=a::EVIL",
    "x ##[set-env name=PATH]EVIL",
    "x\nerror[R001]: EVIL",
    "EVIL\n```\n# EVIL\n```",
    "`EVIL` ``EVIL`` ````EVIL",
    "EVIL | EVIL || EVIL",
    "</details></summary>EVIL",
    "@EVIL fixes #1 ![EVIL](https://example.net/x.png) [EVIL](javascript:x)",
    "<img src=x onerror=EVIL><!-- EVIL --> &EVIL; \\EVIL %0AEVIL",
];

/// Characters that move the cursor or turn or hide text, by their Unicode properties.
fn misleads(c: char) -> bool {
    let invisible = ['\u{ad}', '\u{feff}', '\u{2028}', '\u{2029}'];
    let is_format = matches!(u32::from(c), 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xe0000..=0xe007f);
    c.is_control() && c != '\n' || invisible.contains(&c) || is_format
}

/// Asserts that a terminal and a GitHub runner take `text` for text.
pub(crate) fn assert_inert(text: &str) {
    assert!(!text.chars().any(misleads), "{text:?}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    assert!(!text.contains("##["), "{text}");
}

/// Asserts that a workflow command is one, and stays one.
pub(crate) fn assert_one_command(command: &str) {
    assert!(!command.contains(['\n', '\r']), "{command:?}");
    let (_, rest) = command.split_once("::").unwrap();
    let (properties, message) = rest.split_once("::").unwrap();
    assert!(["error ", "warning "].iter().any(|level| properties.starts_with(level)), "{command}");
    let shown = message.replace("%0A", "\n").replace("%25", "%");
    // What the runner shows of the message is no command itself.
    assert_inert(&format!("x{shown}"));
    assert!(!properties.contains(char::is_control), "{command:?}");
}
