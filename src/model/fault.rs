//! Who must act when something fails.

/// Who can make a failed step succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The author of the definition or of the source.
    Author,
    /// Nobody: trying again later may succeed.
    Transient,
    /// Whoever runs the curator.
    Operator,
}
