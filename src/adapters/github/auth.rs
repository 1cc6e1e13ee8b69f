//! Whom the curator speaks as at a forge, and the tokens of that.

use std::time::{Duration, Instant};

use http::Method;
use octocrab::auth::{EncodingKey, create_jwt};
use octocrab::models::AppId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::model::{RepositoryName, Secret, Timestamp};
use crate::ports::ForgeError;

use super::client::Client;
use super::failure::Failure;
use super::lane::Lane;
use super::limits::time_until;
use super::request::{Answer, Request};

/// How long before its end a token is not used any more.
const MARGIN: Duration = Duration::from_mins(5);
/// How long a token of an App is good for.
const LIFETIME: Duration = Duration::from_hours(1);

/// Whom the curator speaks as.
#[derive(Clone)]
pub enum Keys {
    /// Nobody: it can read what everybody can, and not often.
    Nobody,
    /// The account that this token was made by.
    Token(Secret),
    /// The workflow that runs, whose token this is.
    Actions(Secret),
    /// A GitHub App.
    App(Box<AppKeys>),
}

/// What a GitHub App proves itself with.
#[derive(Clone)]
pub struct AppKeys {
    id: u64,
    key: EncodingKey,
    installation: Installation,
}

/// Which installation of an App is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installation {
    /// The one of this number.
    Number(u64),
    /// The one that may work on this repository.
    Of(RepositoryName),
}

/// A text that is no private key of an App.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no RSA key in PEM, as GitHub gives it for an App")]
pub struct AppKeyError;

impl AppKeys {
    /// The App of that number, with its private key in PEM.
    ///
    /// # Errors
    /// [`AppKeyError`], without any of the text.
    pub fn new(id: u64, pem: &Secret, installation: Installation) -> Result<Self, AppKeyError> {
        // Some places that keep secrets keep them on one line.
        let pem = pem.reveal().replace("\\n", "\n");
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| AppKeyError)?;
        Ok(Self { id, key, installation })
    }

    /// The number of the App.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// A proof that is good for nine minutes.
    fn proof(&self) -> Result<Secret, Failure> {
        let proof = create_jwt(AppId(self.id), &self.key);
        let refused = |_| ForgeError::Denied { message: "the key of the App cannot sign".to_owned() };
        Ok(Secret::new(proof.map_err(refused)?))
    }
}

/// The tokens that were fetched.
#[derive(Default)]
pub(super) struct Tokens {
    /// The token of the installation, and until when it is used.
    current: Option<(Secret, Instant)>,
    installation: Option<u64>,
}

#[derive(Deserialize)]
struct Issued {
    token: String,
    expires_at: Timestamp,
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

impl Lane {
    /// Lets go of a token that was refused; whether there can be another one.
    pub(super) fn let_go(&mut self, keys: &Keys) -> bool {
        self.tokens.current = None;
        matches!(keys, Keys::App(_))
    }
}

impl Client {
    /// The token of the moment.
    pub(super) async fn current_token(&self, lane: &mut Lane) -> Result<Option<Secret>, Failure> {
        let app = match &self.keys {
            Keys::Nobody => return Ok(None),
            Keys::Token(token) | Keys::Actions(token) => return Ok(Some(token.clone())),
            Keys::App(app) => app,
        };
        if let Some((token, until)) = &lane.tokens.current
            && Instant::now() < *until
        {
            return Ok(Some(token.clone()));
        }
        let installation = match (&app.installation, lane.tokens.installation) {
            (Installation::Number(number), _) => *number,
            (_, Some(number)) => number,
            (Installation::Of(repository), None) => {
                let asked = Request::get(format!("/repos/{repository}/installation"));
                let there = self.as_app::<Numbered>(lane, app, &asked).await;
                let absent = || ForgeError::Denied { message: format!("the App is not installed on {repository}") };
                there
                    .map_err(|failure| match failure {
                        Failure::Refused(refusal) if refusal.status == 404 => absent().into(),
                        other => other,
                    })?
                    .1
                    .id
            }
        };
        lane.tokens.installation = Some(installation);
        let asked = format!("/app/installations/{installation}/access_tokens");
        let asked = Request::json(Method::POST, asked, &json!({}));
        let (answer, issued): (Answer, Issued) = self.as_app(lane, app, &asked).await?;
        // A life that cannot be is a clock that is wrong; a token that ended is also seen by its refusal.
        let life = time_until(issued.expires_at, &answer);
        let life = if life.is_zero() || life > LIFETIME * 24 { LIFETIME } else { life };
        let token = Secret::new(issued.token);
        lane.tokens.current = Some((token.clone(), Instant::now() + life.saturating_sub(MARGIN)));
        Ok(Some(token))
    }

    /// Asks as the App itself. Asked again, another token is issued: that harms nothing.
    async fn as_app<T: DeserializeOwned>(
        &self,
        lane: &mut Lane,
        app: &AppKeys,
        asked: &Request,
    ) -> Result<(Answer, T), Failure> {
        let mut pauses = self.patience.pauses();
        loop {
            self.wait(lane, asked.weight(), Instant::now() + self.patience.limit).await?;
            let exchanged = self.exchange(lane, asked, Some(&app.proof()?)).await;
            match exchanged.and_then(|answer| Ok((answer.clone(), answer.read(asked)?))) {
                Err(Failure::Lost(message)) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(Failure::Lost(message)),
                },
                other => return other,
            }
        }
    }

    /// What the App itself is told.
    pub(super) async fn get_as_app<T: DeserializeOwned>(&self, app: &AppKeys, route: &str) -> Result<T, Failure> {
        let mut lane = self.lane.lock().await;
        Ok(self.as_app(&mut lane, app, &Request::get(route)).await?.1)
    }
}
