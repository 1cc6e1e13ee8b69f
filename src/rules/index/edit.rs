//! Editing a JSON object in its text: a member comes, changes or goes, and every other byte stays.

use serde::Serialize;

use crate::model::{Member, Node, Value};

/// An object in a text that is indented by two, and how deep its members stand.
#[derive(Clone, Copy)]
pub(super) struct Object<'n> {
    node: &'n Node,
    members: &'n [Member],
    level: usize,
}

impl<'n> Object<'n> {
    /// The object that `node` is, whose members stand `level` levels deep; `None` where it is none.
    pub(super) fn of(node: &'n Node, level: usize) -> Option<Self> {
        let Value::Object(members) = &node.value else { return None };
        Some(Self { node, members, level })
    }

    /// The object under `key`.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        Self::of(&self.member(key)?.value, self.level + 1)
    }

    /// The member that `chosen` takes.
    pub(super) fn find(&self, chosen: impl Fn(&str) -> bool) -> Option<&'n Member> {
        self.members.iter().find(|member| chosen(&member.key))
    }

    fn member(&self, key: &str) -> Option<&'n Member> {
        self.find(|it| it == key)
    }

    /// Puts `value` under `key`: in the place of what stands there, or before the first member that `is_later`.
    ///
    /// # Errors
    /// None in practice: every published fact can be written as JSON.
    pub(super) fn put(
        &self,
        text: &mut String,
        key: &str,
        value: &impl Serialize,
        is_later: impl Fn(&str) -> bool,
    ) -> Result<(), serde_json::Error> {
        let (inner, outer) = ("  ".repeat(self.level), "  ".repeat(self.level.saturating_sub(1)));
        let value = serde_json::to_string_pretty(value)?.replace('\n', &format!("\n{inner}"));
        if let Some(present) = self.member(key) {
            text.replace_range(present.value.span.clone(), &value);
            return Ok(());
        }
        let member = format!("{}: {value}", serde_json::to_string(key)?);
        let (range, addition) = match (self.find(is_later), self.members.last()) {
            (Some(next), _) => (next.key_span.start..next.key_span.start, format!("{member},\n{inner}")),
            (None, Some(last)) => (last.value.span.end..last.value.span.end, format!(",\n{inner}{member}")),
            (None, None) => (self.node.span.clone(), format!("{{\n{inner}{member}\n{outer}}}")),
        };
        text.replace_range(range, &addition);
        Ok(())
    }

    /// Takes away the member that `chosen` takes, where there is one.
    pub(super) fn remove(&self, text: &mut String, chosen: impl Fn(&str) -> bool) {
        let Some(at) = self.members.iter().position(|member| chosen(&member.key)) else { return };
        let before = at.checked_sub(1).and_then(|before| self.members.get(before));
        let range = match (before, self.members.get(at), self.members.get(at + 1)) {
            (_, Some(gone), Some(next)) => gone.key_span.start..next.key_span.start,
            (Some(before), Some(gone), None) => before.value.span.end..gone.value.span.end,
            _ => {
                text.replace_range(self.node.span.clone(), "{}");
                return;
            }
        };
        text.replace_range(range, "");
    }
}
