//! What a forge says of its limits.

use std::time::Duration;

use crate::model::{ApiBudget, Timestamp};

use super::failure::{Refusal, one_line};
use super::request::Answer;

/// The longest time that a limit is believed to last: GitHub's are counted anew every hour.
const MOST: Duration = Duration::from_secs(3_700);

/// A limit that has been reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reached {
    /// How long no request is answered.
    pub(super) wait: Duration,
    /// What the forge says of it.
    pub(super) message: String,
}

/// What is left, where an answer tells it. Searches and the like are counted apart, and not asked for here.
pub(super) fn budget(answer: &Answer) -> Option<ApiBudget> {
    let number = |name| answer.header(name)?.parse::<u64>().ok();
    let is_core = answer.header("x-ratelimit-resource").is_none_or(|resource| resource == "core");
    let reset = i64::try_from(number("x-ratelimit-reset")?).ok()?.checked_mul(1000)?;
    let reset = Timestamp::from_unix_millis(reset).ok()?;
    let (limit, remaining) = (number("x-ratelimit-limit")?, number("x-ratelimit-remaining")?);
    is_core.then_some(ApiBudget { limit, remaining, reset })
}

/// How long it is until `then`, which is a time by the clock of whoever gave the answer. That clock is in the answer: ours
/// may be wrong (threat 46).
pub(super) fn time_until(then: Timestamp, answer: &Answer) -> Duration {
    let dated = answer.header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let now = dated.map(|date| date.timestamp().as_millisecond()).or_else(|| Some(super::now().ok()?.unix_millis()));
    let millis = then.unix_millis().saturating_sub(now.unwrap_or_default());
    Duration::from_millis(millis.try_into().unwrap_or_default())
}

/// The limit that an answer says was reached; `minute` is what is waited for where it does not say how long.
pub(super) fn reached(answer: &Answer, minute: Duration) -> Option<Reached> {
    let left = budget(answer);
    let spent = left.filter(|budget| budget.remaining == 0);
    if !matches!(answer.status, 403 | 429) {
        let wait = time_until(spent?.reset, answer).min(MOST);
        let message = format!("{} requests an hour", spent?.limit);
        return Some(Reached { wait, message });
    }
    let message = Refusal::of(answer, "").message;
    let after = answer.header("retry-after").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let is_empty = answer.header("x-ratelimit-remaining") == Some("0");
    let words = message.to_ascii_lowercase();
    let is_told = words.contains("rate limit") || words.contains("abuse detection");
    if answer.status == 403 && after.is_none() && !is_empty && !is_told {
        return None;
    }
    // A second more: `reset` and `retry-after` are whole seconds, and one of them may have been rounded down.
    let reset = spent.map(|budget| time_until(budget.reset, answer) + Duration::from_secs(1));
    let wait = after.or(reset).unwrap_or(minute).min(MOST);
    Some(Reached { wait, message: one_line(&message) })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{Answer, reached};

    fn wait(status: u16, headers: &[(&str, &str)], body: &'static str) -> Option<u64> {
        let pair =
            |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        let headers: HeaderMap = headers.iter().map(pair).collect();
        let answer = Answer { status, headers, body: Bytes::from_static(body.as_bytes()) };
        reached(&answer, Duration::from_mins(1)).map(|reached| reached.wait.as_secs())
    }

    #[test]
    fn each_way_to_say_stop_is_understood() {
        let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
        let left = |remaining| [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", remaining)];
        let date = [("date", "Fri, 20 Nov 2026 12:00:00 GMT"), ("x-ratelimit-reset", "1795176300")];
        let all = |remaining| [left(remaining), date].concat();
        assert_eq!(wait(429, &[], ""), Some(60));
        assert_eq!(wait(429, &[("retry-after", "7")], ""), Some(7));
        assert_eq!(wait(403, &[("retry-after", "7")], "{}"), Some(7));
        assert_eq!(wait(403, &[], secondary), Some(60));
        assert_eq!(wait(403, &all("0"), "{}"), Some(301), "the primary limit, by the clock of the answer");
        assert_eq!(wait(403, &all("5"), r#"{"message":"Resource not accessible by integration"}"#), None);
        assert_eq!(wait(200, &all("0"), ""), Some(300), "the next one would be refused");
        assert_eq!(wait(200, &all("1"), ""), None);
        assert_eq!(wait(404, &[("retry-after", "7")], ""), None);
        assert_eq!(wait(403, &[("retry-after", "999999")], ""), Some(3_700));
    }
}
