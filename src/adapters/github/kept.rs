//! Answers that are kept, so that asking again costs nothing where nothing has changed.

use std::collections::BTreeMap;

use super::request::Answer;

/// The most answers that are kept.
const MOST_ANSWERS: usize = 512;
/// The most bytes of them all.
const MOST_BYTES: usize = 16 << 20;

/// Answers by the route that was asked. They belong to one token.
#[derive(Default)]
pub(super) struct Kept {
    answers: BTreeMap<String, Tagged>,
    bytes: usize,
    uses: u64,
}

struct Tagged {
    tag: String,
    answer: Answer,
    used: u64,
}

impl Kept {
    /// What the forge called its last answer.
    pub(super) fn tag(&self, route: &str) -> Option<&str> {
        self.answers.get(route).map(|kept| kept.tag.as_str())
    }

    /// The last answer, which still holds.
    pub(super) fn answer(&mut self, route: &str) -> Option<Answer> {
        self.uses += 1;
        let kept = self.answers.get_mut(route)?;
        kept.used = self.uses;
        Some(kept.answer.clone())
    }

    /// Keeps an answer that has a tag, and lets go of those that were not used for the longest time.
    pub(super) fn keep(&mut self, route: &str, answer: &Answer) {
        self.forget(route);
        let Some(tag) = answer.header("etag").filter(|_| answer.status == 200) else { return };
        if answer.body.len() > MOST_BYTES / 2 {
            return;
        }
        self.uses += 1;
        self.bytes += answer.body.len();
        let kept = Tagged { tag: tag.to_owned(), answer: answer.clone(), used: self.uses };
        self.answers.insert(route.to_owned(), kept);
        while self.answers.len() > MOST_ANSWERS || self.bytes > MOST_BYTES {
            let oldest = self.answers.iter().min_by_key(|(_, kept)| kept.used).map(|(route, _)| route.clone());
            let Some(oldest) = oldest else { return };
            self.forget(&oldest);
        }
    }

    /// Lets go of an answer.
    pub(super) fn forget(&mut self, route: &str) {
        self.bytes -= self.answers.remove(route).map_or(0, |kept| kept.answer.body.len());
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue};

    use super::{Answer, Kept, MOST_ANSWERS, MOST_BYTES};

    fn answer(size: usize) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("etag", HeaderValue::from_static("\"x\""));
        Answer { status: 200, headers, body: Bytes::from(vec![b' '; size]) }
    }

    #[test]
    fn it_stays_within_its_bounds_and_keeps_what_is_used() {
        let mut kept = Kept::default();
        kept.keep("/used", &answer(1));
        for turn in 0..2 * MOST_ANSWERS {
            kept.keep(&format!("/{turn}"), &answer(1));
            assert!(kept.answer("/used").is_some());
        }
        assert_eq!((kept.answers.len(), kept.bytes), (MOST_ANSWERS, MOST_ANSWERS));
        for turn in 0..10 {
            kept.keep(&format!("/large/{turn}"), &answer(MOST_BYTES / 4));
        }
        assert!(
            kept.bytes <= MOST_BYTES
                && kept.bytes == kept.answers.values().map(|it| it.answer.body.len()).sum::<usize>()
        );
        kept.keep("/large/9", &answer(MOST_BYTES));
        assert!(kept.tag("/large/9").is_none(), "what is too large takes the place of nothing, and stays for nobody");
    }
}
