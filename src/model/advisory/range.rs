//! A range of affected versions, by the events that open and close it.

use crate::model::profile::Profile;
use crate::model::version::{Version, VersionError};

/// What happens at a version of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeEvent {
    /// The version brings the weakness; `None` is before every version, written `0`.
    Introduced(Option<Version>),
    /// The version is without it.
    Fixed(Version),
    /// The version is the last that has it.
    LastAffected(Version),
    /// The range ends before the version, whatever the other events say; `None` is after every version, written `*`.
    Limit(Option<Version>),
}

/// The keys of an event, one of which it has.
pub(super) const EVENT_KEYS: [&str; 4] = ["introduced", "fixed", "last_affected", "limit"];

impl RangeEvent {
    /// Reads the value of one of [`EVENT_KEYS`].
    pub(super) fn parse(key: &str, text: &str, profile: Profile) -> Result<Self, VersionError> {
        match (key, text) {
            ("introduced", "0") => Ok(Self::Introduced(None)),
            ("introduced", text) => profile.version(text).map(|version| Self::Introduced(Some(version))),
            ("fixed", text) => profile.version(text).map(Self::Fixed),
            ("last_affected", text) => profile.version(text).map(Self::LastAffected),
            (_, "*") => Ok(Self::Limit(None)),
            (_, text) => profile.version(text).map(|version| Self::Limit(Some(version))),
        }
    }

    fn version(&self) -> Option<&Version> {
        match self {
            Self::Introduced(version) | Self::Limit(version) => version.as_ref(),
            Self::Fixed(version) | Self::LastAffected(version) => Some(version),
        }
    }

    fn is_introduction(&self) -> bool {
        matches!(self, Self::Introduced(_))
    }

    /// Whether `next` can follow in a range. One version may be the first and the last that is affected.
    fn precedes(&self, next: &Self) -> bool {
        let is_only = self.is_introduction() && matches!(next, Self::LastAffected(_));
        self.version() < next.version() || is_only && self.version() == next.version()
    }
}

/// Where a part of a range ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    Never,
    Before(Version),
    With(Version),
}

/// A part of a range: from a version on, where `None` is before every version, to its end.
type Part = (Option<Version>, End);

/// The versions that the events of a range leave affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedRange {
    parts: Vec<Part>,
    /// The version from which on nothing is affected.
    limit: Option<Version>,
}

/// Why events do not make a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventsError {
    /// There are none.
    #[error("a range has events, at least {{\"introduced\": \"0\"}}")]
    Empty,
    /// Nothing introduces the weakness.
    #[error(
        "some event must introduce the weakness; {{\"introduced\": \"0\"}} stands for every version from the first"
    )]
    NotIntroduced,
    /// The first event ends what no event before it began.
    #[error("the weakness ends here, and no event before introduced it")]
    EndsFirst,
    /// An event is not above the one before it.
    #[error("the events of a range ascend by version, and this one does not")]
    OutOfOrder,
    /// The range has both kinds of end.
    #[error("a range has events of \"fixed\" or of \"last_affected\", not of both")]
    Mixed,
}

impl AffectedRange {
    /// The range that `events` make.
    ///
    /// OSV asks that there is an introduction and that the two kinds of end do not mix. That the events ascend it only
    /// recommends; here they must, so that nobody reads another range than the curator.
    ///
    /// # Errors
    /// [`EventsError`], and the place of the event that is to blame.
    pub fn new(events: &[RangeEvent]) -> Result<Self, (usize, EventsError)> {
        if events.is_empty() {
            return Err((0, EventsError::Empty));
        }
        if !events.iter().any(RangeEvent::is_introduction) {
            return Err((0, EventsError::NotIntroduced));
        }
        let (mut parts, mut open, mut last): (Vec<Part>, _, Option<&RangeEvent>) = (Vec::new(), None, None);
        for (at, event) in events.iter().enumerate().filter(|(_, event)| !matches!(event, RangeEvent::Limit(_))) {
            match last {
                None if !event.is_introduction() => return Err((at, EventsError::EndsFirst)),
                Some(last) if !last.precedes(event) => return Err((at, EventsError::OutOfOrder)),
                _ => {}
            }
            last = Some(event);
            let end = match event {
                RangeEvent::Introduced(version) => {
                    open.get_or_insert_with(|| version.clone());
                    continue;
                }
                RangeEvent::Fixed(version) => End::Before(version.clone()),
                RangeEvent::LastAffected(version) => End::With(version.clone()),
                RangeEvent::Limit(_) => continue,
            };
            parts.extend(open.take().map(|start| (start, end)));
        }
        parts.extend(open.map(|start| (start, End::Never)));
        if let Some(at) = mixed(events) {
            return Err((at, EventsError::Mixed));
        }
        Ok(Self { parts, limit: limit(events) })
    }

    /// Whether `version` is affected.
    #[must_use]
    pub fn includes(&self, version: &Version) -> bool {
        let is_before_limit = self.limit.as_ref().is_none_or(|limit| version < limit);
        let is_inside = |(start, end): &Part| {
            let is_reached = start.as_ref().is_none_or(|start| start <= version);
            is_reached
                && match end {
                    End::Never => true,
                    End::Before(end) => version < end,
                    End::With(end) => version <= end,
                }
        };
        is_before_limit && self.parts.iter().any(is_inside)
    }
}

/// The first event that ends the range in another way than one before it.
fn mixed(events: &[RangeEvent]) -> Option<usize> {
    let fixed = events.iter().position(|event| matches!(event, RangeEvent::Fixed(_)));
    let last = events.iter().position(|event| matches!(event, RangeEvent::LastAffected(_)));
    fixed.zip(last).map(|(fixed, last)| fixed.max(last))
}

/// The highest limit: a version below any of them is inside.
fn limit(events: &[RangeEvent]) -> Option<Version> {
    let mut limits = Vec::new();
    for event in events {
        match event {
            RangeEvent::Limit(None) => return None,
            RangeEvent::Limit(Some(limit)) => limits.push(limit),
            _ => {}
        }
    }
    limits.into_iter().max().cloned()
}
