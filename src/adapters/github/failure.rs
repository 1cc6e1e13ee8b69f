//! Why a request came to nothing, as its caller must know it.

use serde::Deserialize;

use crate::ports::ForgeError;

use super::request::Answer;

/// The longest message of a server's that is passed on, in characters.
const MOST_SAID: usize = 300;

/// Why a request came to nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nobody knows whether it did: no answer, a cut or unreadable one, or one of a server in trouble.
    Lost(String),
    /// The forge refuses it: it did nothing.
    Refused(Refusal),
    /// Whatever else, which no caller can do anything about.
    Other(ForgeError),
}

/// A refusal: a status from 400 to 499.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// What the forge says, on one line and not for ever.
    pub(super) message: String,
    /// Its words for the reasons, such as `already_exists`.
    pub(super) codes: Vec<String>,
    /// What was asked for.
    pub(super) asked: String,
}

/// The body of a refusal.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    message: String,
    errors: Vec<Reason>,
}

/// A reason; GitHub writes some as an object and some as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reason {
    Object { code: Option<String>, message: Option<String> },
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl Refusal {
    pub(super) fn of(answer: &Answer, asked: &str) -> Self {
        let said: Said = serde_json::from_slice(&answer.body).unwrap_or_default();
        let (mut message, mut codes) = (said.message, Vec::new());
        for reason in said.errors {
            let more = match reason {
                Reason::Object { code, message } => {
                    codes.extend(code);
                    message
                }
                Reason::Text(text) => Some(text),
                Reason::Other(_) => None,
            };
            if let Some(more) = more {
                message = format!("{message}; {more}");
            }
        }
        let message = if message.is_empty() { format!("HTTP {}", answer.status) } else { one_line(&message) };
        Self { status: answer.status, message, codes, asked: asked.to_owned() }
    }

    /// Whether what was to be made is there already.
    pub(super) fn is_there_already(&self) -> bool {
        self.status == 422 && self.codes.iter().any(|code| code == "already_exists")
    }
}

/// A server's words on one line, without what could steer a terminal, and not for ever.
pub(super) fn one_line(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(MOST_SAID).collect::<String>().trim().to_owned()
}

impl From<ForgeError> for Failure {
    fn from(error: ForgeError) -> Self {
        Self::Other(error)
    }
}

impl From<Failure> for ForgeError {
    fn from(failure: Failure) -> Self {
        let refusal = match failure {
            Failure::Other(error) => return error,
            Failure::Lost(message) => return Self::Unreachable { message },
            Failure::Refused(refusal) => refusal,
        };
        let Refusal { status, message, asked, .. } = refusal;
        match status {
            401 => Self::Denied { message: format!("it does not accept the token ({message})") },
            403 => Self::Denied { message: format!("{asked}: {message}") },
            404 | 410 | 451 => Self::Unknown { location: asked },
            405 | 409 => Self::Changed { message },
            _ => Self::Unexpected { message: format!("{asked}: {message}") },
        }
    }
}
