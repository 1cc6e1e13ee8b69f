//! How long a web server is waited for.

use std::time::Duration;

/// How long a web server is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpPatience {
    /// The longest time until a name has addresses, and until a connection stands.
    pub connect: Duration,
    /// The longest time until an answer begins; nor may a body stand still for longer.
    pub answer: Duration,
    /// The longest time of a question as a whole, redirects and bytes included.
    pub whole: Duration,
    /// The fewest bytes in a second that a body may creep at.
    pub bytes_per_second: u64,
    /// How long is waited before a question that failed is put once more, where the server names no time.
    pub pause: Duration,
    /// The longest pause that a server may ask for: one that wants more is not asked again.
    pub longest_pause: Duration,
}

impl Default for HttpPatience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(20),
            whole: Duration::from_mins(5),
            bytes_per_second: 8 << 10,
            pause: Duration::from_millis(300),
            longest_pause: Duration::from_secs(5),
        }
    }
}

impl HttpPatience {
    /// How long after its beginning a body may take to bring so many bytes and the next ones.
    pub(super) fn after(&self, bytes: u64) -> Duration {
        self.answer + Duration::from_secs(bytes / self.bytes_per_second.max(1))
    }
}
