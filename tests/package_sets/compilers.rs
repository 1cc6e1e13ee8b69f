//! Another compiler.

use crate::market::{Market, edits, held, version};

/// `logs` works with two compilers; of `apps` only 1.1.0 does, which is there since the set.
fn market() -> Market {
    let market = Market::new().has(&[("apps", "1.0.0"), ("logs", "1.0.0")]).sells("apps", "1.0.0", &[]);
    market.sells("logs", "1.0.0", &[]).with("logs", &["0.15.15", "0.16.0"], Some(true))
}

#[test]
fn a_compiler_comes_when_every_member_works_with_it() {
    let market = market().offers("apps", "1.1.0", &[]).with("apps", &["0.16.0"], Some(true));
    assert_eq!(market.told().0, "", "not with the compiler of today");
    let proposal = market.compiles_with("0.16.0").proposal();
    let next = proposal.next.as_ref().unwrap();
    assert_eq!((edits(&proposal.edits).as_str(), held(&proposal).len()), ("apps 1.1.0", 0));
    assert_eq!((&next.compiler, next.version.to_string().as_str()), (&version("0.16.0"), "5.0.0"));
}

#[test]
fn a_compiler_alone_makes_a_set() {
    let market = market().drops("apps").compiles_with("0.16.0");
    let first = market.proposal().next.unwrap();
    let market =
        Market::new().has(&[("logs", "1.0.0")]).sells("logs", "1.0.0", &[]).with("logs", &["0.15.15", "0.15.16"], None);
    let alone = market.compiles_with("0.15.16");
    let proposal = alone.proposal();
    assert_eq!((proposal.edits.len(), proposal.next.as_ref().unwrap().version.to_string().as_str()), (0, "4.3.0"));
    assert_eq!(first.compiler, version("0.16.0"));
    let again = alone.follows(proposal.next.unwrap());
    assert_eq!(again.proposal().next, None, "fulfilled");
}

#[test]
fn a_compiler_that_some_member_was_not_compiled_with_waits_and_holds_up_nothing() {
    let market = market().offers("maps", "1.0.0", &[]).compiles_with("0.16.0");
    let proposal = market.proposal();
    assert_eq!(edits(&proposal.edits), "maps 1.0.0");
    assert_eq!(held(&proposal), ["compiler 0.16.0: not compiled with it: apps@1.0.0"]);
    assert_eq!(proposal.next.unwrap().compiler, version("0.15.15"));
}

#[test]
fn a_compiler_never_goes_down() {
    let (edits, held) = market().compiles_with("0.15.14").told();
    assert_eq!(edits, "");
    assert_eq!(held, ["compiler 0.15.14: the set has 0.15.15, and a compiler never goes down"]);
    assert_eq!(market().compiles_with("0.15.15").told(), (String::new(), Vec::new()));
}

#[test]
fn a_set_that_fails_with_the_compiler_keeps_the_old_one() {
    let market = market().drops("apps").compiles_with("0.16.0");
    let proposal = market.verified(&mut |set| {
        if set.compiler == version("0.16.0") { Err("it fails".to_owned()) } else { Ok(()) }
    });
    assert_eq!(edits(&proposal.edits), "apps -");
    assert_eq!(proposal.next.as_ref().unwrap().compiler, version("0.15.15"));
    assert!(held(&proposal)[0].starts_with("compiler 0.16.0: "), "{:?}", held(&proposal));
}
