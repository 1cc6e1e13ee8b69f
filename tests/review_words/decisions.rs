//! Each decision as its author reads it.

use curator::model::{
    Authority, CommitId, Conclusion, Decision, Need, NeedReason, PullRequest, PullStage, Refusal, Review,
};
use curator::rules::report::review::{MARKER, comment, job_summary, merge_title, review_line, verdict};

use crate::clean::name;
use crate::markdown::assert_only_text;
use crate::scene::{decided, finding, person, pull, review, some, time, warning};

/// The comment down to the first version: the decision and what it rests on.
fn said(review: &Review) -> String {
    let comment = comment(review);
    assert_only_text(&comment);
    let (said, _) = comment.split_once("### What is published by it").unwrap_or((&comment, ""));
    said.trim_end().to_owned()
}

fn approval(of: Authority, more: usize, why: NeedReason) -> Need {
    Need::Approval { of, more, why }
}

#[test]
fn a_new_version_that_is_merged() {
    insta::assert_snapshot!(comment(&review()), @r#"
    <!-- curator -->
    **Ready: the curator merges it now.**

    ### What is published by it

    `tally@1.1.0`

    - source: `github.com/larkspur-labs/purescript-tally` at `v1.1.0`, commit [`3ea3d2be28bb`](https://github.com/larkspur-labs/purescript-tally/commit/3ea3d2be28bb5b00c247cc84771ba10439afa16d)
    - archive: `tally-1.1.0.tar.gz`, 7 bytes, 3 files, encoder `libdeflate-1.26-6`
    - hash: `sha256-DrPja/sk3Nm7HRvs4VMSFrWVOaj94X7oAiSvBlPJKqM=`
    - content hash: `sha256-kK664xVnXL8EYS3k99WHSFD0jguN2CvsvqpHypP16/s=`
    - not compiled
    - compared with 1.0.0: 1 file added and 2 files changed
    - resolves to `prelude@6.0.1`

    <details><summary>tally 1.1.0: 3 files</summary>

    ```text
            2  purs.json
           18  src/Tally.purs
           23  src/Tally/Many.purs
        compared with 1.0.0
          + src/Tally/Many.purs
          ~ purs.json
          ~ src/Tally.purs
    ```

    </details>

    ### Who depends on it

    - 2 packages ask for `tally`, 1 of them in a range that takes 1.1.0
      - `abacus@2.0.0` with `>=1.0.0 <2.0.0`: takes 1.1.0
      - `cons-list@1.0.0` with `>=1.0.0 <1.1.0`: does not take 1.1.0

    ```mermaid
    flowchart LR
      registry0["packages/ta/tally/1.1.0.json"] --> source0["github.com/larkspur-labs/purescript-tally 3ea3d2be28bb"]
      source0 --> archive0["tally-1.1.0.tar.gz, 7 bytes"]
      archive0 --> index0["index: tally 1.1.0"]
      archive0 --> stores0["stores"]
      index0 --> taker0x0["abacus 2.0.0"]
    ```

    A comment with one of these on a line of its own is heard: `/curator recheck`, `/curator explain R001`, `/curator retry`, `/curator hold`, `/curator release`.
    "#);
    assert_eq!(comment(&review()), format!("{MARKER}\n{}", job_summary(&review())));
    assert_only_text(&comment(&review()));
    assert_eq!(merge_title(&review()), "Publish tally@1.1.0 (#7)");
    assert_eq!(
        review_line(&review()),
        "pull request 7 (tally 1.1.0): Ready: the curator merges it now; 0 errors, 0 warnings"
    );
}

#[test]
fn what_the_forge_does_not_merge() {
    let refused = Review { obstacle: Some("a `rule` of @main".to_owned()), ..review() };
    let said = said(&refused);
    assert!(said.starts_with(&format!("{MARKER}\n**Ready, and the forge does not merge it.**\n\nNothing stands")));
    assert!(said.contains("the merge was refused: ``` a `rule` of @main ```. Where"), "{said}");
}

#[test]
fn what_a_person_merges() {
    insta::assert_snapshot!(said(&decided(Decision::ByHand)), @"
    <!-- curator -->
    **Ready: a trustee merges it by hand.**

    This registry merges such changes by hand: a trustee presses the button.
    ");
    assert_eq!(verdict(&decided(Decision::ByHand)).conclusion, Conclusion::Passed);
}

#[test]
fn what_waits_for_people_and_time() {
    let (tally, abacus) = (name("tally"), name("abacus"));
    let needs = decided(Decision::Needs(some(vec![
        approval(Authority::Trustee, 1, NeedReason::SimilarName(tally.clone())),
        approval(Authority::Trustee, 2, NeedReason::Configuration),
        approval(Authority::Maintainer, 1, NeedReason::NewVersion(abacus.clone())),
        Need::Time { until: time("2026-11-23T15:00:59Z"), why: NeedReason::NewPackage(tally.clone()) },
        Need::Consent { of: person(1, "wren") },
        Need::Source,
    ])));
    insta::assert_snapshot!(said(&needs), @"
    <!-- curator -->
    **Needs approval by 2 trustees, approval by a maintainer or a trustee, consent of a reviewer, time until 2026-11-23 15:00 UTC and a source that answers.**

    The merge still needs:

    - approval by **a trustee**, since `tally` is a new package whose name is close to another's
    - approval by **2 trustees**, since it changes the registry's own rules or programs
    - approval by **a maintainer of `abacus` or a trustee**, since no maintainer of `abacus` speaks for this commit, and its source does not vouch for this version
    - time until **2026-11-23 15:00 UTC**, since `tally` is a new package: until then everybody can look at it
    - that `wren`, who asked for changes, approves it, or that this review is dismissed
    - a **source** that answers; the curator asks again by itself, and at once after `/curator recheck`

    An approval is a review that approves this commit; it is void when the pull request gets another one.
    ");
    assert_eq!(verdict(&needs).conclusion, Conclusion::Waiting);
    let others = decided(Decision::Needs(some(vec![
        approval(Authority::Maintainer, 2, NeedReason::Registration(tally.clone())),
        approval(Authority::Trustee, 1, NeedReason::Override(tally.clone())),
        approval(Authority::Trustee, 1, NeedReason::Status(tally.clone())),
        approval(Authority::Trustee, 1, NeedReason::NewPackage(tally)),
        approval(Authority::Trustee, 1, NeedReason::Advisory),
        approval(Authority::Trustee, 1, NeedReason::PackageSet),
    ])));
    insta::assert_snapshot!(said(&others), @"
    <!-- curator -->
    **Needs approval by a trustee and approval by 2 maintainers or trustees.**

    The merge still needs:

    - approval by **2 maintainers or trustees**, since it changes what `tally` stands for, or who speaks for it
    - approval by **a trustee**, since it changes the bounds of `tally`
    - approval by **a trustee**, since it sets a status of `tally`
    - approval by **a trustee**, since `tally` is a new package
    - approval by **a trustee**, since it is about an advisory
    - approval by **a trustee**, since a package set loses or lowers something by it, or gets another compiler

    An approval is a review that approves this commit; it is void when the pull request gets another one.
    ");
}

#[test]
fn a_draft_and_what_is_held() {
    let draft = decided(Decision::Needs(some(vec![Need::Source, Need::Ready])));
    insta::assert_snapshot!(said(&draft), @"
    <!-- curator -->
    **Draft: it waits until its author declares it ready.**

    The merge still needs:

    - a **source** that answers; the curator asks again by itself, and at once after `/curator recheck`
    - that its **author** declares it ready for review
    ");
    let held = decided(Decision::Needs(some(vec![Need::Release { by: person(1, "wren") }, Need::Source])));
    insta::assert_snapshot!(said(&held), @"
    <!-- curator -->
    **Held: it is not merged before it is let go.**

    The merge still needs:

    - that `wren`, who holds it, or a **trustee** says `/curator release`
    - a **source** that answers; the curator asks again by itself, and at once after `/curator recheck`
    ");
}

#[test]
fn what_is_refused_shows_first_what_is_to_mend() {
    let findings = vec![warning(finding("\"Counts things\"", None)), finding("\"MIT\"", Some("\"ISC\""))];
    let refused = Review { findings, ..decided(Decision::Reject(some(vec![Refusal::Findings { errors: 1 }]))) };
    insta::assert_snapshot!(said(&refused), @r#"
    <!-- curator -->
    **Refused as it is: 1 error to mend.**

    What stands against it:

    - 1 error, below; a commit that mends it is reviewed at once

    ### Found: 1 error, 1 warning

    - **error R024** `packages/ta/tally/1.1.0.json`, line 4: `"MIT" is written otherwise`
      - help: `write it otherwise`
    - **warning R024** `packages/ta/tally/1.1.0.json`, line 5: `"Counts things" is written otherwise`
      - help: `write it otherwise`
    "#);
    assert_eq!(verdict(&refused).conclusion, Conclusion::Failed);
}

#[test]
fn a_conflict_names_the_files() {
    let files = vec!["registry/packages/ta/tally/1.1.0.json".to_owned(), "a`b".to_owned()];
    let conflict = decided(Decision::Reject(some(vec![Refusal::Conflict { files }, Refusal::Findings { errors: 2 }])));
    insta::assert_snapshot!(said(&conflict), @"
    <!-- curator -->
    **Conflict: its branch and that of the registry do not fit together.**

    What stands against it:

    - others changed the same files meanwhile: merge the registry's branch into this one
      - `registry/packages/ta/tally/1.1.0.json`
      - ``` a`b ```
    - 2 errors, below; a commit that mends each of them is reviewed at once
    ");
}

#[test]
fn the_gravest_refusal_is_the_headline() {
    let refusals = [
        (Refusal::Forbidden, "Refused: what is published stays as it is"),
        (Refusal::TooLarge { most: 3_000 }, "Refused: it changes more than 3000 files"),
        (Refusal::OtherBranch, "Refused: it is for another branch than that of the registry"),
        (Refusal::Conflict { files: vec![] }, "Conflict: its branch and that of the registry do not fit together"),
        (Refusal::Findings { errors: 2 }, "Refused as it is: 2 errors to mend"),
        (Refusal::Nothing, "Refused: it changes nothing"),
    ];
    for (at, (_, title)) in refusals.iter().enumerate() {
        let rest = refusals[at..].iter().rev().map(|(refusal, _)| refusal.clone()).collect();
        let review = decided(Decision::Reject(some(rest)));
        assert_eq!(verdict(&review).title, *title);
        assert!(comment(&review).starts_with(&format!("{MARKER}\n**{title}.**\n\n")));
        // Each reason has an item of its own.
        assert_eq!(said(&review).matches("\n- ").count(), refusals.len() - at);
    }
}

#[test]
fn what_is_over_needs_nothing() {
    let merged = PullStage::Merged { commit: CommitId::from_bytes([9; 20]), at: time("2026-11-20T12:05:00Z") };
    for (stage, title) in
        [(merged, "Merged: what it brings is published next"), (PullStage::Closed, "Closed without a merge")]
    {
        let pull = PullRequest { stage, ..pull() };
        let over = Review { pull, ..decided(Decision::Needs(some(vec![Need::Ready]))) };
        assert_eq!(said(&over), format!("{MARKER}\n**{title}.**"));
        assert!(!comment(&over).contains("/curator"));
    }
}

#[test]
fn why_an_author_s_word_is_none_is_said_where_it_would_help() {
    let need = || Need::Approval { of: Authority::Trustee, more: 1, why: NeedReason::Advisory };
    let said = |needs: Vec<Need>, unheard| comment(&Review { unheard, ..decided(Decision::Needs(some(needs))) });
    for (of, role) in [(Authority::Trustee, "a trustee"), (Authority::Maintainer, "a maintainer")] {
        let told = said(vec![need()], Some(of));
        assert!(told.contains(&format!("That {role} opened it is no approval here")), "{told}");
        assert!(told.contains("from a fork of their own account"), "{told}");
    }
    assert!(!said(vec![need()], None).contains("no approval here"));
    assert!(!said(vec![Need::Ready], Some(Authority::Trustee)).contains("no approval here"));
}
