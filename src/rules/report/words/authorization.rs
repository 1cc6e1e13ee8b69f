//! What is said of the signed requests of owners.

use crate::model::{Code, FieldProblem, FieldProblemKind, Operation, OwnerStatus, PayloadError, Unsignable, Version};
use crate::rules::authorize::{AuthorizationError, Difference, KeyProblem, UnusableKey};

use super::{Wording, joined, word};

const SIGN_ANEW: &str =
    "an owner signs for this very change with `curator sign`, and changes nothing of what it prints";

/// A signed request proves nothing.
#[must_use]
pub fn unproven(error: &AuthorizationError) -> Wording {
    match error {
        AuthorizationError::NoOwners => said("nobody can sign for this package: its registration lists no owners")
            .hint("a maintainer or a trustee can approve the change; a trustee can add owners to the registration"),
        AuthorizationError::Form => said("the signature is not 128 hexadecimal digits in lower case").hint(SIGN_ANEW),
        AuthorizationError::NoKey(unusable) => {
            said(format!("no key among the owners can sign: {}", keys(unusable))).hint(OTHER_KEYS)
        }
        AuthorizationError::NotAnOwner(unusable) => not_an_owner(unusable),
        AuthorizationError::Payload(error) => {
            said(format!("the signed text asks for nothing that is known: {}", payload(error))).hint(SIGN_ANEW)
        }
    }
}

const OTHER_KEYS: &str = "Ed25519 keys of OpenSSH alone sign here (`ssh-keygen -t ed25519`): RSA signatures of this form \
     are over SHA-1, and an ECDSA signature can be written in two ways; a maintainer or a trustee can bring such a key into \
     the registration";

fn not_an_owner(unusable: &[UnusableKey]) -> Wording {
    let message = "the signature is none of an owner's over this text".to_owned();
    if unusable.is_empty() {
        return said(message).hint(
            "the key must be one that the registration on the published branch lists, and the text the signed one, blank \
             by blank",
        );
    }
    said(format!("{message}; not tried: {}", keys(unusable))).hint(OTHER_KEYS)
}

/// Keys that no signature was held against, and why.
fn keys(unusable: &[UnusableKey]) -> String {
    let said: Vec<String> = unusable.iter().map(key).collect();
    joined(&said)
}

fn key(UnusableKey { owner, problem }: &UnusableKey) -> String {
    let whose = owner.id().map_or_else(String::new, |id| format!(" of {}", word(id)));
    match problem {
        KeyProblem::OtherType => format!("the key{whose} is of the type {}", word(owner.keytype())),
        KeyProblem::Unreadable => format!("the key{whose} cannot be read"),
        KeyProblem::Weak => format!("the key{whose} is one that everybody can sign with"),
    }
}

fn payload(error: &PayloadError) -> String {
    match error {
        PayloadError::Syntax(errors) => joined(errors),
        PayloadError::Fields(problems) => joined(&problems.iter().map(field).collect::<Vec<_>>()),
    }
}

fn field(FieldProblem { key, kind, .. }: &FieldProblem) -> String {
    let key = word(key);
    match kind {
        FieldProblemKind::Missing => format!("\"{key}\" is missing"),
        FieldProblemKind::Unknown => format!("nobody knows \"{key}\""),
        FieldProblemKind::WrongType { expected, found } if key.is_empty() => format!("it is {found}, not {expected}"),
        FieldProblemKind::WrongType { expected, found } => format!("\"{key}\" is {found}, not {expected}"),
        FieldProblemKind::Invalid { reason, .. } => format!("\"{key}\": {reason}"),
    }
}

/// A request was signed for something else.
#[must_use]
pub fn differs(difference: &Difference<'_>) -> Wording {
    let message = match *difference {
        Difference::Operation(signed, wanted) => {
            format!("the owner signed {}, and this is {}", operation(signed), operation(wanted))
        }
        Difference::Name(signed, wanted) => format!("the owner signed for {signed}, and this is {wanted}"),
        Difference::Version(signed, wanted) => {
            format!("the owner signed for {}, and this is {}", version(signed), version(wanted))
        }
        Difference::Reason(signed, wanted) => format!(
            "the owner signed the reason '{}', and here it is '{}'",
            word(signed.as_str()),
            word(wanted.as_str())
        ),
        Difference::Location(signed, wanted) => format!("the owner signed for {signed}, and this is {wanted}"),
        Difference::Status(signed, wanted) => {
            format!("the owner signed '{}', and this is '{}'", status(signed), status(wanted))
        }
        Difference::Replacement(signed, wanted) => {
            let name = |name: Option<_>| name.map_or_else(|| "no replacement".to_owned(), ToString::to_string);
            format!("the owner signed {} as the replacement, and here it is {}", name(signed), name(wanted))
        }
    };
    said(message).hint(SIGN_ANEW)
}

fn operation(operation: &Operation) -> &'static str {
    match operation {
        Operation::Unpublish { .. } => "that a version is unpublished",
        Operation::Transfer { .. } => "a transfer",
        Operation::SetStatus { status: it, .. } => match it.kind {
            OwnerStatus::Yanked => "a yank",
            OwnerStatus::Deprecated => "a deprecation",
        },
    }
}

fn status(status: OwnerStatus) -> &'static str {
    match status {
        OwnerStatus::Yanked => "yanked",
        OwnerStatus::Deprecated => "deprecated",
    }
}

fn version(version: Option<&Version>) -> String {
    version.map_or_else(|| "every version".to_owned(), ToString::to_string)
}

/// A request is as good as ever, and was used up.
#[must_use]
pub fn accepted_before() -> Wording {
    said("this signed request was accepted before, and each counts once").hint(
        "sign anew with another reason; where that cannot be, as in a transfer back, a maintainer or a trustee approves the \
         change",
    )
}

/// No signature of an owner could speak for all of a file.
#[must_use]
pub fn unsignable(reason: Unsignable) -> Wording {
    let hint = match reason {
        Unsignable::Quarantine => "leave the authorization out: a trustee opens or approves the change",
        Unsignable::WholePackage => "write one status file for each version, each with a signed request of its own",
        Unsignable::Replacement => "leave the replacement out, or let a trustee approve the change",
        Unsignable::People => "change the location alone, and the people in a change of its own",
        Unsignable::SameLocation => "leave the authorization out: a maintainer or a trustee approves the change",
    };
    said(reason.to_string()).hint(hint)
}

fn said(message: impl Into<String>) -> Wording {
    Wording::error(Code::Authorization, message)
}
