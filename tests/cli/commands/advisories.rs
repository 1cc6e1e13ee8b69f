//! Advisories, by the real program: what `check` says of good and bad ones, and what `audit` makes of the good ones.

use std::fs;

use serde_json::{Value, json};

use crate::program::Ran;
use crate::registry::Registry;

/// A published registry: `maps` 1.0.0 needs `logs`, of which there are 1.0.0 and 1.1.0.
fn published() -> Registry {
    let mut registry = Registry::new();
    let (logs, maps) = (registry.package("logs"), registry.package("maps"));
    registry.release(&logs, "1.0.0", &[]);
    registry.release(&logs, "1.1.0", &[]);
    registry.release(&maps, "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
    registry.sync().ends(0);
    registry
}

fn advisory(id: &str, package: &str, events: &Value) -> Value {
    json!({
        "schema_version": "1.7.4",
        "id": id,
        "modified": "2026-03-01T12:00:00Z",
        "summary": "Logs tell passwords",
        "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" }],
        "affected": [{
            "package": { "ecosystem": "PureScript", "name": package },
            "ranges": [{ "type": "SEMVER", "events": events }],
        }],
    })
}

fn write(registry: &Registry, advisory: &Value) {
    let id = advisory["id"].as_str().unwrap();
    registry.write(&format!("advisories/{id}.json"), format!("{advisory:#}\n"));
}

/// What a check found: each as `severity[code] file:line: message`.
fn told(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |it: &Value| {
        let (severity, code, file) = (text(&it["severity"]), text(&it["code"]), text(&it["place"]["file"]));
        format!("{severity}[{code}] {file}:{}: {}", it["start"]["line"], text(&it["message"]))
    };
    findings.iter().map(one).collect()
}

#[test]
fn a_check_tells_good_advisories_from_bad_ones() {
    let registry = published();
    let good = advisory("ACME-2026-1", "logs", &json!([{ "introduced": "0" }, { "fixed": "1.1.0" }]));
    write(&registry, &good);
    registry.write("advisories/README.md", "# Advisories\n");
    let ran = registry.run(&["check", "--offline"]).ends(0);
    assert_eq!(ran.out, "7 files checked: nothing to mend\n");

    write(&registry, &advisory("ACME-2026-2", "logs", &json!([{ "fixed": "1.1.0" }, { "introduced": "0" }])));
    write(&registry, &advisory("ACME-2026-3", "lgos", &json!([{ "introduced": "0" }])));
    write(&registry, &advisory("ACME-2026-4", "logs", &json!([{ "introduced": "7.0.0" }])));
    registry.write("advisories/ACME-2026-5.json", good.to_string());
    registry.write("advisories/2026/6.json", good.to_string());
    let mut foreign = advisory("ACME-2026-7", "logs", &json!([{ "introduced": "0" }]));
    foreign["affected"][0]["package"]["ecosystem"] = json!("npm");
    write(&registry, &foreign);
    let mut listed = advisory("ACME-2026-8", "logs", &json!([{ "introduced": "1.0.0" }]));
    listed["affected"][0]["versions"] = json!(["1.0.0", "1.0.7"]);
    listed["affected"][0]["ranges"][0]["type"] = json!("GIT");
    listed["modified"] = json!("2026-03-01");
    listed["added_later"] = json!(true);
    write(&registry, &listed);
    let ran = registry.run(&["check", "--offline", "--format", "json"]).ends(1);
    insta::assert_snapshot!(told(&ran).join("\n"), @r#"
    error[R004] advisories/2026/6.json:null: no file of a registry belongs here
    error[R054] advisories/ACME-2026-2.json:11: "affected": the weakness ends here, and no event before introduced it
    error[R054] advisories/ACME-2026-3.json:6: this registry has no package lgos
    warning[R055] advisories/ACME-2026-4.json:9: no version of logs is in this range
    error[R054] advisories/ACME-2026-5.json:1: the id is ACME-2026-1, but the file is called after ACME-2026-5
    error[R054] advisories/ACME-2026-7.json:2: "affected": no entry is about a package of this registry, whose ecosystem is "PureScript" or "acme"
    warning[R003] advisories/ACME-2026-8.json:2: nobody knows the key "added_later"
    warning[R054] advisories/ACME-2026-8.json:10: a range of commits says nothing about versions: it is passed over here
    error[R054] advisories/ACME-2026-8.json:21: logs has no version 1.0.7
    error[R054] advisories/ACME-2026-8.json:26: "modified": '2026-03-01': a time is written YYYY-MM-DDTHH:MM:SSZ (RFC 3339), in UTC
    "#);
    let shown = registry.run(&["check", "--offline", "advisories/ACME-2026-2.json"]).ends(1);
    insta::assert_snapshot!(shown.out, @r#"
    error[R054]: "affected": the weakness ends here, and no event before introduced it
      --> registry/advisories/ACME-2026-2.json:11:13
       |
    11 | /             {
    12 | |               "fixed": "1.1.0"
    13 | |             },
       | |_____________^

    1 file checked: 1 error, 0 warnings
    "#);
}

#[test]
fn an_audit_names_what_is_affected_and_who_gets_it() {
    let registry = published();
    write(&registry, &advisory("ACME-2026-1", "logs", &json!([{ "introduced": "0" }, { "fixed": "1.1.0" }])));
    write(&registry, &advisory("ACME-2026-2", "logs", &json!([{ "introduced": "1.1.0" }])));
    let ran = registry.run(&["audit"]).ends(0);
    insta::assert_snapshot!(ran.out, @"
    warning[A022]: ACME-2026-1, high: logs 1.0.0 is affected (Logs tell passwords); dependants that allow it: maps (1 package)
    --> advisories/ACME-2026-1.json
     = help: publish a version that is not affected, and raise the lower bounds of what depends on those that are

    warning[A022]: ACME-2026-2, high: logs 1.1.0 is affected (Logs tell passwords); dependants that get it today: maps (1 package)
    --> advisories/ACME-2026-2.json
     = help: publish a version that is not affected, and raise the lower bounds of what depends on those that are

    2 packages, 3 versions, 0 package sets, 3 archives audited: 2 findings (2 A022).
    ");
    let report = registry.run(&["audit", "--format", "json"]).ends(0).json();
    assert_eq!(report["counts"], json!({ "A022": 2 }));
    assert_eq!(
        (&report["findings"][0]["package"], &report["findings"][0]["version"]),
        (&json!("logs"), &json!("1.0.0"))
    );

    fs::remove_dir_all(registry.file("advisories")).unwrap();
    registry.run(&["audit"]).ends(0).prints(&["all agree"]);
}

#[test]
fn a_link_in_the_place_of_an_advisory_is_told_and_not_read() {
    let registry = published();
    let good = advisory("ACME-2026-1", "logs", &json!([{ "introduced": "0" }]));
    registry.write("elsewhere.json", good.to_string());
    fs::create_dir_all(registry.file("advisories")).unwrap();
    std::os::unix::fs::symlink("../elsewhere.json", registry.file("advisories/ACME-2026-1.json")).unwrap();
    registry.run(&["check", "--offline"]).ends(1).prints(&["error[R005]", "advisories/ACME-2026-1.json"]);
    registry.run(&["audit"]).ends(1).prints(&["error[A014]"]).prints_no(&["A022"]);
}
