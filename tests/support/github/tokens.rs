//! Who asks, by which token, and what that kind of token may do.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::asked::{Asked, Reply, refusal};
use super::world::{ACTIONS_APP, ACTIONS_BOT, World};

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TokenKind {
    /// None.
    Nobody,
    /// That of a workflow.
    Actions,
    /// That of an app's installation.
    Installation,
    /// A person's fine-grained token.
    Personal,
    /// What an app signs to get a token.
    Signed,
}

impl TokenKind {
    /// How many requests it has in an hour.
    pub(crate) fn hourly(self) -> u64 {
        match self {
            Self::Nobody => 60,
            Self::Actions => 1000,
            Self::Installation | Self::Personal | Self::Signed => 5000,
        }
    }
}

/// What a token may do at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Read: that of a workflow for a pull request from a fork.
    Read,
    /// Whatever its account may.
    Write,
}

/// A token.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) account: u64,
    pub(crate) app: Option<u64>,
    pub(crate) reach: Reach,
    pub(crate) ends: Option<SystemTime>,
}

/// An app, installed everywhere.
pub(crate) struct App {
    pub(crate) slug: String,
    pub(crate) owner: u64,
    pub(crate) bot: u64,
    pub(crate) installation: u64,
    /// How long a token of it is good for.
    pub(crate) token_life: Duration,
}

/// Who asks.
pub(crate) struct Caller {
    /// What limits are counted by.
    pub(crate) key: String,
    pub(crate) kind: TokenKind,
    account: Option<u64>,
    pub(crate) app: Option<u64>,
    reach: Reach,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Say something.
    Talk,
    /// Merge, label, publish, set a status, start a workflow.
    Write,
    /// Write a check run.
    Check,
}

impl Caller {
    /// The account that acts.
    pub(crate) fn account(&self) -> Result<u64, Reply> {
        self.account.ok_or_else(|| refusal(401, "Requires authentication"))
    }

    /// Lets the deed pass, or says why not.
    pub(crate) fn may(&self, world: &World, repository: u64, deed: Deed) -> Result<u64, Reply> {
        let account = self.account()?;
        match self.kind {
            TokenKind::Nobody | TokenKind::Signed => Err(refusal(401, "Requires authentication")),
            TokenKind::Actions | TokenKind::Installation if self.reach == Reach::Read => Err(not_for_integrations()),
            TokenKind::Actions | TokenKind::Installation => Ok(account),
            TokenKind::Personal if deed == Deed::Check || self.reach == Reach::Read => Err(not_for_persons()),
            TokenKind::Personal if deed == Deed::Talk || world.may_write(repository, account) => Ok(account),
            TokenKind::Personal => Err(not_for_persons()),
        }
    }

    /// Lets see what only those see who may write.
    pub(crate) fn sees_drafts(&self, world: &World, repository: u64) -> bool {
        self.may(world, repository, Deed::Write).is_ok()
    }
}

pub(crate) fn not_for_integrations() -> Reply {
    refusal(403, "Resource not accessible by integration")
}

pub(crate) fn not_for_persons() -> Reply {
    refusal(403, "Resource not accessible by personal access token")
}

/// Finds out who asks.
pub(crate) fn caller(world: &World, asked: &Asked) -> Result<Caller, Reply> {
    let header = asked.header("authorization");
    if header.is_empty() {
        let key = "nobody".to_owned();
        return Ok(Caller { key, kind: TokenKind::Nobody, account: None, app: None, reach: Reach::Read });
    }
    let bad = || refusal(401, "Bad credentials");
    let (scheme, text) = header.split_once(' ').ok_or_else(bad)?;
    if !(scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token")) {
        return Err(bad());
    }
    if text.split('.').count() == 3 {
        let app = signed(world, text)?;
        let (key, account) = (format!("app {app}"), world.apps.get(&app).map(|it| it.bot));
        return Ok(Caller { key, kind: TokenKind::Signed, account, app: Some(app), reach: Reach::Read });
    }
    let token = world.tokens.get(text).ok_or_else(bad)?;
    if token.ends.is_some_and(|ends| ends <= SystemTime::now()) {
        return Err(bad());
    }
    let app = if token.kind == TokenKind::Actions { Some(ACTIONS_APP) } else { token.app };
    // Two tokens of one installation share its limit.
    let key = format!("{:?} {}", token.kind, token.account);
    Ok(Caller { key, kind: token.kind, account: Some(token.account), app, reach: token.reach })
}

/// The app that a JSON web token is of. The signature is not looked at: the shape and the times are.
fn signed(world: &World, text: &str) -> Result<u64, Reply> {
    let bad = || refusal(401, "A JSON web token could not be decoded");
    let parts: Vec<Vec<u8>> =
        text.split('.').map(|part| URL_SAFE_NO_PAD.decode(part)).collect::<Result<_, _>>().map_err(|_| bad())?;
    let read = |at: usize| -> Option<Value> { serde_json::from_slice(parts.get(at)?).ok() };
    let (head, claims) = (read(0).ok_or_else(bad)?, read(1).ok_or_else(bad)?);
    if head["alg"] != "RS256" || parts.get(2).is_none_or(|signature| signature.len() != 256) {
        return Err(bad());
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let (from, until) = (claims["iat"].as_u64().ok_or_else(bad)?, claims["exp"].as_u64().ok_or_else(bad)?);
    if from > now + 30 {
        return Err(refusal(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        ));
    }
    if until <= now {
        return Err(refusal(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time",
        ));
    }
    if until > now + 600 {
        return Err(refusal(401, "'Expiration time' claim ('exp') is too far in the future"));
    }
    let issuer = claims["iss"].as_u64().or_else(|| claims["iss"].as_str()?.parse().ok());
    issuer.filter(|app| world.apps.contains_key(app)).ok_or_else(|| refusal(404, "Integration not found"))
}

impl World {
    /// Gives out a token.
    pub(crate) fn issue(&mut self, token: Token) -> String {
        let start = if token.kind == TokenKind::Personal { "github_pat_" } else { "ghs_" };
        let text = format!("{start}{:0>36}", self.next_id());
        self.tokens.insert(text.clone(), token);
        text
    }

    /// A token as a workflow has it.
    pub(crate) fn issue_to_workflow(&mut self, reach: Reach) -> String {
        self.issue(Token { kind: TokenKind::Actions, account: ACTIONS_BOT, app: None, reach, ends: None })
    }

    /// A token of an app's installation; it ends after a while.
    pub(crate) fn issue_to_app(&mut self, app: u64) -> (String, SystemTime) {
        let it = self.apps.get(&app).unwrap();
        let (account, ends) = (it.bot, SystemTime::now() + it.token_life);
        let kind = TokenKind::Installation;
        let token = Token { kind, account, app: Some(app), reach: Reach::Write, ends: Some(ends) };
        (self.issue(token), ends)
    }
}
