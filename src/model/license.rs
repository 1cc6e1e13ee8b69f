//! The license of a package: an SPDX expression, kept as its author wrote it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use spdx::error::Reason;
use spdx::expression::{ExprNode, Operator};
use spdx::{AdditionItem, Expression, LicenseId, LicenseItem, LicenseReq, ParseMode};

use super::serde_text::serde_through_text;

/// An SPDX license expression such as `MIT` or `MIT AND (Apache-2.0 OR BSD-3-Clause)`.
///
/// Reading is lenient, because old manifests hold deprecated ids and needless parentheses; [`Self::parse_canonical`]
/// is for new ones. Printing and equality go by the text as written, so that a published line keeps its bytes;
/// [`Self::canonical`] is the spelling to compare by meaning.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct License {
    written: String,
    /// The canonical spelling, where it is not the written one.
    respelled: Option<String>,
    /// A deprecated id in the expression that has several successors, or none.
    unsettled: Option<&'static str>,
}

/// The longest expression, in bytes: far above any real one, and below what would make the printer slow.
const MAX_BYTES: usize = 1_000;

/// Why a text is not a license.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LicenseError {
    /// The text has more than 1,000 bytes.
    #[error("a license expression has at most 1000 bytes")]
    TooLong,
    /// The text does not follow the grammar of SPDX expressions.
    #[error("'{text}' is not an SPDX license expression: {reason}")]
    Expression {
        /// The text.
        text: String,
        /// What is wrong, in the words of the SPDX parser.
        reason: String,
    },
    /// A term is no id of the SPDX list; case counts.
    #[error("'{0}' is not an id of the SPDX license list (case counts), see https://spdx.org/licenses")]
    Unlisted(String),
    /// A `+` follows a license that has no later form of its own.
    #[error("'{0}+' is not an SPDX license: there is no '{0}-or-later'")]
    Plus(&'static str),
    /// An exception follows a deprecated id that stands for another exception already.
    #[error("'{0}' holds an exception already and cannot take another")]
    TwoExceptions(&'static str),
    /// The expression has another spelling that is the canonical one.
    #[error("the license '{written}' is written '{canonical}' today")]
    NotCanonical {
        /// The text.
        written: String,
        /// What to write instead.
        canonical: String,
    },
    /// SPDX deprecated the id and does not say which of its successors is meant.
    #[error("the SPDX id '{0}' is deprecated and has no unambiguous canonical replacement; choose one that is in use")]
    Deprecated(&'static str),
}

/// Deprecated ids that are not simply called `<id>-only` today: the id, its license and its exception
/// (registry-dev, `deprecatedIdentifierReplacements`).
const REPLACED: [(&str, &str, Option<&str>); 12] = [
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause", None),
    ("StandardML-NJ", "SMLNJ", None),
    ("bzip2-1.0.5", "bzip2-1.0.6", None),
    ("eCos-2.0", "GPL-2.0-or-later", Some("eCos-exception-2.0")),
    ("GPL-2.0-with-GCC-exception", "GPL-2.0-only", Some("GCC-exception-2.0")),
    ("GPL-2.0-with-autoconf-exception", "GPL-2.0-only", Some("Autoconf-exception-2.0")),
    ("GPL-2.0-with-bison-exception", "GPL-2.0-only", Some("Bison-exception-2.2")),
    ("GPL-2.0-with-classpath-exception", "GPL-2.0-only", Some("Classpath-exception-2.0")),
    ("GPL-2.0-with-font-exception", "GPL-2.0-only", Some("Font-exception-2.0")),
    ("GPL-3.0-with-GCC-exception", "GPL-3.0-only", Some("GCC-exception-3.1")),
    ("GPL-3.0-with-autoconf-exception", "GPL-3.0-only", Some("Autoconf-exception-3.0")),
    ("wxWindows", "LGPL-2.0-or-later", Some("WxWindows-exception-3.1")),
];

/// Deprecated ids come from published manifests, and so does `+` after a GNU license; nothing else is excused.
const LENIENT: ParseMode = ParseMode { allow_deprecated: true, allow_postfix_plus_on_gpl: true, ..ParseMode::STRICT };

impl License {
    /// Reads a license of a new manifest: refuses whatever is not spelled canonically.
    ///
    /// # Errors
    /// As the lenient reading; [`LicenseError::NotCanonical`] and [`LicenseError::Deprecated`] say what to write.
    pub fn parse_canonical(text: &str) -> Result<Self, LicenseError> {
        let license: Self = text.parse()?;
        if let Some(id) = license.unsettled {
            return Err(LicenseError::Deprecated(id));
        }
        match license.respelled {
            Some(canonical) => Err(LicenseError::NotCanonical { written: license.written, canonical }),
            None => Ok(license),
        }
    }

    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The expression with today's ids, `AND` and `OR` in capitals and no parentheses but the needed ones.
    #[must_use]
    pub fn canonical(&self) -> &str {
        self.respelled.as_deref().unwrap_or(&self.written)
    }

    /// Whether [`Self::parse_canonical`] takes the text as it is written.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        self.respelled.is_none() && self.unsettled.is_none()
    }

    /// The ids of the licenses in the canonical spelling, in upper case as license detectors compare them; exceptions
    /// are left out.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<String> {
        let mut words = self.canonical().split([' ', '(', ')']).filter(|word| !word.is_empty());
        let mut ids = BTreeSet::new();
        while let Some(word) = words.next() {
            match word {
                "AND" | "OR" => {}
                // What follows names an exception.
                "WITH" => drop(words.next()),
                id => drop(ids.insert(id.to_ascii_uppercase())),
            }
        }
        ids
    }
}

/// Whether the `spdx` crate made the id up: SPDX lists neither `NOASSERTION` nor a `GFDL-…-invariants` without a suffix.
fn is_invented(id: LicenseId) -> bool {
    id.name == "NOASSERTION" || id.name.ends_with("-invariants")
}

/// A license in use with exactly this id.
fn in_use(name: &str) -> Option<LicenseId> {
    // The crate's own look-up ignores a '+' at the end.
    spdx::license_id(name).filter(|id| id.name == name && !id.is_deprecated() && !is_invented(*id))
}

/// Where a term or a part of an expression stands in the order of precedence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Term,
    And,
    Or,
}

/// A part of an expression, printed.
struct Printed {
    text: String,
    shape: Shape,
}

impl Printed {
    fn join(self, operator: Operator, right: Self) -> Self {
        let (word, shape) = match operator {
            Operator::And => ("AND", Shape::And),
            Operator::Or => ("OR", Shape::Or),
        };
        let side = |part: Self| {
            if shape == Shape::And && part.shape == Shape::Or { format!("({})", part.text) } else { part.text }
        };
        Self { text: format!("{} {word} {}", side(self), side(right)), shape }
    }
}

/// The canonical spelling of one term, and its id where that is deprecated without one successor.
fn canonical_term(term: &LicenseReq) -> Result<(String, Option<&'static str>), LicenseError> {
    let (id, or_later) = match &term.license {
        LicenseItem::Spdx { id, or_later } if !is_invented(*id) => (*id, *or_later),
        other => return Err(LicenseError::Unlisted(other.to_string())),
    };
    let exception = match &term.addition {
        None => None,
        Some(AdditionItem::Spdx(exception)) => Some(exception.name),
        Some(other) => return Err(LicenseError::Unlisted(other.to_string())),
    };
    if or_later {
        return Err(LicenseError::Plus(id.name));
    }
    let mut unsettled = None;
    let (name, exception) = if !id.is_deprecated() {
        (id.name, exception)
    } else if let Some(&(_, name, own)) = REPLACED.iter().find(|(old, ..)| *old == id.name) {
        if own.is_some() && exception.is_some() {
            return Err(LicenseError::TwoExceptions(id.name));
        }
        (name, own.or(exception))
    } else {
        // GFDL-1.x does not say whether there are invariant sections, so `-only` would be a guess.
        let only = in_use(&format!("{}-only", id.name)).filter(|_| !id.name.starts_with("GFDL-"));
        unsettled = only.is_none().then_some(id.name);
        (only.map_or(id.name, |only| only.name), exception)
    };
    Ok((exception.map_or_else(|| name.to_owned(), |exception| format!("{name} WITH {exception}")), unsettled))
}

/// Prints an expression with as few parentheses as its meaning needs.
fn canonical_expression(expression: &Expression) -> Result<(String, Option<&'static str>), LicenseError> {
    let mut stack: Vec<Printed> = Vec::new();
    let mut first_unsettled = None;
    for node in expression.iter() {
        match node {
            ExprNode::Req(term) => {
                let (text, unsettled) = canonical_term(&term.req)?;
                first_unsettled = first_unsettled.or(unsettled);
                stack.push(Printed { text, shape: Shape::Term });
            }
            ExprNode::Op(operator) => {
                // The parser has checked that both operands are there.
                if let (Some(right), Some(left)) = (stack.pop(), stack.pop()) {
                    stack.push(left.join(*operator, right));
                }
            }
        }
    }
    Ok((stack.pop().map(|whole| whole.text).unwrap_or_default(), first_unsettled))
}

impl FromStr for License {
    type Err = LicenseError;

    fn from_str(text: &str) -> Result<Self, LicenseError> {
        // Most packages have one license, and its id is its canonical spelling; nine of ten have one of these.
        if matches!(text, "MIT" | "BSD-3-Clause" | "Apache-2.0") || in_use(text).is_some() {
            return Ok(Self { written: text.to_owned(), respelled: None, unsettled: None });
        }
        if text.len() > MAX_BYTES {
            return Err(LicenseError::TooLong);
        }
        let expression = Expression::parse_mode(text, LENIENT).map_err(|error| match error.reason {
            Reason::UnknownTerm => LicenseError::Unlisted(text.get(error.span).unwrap_or(text).to_owned()),
            reason => LicenseError::Expression { text: text.to_owned(), reason: reason.to_string() },
        })?;
        let (canonical, unsettled) = canonical_expression(&expression)?;
        let respelled = (canonical != text).then_some(canonical);
        Ok(Self { written: text.to_owned(), respelled, unsettled })
    }
}

impl fmt::Display for License {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Debug for License {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

serde_through_text!(License);
