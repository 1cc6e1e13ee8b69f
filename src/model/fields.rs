//! Reading the fields of a JSON object one by one, collecting every problem instead of stopping at the first.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::json::{Member, Node, Span, Value};

/// What is wrong with a field, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The top-level key that the problem belongs to.
    pub key: String,
    /// Where the field stands; the whole object, where the field is missing.
    pub span: Span,
    /// What is wrong.
    pub kind: FieldProblemKind,
}

/// The ways in which a field can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldProblemKind {
    /// The field must be there and is not.
    Missing,
    /// Nobody knows this key.
    Unknown,
    /// The value has another type.
    WrongType {
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The value is outside the grammar.
    Invalid {
        /// The text as written.
        text: String,
        /// What the grammar says.
        reason: String,
    },
}

/// A value that was read from a document, as far as that was possible, and all that was wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading<T> {
    /// The value; `None` where a problem other than an unknown key stands in the way.
    pub value: Option<T>,
    /// Everything that is wrong, in the order of the fields.
    pub problems: Vec<FieldProblem>,
    /// The keys that the reader asked for, whether they were there or not.
    pub known: Vec<&'static str>,
}

/// The fields of one object, while they are being read.
pub struct Fields<'d> {
    members: &'d [Member],
    span: Span,
    known: Vec<&'static str>,
    problems: Vec<FieldProblem>,
}

impl<'d> Fields<'d> {
    /// Starts reading `node`; where it is not an object, that is the only problem.
    #[must_use]
    pub fn of(node: &'d Node) -> Self {
        let mut fields = Self { members: &[], span: node.span.clone(), known: Vec::new(), problems: Vec::new() };
        match &node.value {
            Value::Object(members) => fields.members = members,
            other => fields.wrong_type("", &node.span, "an object", other),
        }
        fields
    }

    /// Ends the reading: keys that nobody asked for are problems. `value` is dropped if anything else is wrong.
    pub fn finish<T>(mut self, value: Option<T>) -> Reading<T> {
        let sound = self.is_sound();
        for member in self.members.iter().filter(|member| !self.known.contains(&member.key.as_str())) {
            let kind = FieldProblemKind::Unknown;
            self.problems.push(FieldProblem { key: member.key.clone(), span: member.key_span.clone(), kind });
        }
        Reading { value: value.filter(|_| sound), problems: self.problems, known: self.known }
    }

    /// A string that must be there and that `T` can parse.
    pub fn required<T: FromStr<Err: fmt::Display>>(&mut self, key: &'static str) -> Option<T> {
        let node = self.required_node(key)?;
        self.parse_text(key, node)
    }

    /// A string that must be there and that `read` can read.
    pub fn required_by<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let node = self.required_node(key)?;
        self.read_text(key, node, read)
    }

    /// A string that may be absent, and that `read` can read.
    pub fn optional_by<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let node = self.node(key)?;
        self.read_text(key, node, read)
    }

    /// A string that may be absent.
    pub fn optional<T: FromStr<Err: fmt::Display>>(&mut self, key: &'static str) -> Option<T> {
        let node = self.node(key)?;
        self.parse_text(key, node)
    }

    /// The value under `key`, if the key is there.
    pub fn node(&mut self, key: &'static str) -> Option<&'d Node> {
        self.known.push(key);
        self.members.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The value under `key`, which must be there.
    pub fn required_node(&mut self, key: &'static str) -> Option<&'d Node> {
        let node = self.node(key);
        if node.is_none() && !self.problems.iter().any(|problem| problem.key.is_empty()) {
            let (span, kind) = (self.span.clone(), FieldProblemKind::Missing);
            self.problems.push(FieldProblem { key: key.to_owned(), span, kind });
        }
        node
    }

    /// An optional, non-empty array of strings that `T` can parse.
    pub fn optional_list<T: FromStr<Err: fmt::Display>>(&mut self, key: &'static str) -> Option<Vec<T>> {
        let node = self.node(key)?;
        let items = self.non_empty(key, node)?;
        items.iter().map(|item| self.parse_text(key, item)).collect()
    }

    /// The items of an array that must not be empty.
    pub fn non_empty(&mut self, key: &'static str, node: &'d Node) -> Option<&'d [Node]> {
        match &node.value {
            Value::Array(items) if items.is_empty() => {
                self.invalid(key, &node.span, "[]", "leave the field out instead of giving an empty array");
                None
            }
            Value::Array(items) => Some(items),
            other => {
                self.wrong_type(key, &node.span, "an array", other);
                None
            }
        }
    }

    /// The items of an array that may be empty, `null` or absent.
    pub fn items(&mut self, key: &'static str) -> &'d [Node] {
        match self.node(key).map(|node| (&node.span, &node.value)) {
            Some((_, Value::Array(items))) => items,
            None | Some((_, Value::Null)) => &[],
            Some((span, other)) => {
                self.wrong_type(key, span, "an array", other);
                &[]
            }
        }
    }

    /// The strings of such an array that `read` can read, each with its place.
    pub fn spanned<T, E: fmt::Display>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<(T, Span)> {
        let items = self.items(key).iter();
        items.filter_map(|item| Some((self.read_text(key, item, &read)?, item.span.clone()))).collect()
    }

    /// The strings of such an array.
    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.spanned(key, str::parse).into_iter().map(|(text, _)| text).collect()
    }

    /// An object that may be absent, and that may hold anything.
    pub fn object(&mut self, key: &'static str) -> Option<&'d Node> {
        let node = self.node(key)?;
        match &node.value {
            Value::Object(_) => Some(node),
            other => {
                self.wrong_type(key, &node.span, "an object", other);
                None
            }
        }
    }

    /// An object that must be there, whose keys and string values `read` can read; all of it, or nothing.
    pub fn required_map<K: Ord, V, J: fmt::Display, E: fmt::Display>(
        &mut self,
        key: &'static str,
        read: (impl Fn(&str) -> Result<K, J>, impl Fn(&str) -> Result<V, E>),
    ) -> Option<BTreeMap<K, V>> {
        let before = self.problems.len();
        let map = self.sound_entries(key, read);
        (self.problems.len() == before).then_some(map)
    }

    /// The same of an object in which `null` may stand for a value.
    pub fn required_nullable_map<K: Ord, V, J: fmt::Display, E: fmt::Display>(
        &mut self,
        key: &'static str,
        read: (impl Fn(&str) -> Result<K, J>, impl Fn(&str) -> Result<V, E>),
    ) -> Option<BTreeMap<K, Option<V>>> {
        let before = self.problems.len();
        let (read_key, read_value) = read;
        let map = self.entries(key, read_key, move |fields, node| match node.value {
            Value::Null => Some(None),
            _ => fields.read_text(key, node, &read_value).map(Some),
        });
        (self.problems.len() == before).then_some(map)
    }

    /// The entries, of an object that must be there, whose keys and string values `read` can read.
    pub fn sound_entries<K: Ord, V, J: fmt::Display, E: fmt::Display>(
        &mut self,
        key: &'static str,
        read: (impl Fn(&str) -> Result<K, J>, impl Fn(&str) -> Result<V, E>),
    ) -> BTreeMap<K, V> {
        let (read_key, read_value) = read;
        self.entries(key, read_key, move |fields, node| fields.read_text(key, node, &read_value))
    }

    fn entries<K: Ord, V, J: fmt::Display>(
        &mut self,
        key: &'static str,
        read_key: impl Fn(&str) -> Result<K, J>,
        value: impl Fn(&mut Self, &'d Node) -> Option<V>,
    ) -> BTreeMap<K, V> {
        let Some(node) = self.required_node(key) else { return BTreeMap::new() };
        let Value::Object(members) = &node.value else {
            self.wrong_type(key, &node.span, "an object", &node.value);
            return BTreeMap::new();
        };
        let entry = |member: &'d Member| {
            let parsed_key = self.read(key, &member.key_span, &member.key, &read_key);
            let parsed_value = value(self, &member.value);
            parsed_key.zip(parsed_value)
        };
        members.iter().filter_map(entry).collect()
    }

    /// A whole number, at least `least`.
    pub fn integer(&mut self, key: &'static str, node: &'d Node, least: u64) -> Option<u64> {
        let Value::Number(text) = &node.value else {
            self.wrong_type(key, &node.span, "a number", &node.value);
            return None;
        };
        match text.parse() {
            Ok(number) if number >= least && number <= MAX_SAFE_INTEGER => Some(number),
            _ => {
                self.invalid(key, &node.span, text, &format!("a whole number from {least} to {MAX_SAFE_INTEGER}"));
                None
            }
        }
    }

    /// The problems of a nested object, under the key that holds it.
    pub fn adopt<T>(&mut self, key: &'static str, nested: Reading<T>) -> Option<T> {
        let closed = nested.problems.into_iter().map(|problem| match problem.kind {
            // Inside a location or a key, what one reader passes over may be what another one goes by.
            FieldProblemKind::Unknown => {
                let reason = format!("nobody knows the key \"{}\" in it", problem.key);
                FieldProblem { kind: FieldProblemKind::Invalid { text: problem.key.clone(), reason }, ..problem }
            }
            _ => problem,
        });
        let problems = closed.collect();
        self.adopt_open(key, Reading { problems, ..nested })
    }

    /// The same of an object of a format that grows: what nobody knows in it stays an unknown key.
    pub fn adopt_open<T>(&mut self, key: &'static str, nested: Reading<T>) -> Option<T> {
        let adopted = nested.problems.into_iter().map(|problem| match problem.kind {
            FieldProblemKind::Unknown => problem,
            FieldProblemKind::Missing => {
                let reason = format!("the field \"{}\" is missing", problem.key);
                let kind = FieldProblemKind::Invalid { text: String::new(), reason };
                FieldProblem { key: key.to_owned(), span: problem.span, kind }
            }
            kind => FieldProblem { key: key.to_owned(), span: problem.span, kind },
        });
        self.problems.extend(adopted);
        nested.value
    }

    /// Whether nothing but unknown keys was found so far.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.iter().all(|problem| problem.kind == FieldProblemKind::Unknown)
    }

    /// Notes that the value under `key` is outside its grammar.
    pub fn invalid(&mut self, key: &str, span: &Span, text: &str, reason: &str) {
        let kind = FieldProblemKind::Invalid { text: text.to_owned(), reason: reason.to_owned() };
        self.problems.push(FieldProblem { key: key.to_owned(), span: span.clone(), kind });
    }

    fn parse_text<T: FromStr<Err: fmt::Display>>(&mut self, key: &str, node: &Node) -> Option<T> {
        self.read_text(key, node, str::parse)
    }

    fn read_text<T, E: fmt::Display>(
        &mut self,
        key: &str,
        node: &Node,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        match &node.value {
            Value::Text(text) => self.read(key, &node.span, text, read),
            other => {
                self.wrong_type(key, &node.span, "a string", other);
                None
            }
        }
    }

    fn read<T, E: fmt::Display>(
        &mut self,
        key: &str,
        span: &Span,
        text: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        read(text).map_err(|error| self.invalid(key, span, text, &error.to_string())).ok()
    }

    /// Notes that the value under `key` has another type.
    pub fn wrong_type(&mut self, key: &str, span: &Span, expected: &'static str, found: &Value) {
        let kind = FieldProblemKind::WrongType { expected, found: found.kind() };
        self.problems.push(FieldProblem { key: key.to_owned(), span: span.clone(), kind });
    }
}

/// The largest whole number that every JSON reader keeps exactly: 2^53 − 1 (RFC 8259 §6).
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
