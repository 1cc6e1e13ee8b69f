//! Strict JSON with positions: what a file of the registry is read through, so that every finding can point at its place.
//!
//! `serde_json` decides what is JSON (RFC 8259); `jsonc-parser` only tells where things stand. Refused besides what the
//! grammar refuses: a byte order mark, duplicate keys, lone surrogates, more than 127 levels, numbers beyond `f64`.

use std::fmt;
use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions};

/// A place in a text, as byte offsets.
pub type Span = Range<usize>;

/// A JSON text and the value that it spells, each part with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    text: String,
    root: Node,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A JSON value. Numbers keep their spelling.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A string, unescaped.
    Text(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, in the order of the text.
    Object(Vec<Member>),
}

/// A key of an object and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key, unescaped.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// Why a text is not a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// Why.
    pub kind: SyntaxKind,
}

/// The ways in which a text is not strict JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxKind {
    /// The file has more bytes than a file of the registry may have.
    #[error("the file has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The most it may have.
        limit: u64,
    },
    /// The file is not UTF-8.
    #[error("the file is not UTF-8 text")]
    NotUtf8,
    /// The file starts with a byte order mark.
    #[error("the file starts with a byte order mark (U+FEFF)")]
    ByteOrderMark,
    /// The same key stands twice in one object, so that readers may disagree on its value.
    #[error("the key \"{0}\" stands twice in this object")]
    DuplicateKey(String),
    /// The text is not JSON.
    #[error("this is not JSON: {0}")]
    Invalid(String),
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Node {
    /// The member `key`, where the value is an object that has it.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        let Value::Object(members) = &self.value else { return None };
        members.iter().find(|member| member.key == key)
    }

    /// The value as JSON without blanks: keys stay in their order, numbers in their spelling.
    #[must_use]
    pub fn compact(&self) -> String {
        let mut text = String::new();
        self.push_to(&mut text);
        text
    }

    /// How many objects and arrays are inside each other.
    #[must_use]
    pub fn depth(&self) -> usize {
        let inner = match &self.value {
            Value::Array(items) => items.iter().map(Self::depth).max(),
            Value::Object(members) => members.iter().map(|member| member.value.depth()).max(),
            _ => return 0,
        };
        1 + inner.unwrap_or_default()
    }

    fn push_to(&self, text: &mut String) {
        match &self.value {
            Value::Null => text.push_str("null"),
            Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => text.push_str(number),
            Value::Text(value) => push_quoted(text, value),
            Value::Array(items) => {
                text.push('[');
                for (at, item) in items.iter().enumerate() {
                    text.push_str(if at == 0 { "" } else { "," });
                    item.push_to(text);
                }
                text.push(']');
            }
            Value::Object(members) => {
                text.push('{');
                for (at, member) in members.iter().enumerate() {
                    text.push_str(if at == 0 { "" } else { "," });
                    push_quoted(text, &member.key);
                    text.push(':');
                    member.value.push_to(text);
                }
                text.push('}');
            }
        }
    }
}

fn push_quoted(text: &mut String, value: &str) {
    text.push_str(&serde_json::Value::from(value).to_string());
}

impl Value {
    /// What kind of value it is, in words.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The text, where the value is a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        Some(text)
    }
}

impl Document {
    /// Reads `bytes` as one strict JSON text of at most `limit` bytes.
    ///
    /// # Errors
    /// The first error of grammar, or every duplicate key.
    pub fn parse(bytes: &[u8], limit: u64) -> Result<Self, Vec<SyntaxError>> {
        let size = bytes.len() as u64;
        if size > limit {
            return Err(vec![SyntaxError { span: 0..0, kind: SyntaxKind::TooLarge { size, limit } }]);
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            vec![SyntaxError { span: at..at, kind: SyntaxKind::NotUtf8 }]
        })?;
        if text.starts_with('\u{feff}') {
            return Err(vec![SyntaxError { span: 0..3, kind: SyntaxKind::ByteOrderMark }]);
        }
        serde_json::from_str::<serde_json::Value>(text).map_err(|error| vec![grammar_error(text, &error)])?;
        let root = positions(text).map_err(|error| vec![error])?;
        let mut duplicates = Vec::new();
        find_duplicates(&root, &mut duplicates);
        if duplicates.is_empty() { Ok(Self { text: text.to_owned(), root }) } else { Err(duplicates) }
    }

    /// The text that was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole value.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The member `key` of the object that the text spells.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.root.member(key)
    }
}

/// Where and why `serde_json` stopped.
fn grammar_error(text: &str, error: &serde_json::Error) -> SyntaxError {
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let full = error.to_string();
    let reason = full.rsplit_once(" at line ").map_or(full.as_str(), |(reason, _)| reason);
    let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
    SyntaxError { span: at..end, kind: SyntaxKind::Invalid(reason.to_owned()) }
}

/// Reads the same text again for the places of its parts.
fn positions(text: &str) -> Result<Node, SyntaxError> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let parsed = jsonc_parser::parse_to_ast(text, &collect, &strict).map_err(|error| {
        let range = error.range();
        SyntaxError { span: range.start..range.end, kind: SyntaxKind::Invalid(error.kind().to_string()) }
    })?;
    let empty = || SyntaxError { span: 0..0, kind: SyntaxKind::Invalid("the file is empty".to_owned()) };
    parsed.value.map(node).ok_or_else(empty)
}

fn node(value: ast::Value<'_>) -> Node {
    let range = value.range();
    let span = range.start..range.end;
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::Text(literal.value.into_owned()),
        ast::Value::Array(array) => Value::Array(array.elements.into_iter().map(node).collect()),
        ast::Value::Object(object) => Value::Object(object.properties.into_iter().map(member).collect()),
    };
    Node { span, value }
}

fn member(property: ast::ObjectProp<'_>) -> Member {
    let range = property.name.range();
    let key = property.name.into_string();
    Member { key, key_span: range.start..range.end, value: node(property.value) }
}

fn find_duplicates(node: &Node, found: &mut Vec<SyntaxError>) {
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| find_duplicates(item, found)),
        Value::Object(members) => {
            let mut seen = std::collections::BTreeSet::new();
            for member in members {
                if !seen.insert(member.key.as_str()) {
                    let kind = SyntaxKind::DuplicateKey(member.key.clone());
                    found.push(SyntaxError { span: member.key_span.clone(), kind });
                }
                find_duplicates(&member.value, found);
            }
        }
        _ => {}
    }
}
