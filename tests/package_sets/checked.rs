//! Looking at a set.

use curator::model::{Area, Place};
use curator::rules::package_set::{Offer, SetCase, Shelf, check_set_file};

use crate::market::{Market, set, version};

const ONE: &str = ">=1.0.0 <2.0.0";

fn market() -> Market {
    let market = Market::new().has(&[("logs", "1.0.0")]).sells("logs", "1.0.0", &[]).sells("logs", "2.0.0", &[]);
    market.sells("apps", "1.0.0", &[("logs", ONE)])
}

/// What is said of a set of these members, changed so.
fn said(market: &Market, members: &[(&str, &str)], change: impl Fn(&mut curator::model::PackageSet)) -> Vec<String> {
    let mut set = set("5.0.0", members);
    change(&mut set);
    let findings = market.judges(&set);
    assert!(findings.iter().all(|finding| finding.code.as_str() == "A013"));
    let level = |is_error: bool| if is_error { "error" } else { "warning" };
    findings.iter().map(|it| format!("{} {}", level(it.is_error()), it.message)).collect()
}

#[test]
fn a_set_that_holds_together_is_good() {
    assert_eq!(said(&market(), &[("apps", "1.0.0"), ("logs", "1.0.0")], |_| {}), [""; 0]);
}

#[test]
fn each_fault_is_told() {
    let market = market();
    let good = [("apps", "1.0.0"), ("logs", "1.0.0")];
    assert_eq!(said(&market, &[("apps", "1.0.0")], |_| {}), ["error the set lacks logs (for apps@1.0.0)"]);
    assert_eq!(
        said(&market, &[("logs", "3.0.0"), ("maps", "1.0.0")], |_| {}),
        ["error the set names logs@3.0.0 and maps@1.0.0, which the index lacks"]
    );
    assert_eq!(
        said(&market, &[("apps", "1.0.0"), ("logs", "2.0.0")], |_| {}),
        ["warning members go beyond what others ask for: logs >=1.0.0 <2.0.0 of apps@1.0.0 (it is 2.0.0)"]
    );
    assert_eq!(
        said(&market, &good, |set| set.published = "2026-05-31".parse().unwrap()),
        ["error the set is of 2026-05-31, and 4.2.0 before it is of 2026-06-01"]
    );
    assert_eq!(
        said(&market, &good, |set| set.published = "2026-08-02".parse().unwrap()),
        ["error the set is of 2026-08-02, and today is 2026-08-01"]
    );
    assert_eq!(
        said(&market, &good, |set| set.compiler = version("0.15.14")),
        ["error the set has compiler 0.15.14, and 4.2.0 before it has 0.15.15"]
    );
    assert_eq!(
        said(&market.clone().unpublishes("logs", "1.0.0"), &good, |_| {}),
        ["error the set names logs@1.0.0, which nobody can install: unpublished"]
    );
    assert_eq!(
        said(&market.withholds("logs", "1.0.0"), &good, |_| {}),
        ["error the set names logs@1.0.0, which nobody should install: quarantined"]
    );
}

#[test]
fn a_file_is_a_set_under_its_own_name_in_its_own_spelling() {
    let shelf = Shelf::read(market().files()).unwrap();
    let offer = Offer { index: &shelf.index, is_usable: &|_, _| true, is_withheld: &|_, _| false };
    let case = SetCase { offer, previous: None, today: "2026-08-01".parse().unwrap() };
    let told = |named: &str, text: &str| {
        let findings = check_set_file(&case, Some(&version(named)), &Place::file(Area::Index, "set"), text.as_bytes());
        findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let text = set("5.0.0", &[("logs", "1.0.0")]).to_file().unwrap();
    assert_eq!(told("5.0.0", &text), [""; 0]);
    assert_eq!(told("5.0.1", &text), ["the set in this file says that it is 5.0.0"]);
    let respelled = "the file is not spelled as a package set is written";
    assert_eq!(told("5.0.0", text.trim_end()), [respelled]);
    assert_eq!(
        told("5.0.0", &text.replace("\"packages\": {", "\"packages\": {\n    \"logs\": \"1.0.0\",")),
        [respelled]
    );
    assert!(told("5.0.0", &text.replace("0.15.15", "0.15"))[0].contains("a version is three numbers"));
}
