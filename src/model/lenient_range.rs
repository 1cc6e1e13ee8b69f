//! Ranges in the spellings of other files: node-semver as `bower.json` wrote it, and `spago.yaml`.

use super::range::{Range, RangeError};
use super::version::Version;

impl Range {
    /// Reads a range in node-semver's syntax (`^1.2`, `~1`, `1.x`, `1 - 2`, `>1.0.0 <2.0.0`, `^1.0.0 || ^2.0.0`), also
    /// behind the `#` of a git URL.
    ///
    /// It follows registry-dev's `LenientRange`: pre-releases and build metadata are dropped, and bounds that become
    /// equal by that hold the one version. Where registry-dev looks only at the first bounds of a text and skips words
    /// that it does not understand, all comparators and all parts of a `||` count here, and such words are refused.
    ///
    /// # Errors
    /// [`RangeError::Lenient`] for another syntax, [`RangeError::Unbounded`] without an upper bound,
    /// [`RangeError::Gap`] where `||` joins ranges that do not touch, [`RangeError::Empty`] for bounds that exclude
    /// each other.
    pub fn parse_lenient(text: &str) -> Result<Self, RangeError> {
        match (joined(text), text.split_once('#')) {
            // Bower takes `owner/repo#^1.0.0` and `https://host/repo.git#v1.0.0`.
            (Err(RangeError::Lenient(_)), Some((_, behind))) => joined(behind).map_err(|error| match error {
                RangeError::Lenient(_) => RangeError::Lenient(text.to_owned()),
                other => other,
            }),
            (range, _) => range,
        }
    }

    /// Reads a range of `spago.yaml`: `>=A <B`, a version alone (exactly that one), or `*`, which is `None`.
    ///
    /// # Errors
    /// [`RangeError::Spago`] for none of the three; otherwise as the strict reading.
    pub fn parse_spago(text: &str) -> Result<Option<Self>, RangeError> {
        if text == "*" {
            return Ok(None);
        }
        if text.starts_with('>') {
            return Self::parse_plain(text).map(Some);
        }
        let version = Version::parse_plain(text).map_err(|_| RangeError::Spago)?;
        Ok(Some(Self::exact(&version)))
    }
}

/// The union of the ranges between `||`, which must be one range without a gap.
fn joined(text: &str) -> Result<Range, RangeError> {
    let mut ranges = text.split("||").map(|part| single(part, text)).collect::<Result<Vec<_>, _>>()?;
    ranges.sort_by(|left, right| left.lower().cmp(right.lower()));
    let mut ranges = ranges.into_iter();
    let first = ranges.next().ok_or_else(|| RangeError::Lenient(text.to_owned()))?;
    ranges.try_fold(first, |union, next| {
        let touches = union.upper().is_none_or(|upper| next.lower() <= upper);
        if touches { Ok(union.union(&next)) } else { Err(RangeError::Gap(text.to_owned())) }
    })
}

/// The range that all comparators of `part` have in common; `whole` is what errors cite.
fn single(part: &str, whole: &str) -> Result<Range, RangeError> {
    let mut bounds = Bounds::default();
    let words: Vec<&str> = part.split_whitespace().collect();
    if let [from, "-", to] = words.as_slice() {
        let [from, to] = [from, to].map(|end| end.trim_start_matches(['v', '=']));
        bounds.raise_lower(Partial::parse(from, whole)?.floor);
        bounds.cut_upper(Partial::parse(to, whole)?.next());
    } else {
        let mut operator = String::new();
        for word in words {
            // An operator may stand apart from its version: `~> 1`.
            let version = word.trim_start_matches(['<', '>', '=', '~', '^', 'v']);
            operator.push_str(word.strip_suffix(version).unwrap_or_default());
            if !version.is_empty() {
                bounds.compare(&operator, &Partial::parse(version, whole)?, whole)?;
                operator.clear();
            }
        }
        if !operator.is_empty() {
            return Err(RangeError::Lenient(whole.to_owned()));
        }
    }
    bounds.into_range(whole)
}

/// The bounds that comparators have set so far.
#[derive(Default)]
struct Bounds {
    lower: Option<Version>,
    upper: Option<Version>,
}

impl Bounds {
    fn raise_lower(&mut self, lower: Version) {
        self.lower = self.lower.take().max(Some(lower));
    }

    fn cut_upper(&mut self, upper: Option<Version>) {
        self.upper = [self.upper.take(), upper].into_iter().flatten().min();
    }

    fn compare(&mut self, operator: &str, version: &Partial, whole: &str) -> Result<(), RangeError> {
        let operators = [">=", "<=", "~>", ">", "<", "~", "^", ""];
        let unknown = || RangeError::Lenient(whole.to_owned());
        let split = operators.into_iter().find_map(|known| Some((known, operator.strip_prefix(known)?)));
        let (known, rest) = split.ok_or_else(unknown)?;
        // `=` and `v` before a version say nothing.
        if !rest.trim_start_matches(['=', 'v']).is_empty() {
            return Err(unknown());
        }
        match known {
            ">=" => self.raise_lower(version.floor.clone()),
            "<=" => self.cut_upper(version.next()),
            // Nothing is above or below every version.
            ">" => self.raise_lower(version.next().ok_or_else(unknown)?),
            "<" if version.places == 0 => return Err(unknown()),
            // One pre-release alone is not the version that it came before.
            "" if version.is_prerelease => return Err(unknown()),
            "<" => self.cut_upper(Some(version.floor.clone())),
            _ => {
                self.raise_lower(version.floor.clone());
                self.cut_upper(match known {
                    "~" | "~>" => version.tilde(),
                    "^" => version.caret(),
                    _ => version.next(),
                });
            }
        }
        Ok(())
    }

    fn into_range(self, whole: &str) -> Result<Range, RangeError> {
        let upper = self.upper.ok_or_else(|| RangeError::Unbounded(whole.to_owned()))?;
        let lower = match self.lower {
            Some(lower) => lower,
            None => Version::new(0, 0, 0).map_err(|error| RangeError::Bound { bound: whole.to_owned(), error })?,
        };
        // `>=1.0.0-rc.1 <1.0.0-rc.5` is `>=1.0.0 <1.0.0` without its pre-releases.
        let upper = if lower == upper { upper.bump_patch() } else { upper };
        Range::new(lower, upper)
    }
}

/// A version that may leave out places, or hold `x` or `*` in them: `1`, `1.x`, `1.2.*`.
struct Partial {
    /// How many places are given.
    places: usize,
    /// The lowest version that it names.
    floor: Version,
    /// Whether a pre-release was dropped from it.
    is_prerelease: bool,
}

/// Whether `text` is a pre-release or build part: words of letters, digits and dashes with dots between them.
fn are_identifiers(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    text.split('.').all(|word| !word.is_empty() && word.bytes().all(allowed))
}

impl Partial {
    fn parse(text: &str, whole: &str) -> Result<Self, RangeError> {
        let unknown = || RangeError::Lenient(whole.to_owned());
        let (version, build) = text.split_once('+').map_or((text, None), |(version, build)| (version, Some(build)));
        if build.is_some_and(|build| !are_identifiers(build)) {
            return Err(unknown());
        }
        let mut numbers = [0_u64; 3];
        let mut places = 0;
        let mut is_open = false;
        let mut is_prerelease = false;
        for (at, part) in version.splitn(3, '.').enumerate() {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = part.split_at(digits);
            let wild = number.is_empty() && rest.starts_with(['x', 'X', '*']);
            let suffix = if wild { rest.get(1..).unwrap_or_default() } else { rest };
            // Only the third place may carry a pre-release (whose dash some left out).
            let suffix_is_sound =
                suffix.is_empty() || at == 2 && are_identifiers(suffix.strip_prefix('-').unwrap_or(suffix));
            // No number follows an open place: `1.x.3` means nothing.
            if !suffix_is_sound || !wild && (number.is_empty() || is_open) {
                return Err(unknown());
            }
            is_open |= wild;
            is_prerelease |= !suffix.is_empty();
            if let (false, Some(place)) = (wild, numbers.get_mut(at)) {
                *place = number.parse().unwrap_or(u64::MAX);
                places = at + 1;
            }
        }
        let [major, minor, patch] = numbers;
        let floor =
            Version::new(major, minor, patch).map_err(|error| RangeError::Bound { bound: text.to_owned(), error })?;
        Ok(Self { places, floor, is_prerelease })
    }

    /// The lowest version above all that it names; `None` where it names every version.
    fn next(&self) -> Option<Version> {
        match self.places {
            0 => None,
            1 => Some(self.floor.bump_major()),
            2 => Some(self.floor.bump_minor()),
            _ => Some(self.floor.bump_patch()),
        }
    }

    /// The upper bound of `~`: the last given place may grow, but never the major one where there is a minor one.
    fn tilde(&self) -> Option<Version> {
        if self.places == 3 { Some(self.floor.bump_minor()) } else { self.next() }
    }

    /// The upper bound of `^`: the first place that is not zero must not grow.
    fn caret(&self) -> Option<Version> {
        match self.places {
            3 => Some(self.floor.bump_highest()),
            2 if self.floor.major() > 0 => Some(self.floor.bump_major()),
            _ => self.next(),
        }
    }
}
