//! The other files of a registry: registrations, overrides, statuses, and what belongs nowhere.

use super::{Pair, Variant, clean, file};

pub(super) const REGISTRATION: &str = r#"{
  "location": { "githubOwner": "larkspur-labs", "githubRepo": "purescript-tally" },
  "locationId": 886120934,
  "owners": [{ "id": "wren", "keytype": "ssh-ed25519", "public": "AAAA" }],
  "maintainers": [41880213]
}
"#;

pub(super) const OVERRIDE: &str = r#"{
  "revision": 1,
  "dependencies": { "seedbed": ">=1.0.0 <1.2.0" },
  "reason": "seedbed 1.2.0 rounds otherwise"
}
"#;

pub(super) const STATUS: &str = r#"{
  "status": "deprecated",
  "reason": "abacus does the same",
  "replacement": "abacus",
  "authorization": { "payload": "{}", "signature": "00" }
}
"#;

pub(super) const WISHES: &str = r#"{
  "compiler": "0.15.15",
  "packages": { "seedbed": "1.1.0", "abacus": null }
}
"#;

fn changed(at: &'static str, whole: &str, from: &str, to: &str) -> Variant {
    assert_eq!(whole.matches(from).count(), 1, "{from} stands once in {whole}");
    file(at, &whole.replace(from, to))
}

fn registration(from: &str, to: &str) -> Variant {
    changed("packages/ta/tally/registration.json", REGISTRATION, from, to)
}

fn bound_override(from: &str, to: &str) -> Variant {
    changed("overrides/ta/tally/1.0.0.json", OVERRIDE, from, to)
}

fn status(from: &str, to: &str) -> Variant {
    changed("status/ta/tally/all.json", STATUS, from, to)
}

pub(super) fn pairs() -> Vec<Pair> {
    [registrations(), overrides(), statuses(), wishes(), strays()].into_iter().flatten().collect()
}

fn registrations() -> Vec<Pair> {
    let whole = || file("packages/ta/tally/registration.json", REGISTRATION);
    vec![
        (registration("\"location\"", "\"Location\""), &["R002", "R003 2:3"], whole()),
        (
            registration("886120934", "\"886120934\""),
            &["R002 3:17"],
            registration("  \"locationId\": 886120934,\n", ""),
        ),
        (registration("886120934", "0"), &["R002 3:17"], registration("886120934", "1")),
        (registration("886120934", "9007199254740992"), &["R002 3:17"], registration("886120934", "9007199254740991")),
        (registration("886120934", "1.5"), &["R002 3:17"], whole()),
        (registration("[41880213]", "[]"), &["R002 5:18"], registration("[41880213]", "[1, 2]")),
        (registration("[41880213]", "[\"wren\"]"), &["R002 5:19"], whole()),
        (registration("maintainers", "maintainer"), &["R003 5:3"], whole()),
        (registration("larkspur-labs", "larkspur/labs"), &["R013 2:32"], whole()),
        (registration("\"githubOwner\"", "\"branch\": \"main\", \"githubOwner\""), &["R013 2:17"], whole()),
        (registration("ssh-ed25519", "ssh ed25519"), &["R017 4:14"], registration("\"id\": \"wren\", ", "")),
        (registration("\"AAAA\"", "\"AAAA\\nssh-rsa BBBB\""), &["R017 4:14"], whole()),
        (registration("\"public\"", "\"admin\": true, \"public\""), &["R017 4:56"], whole()),
    ]
}

fn overrides() -> Vec<Pair> {
    let whole = || file("overrides/ta/tally/1.0.0.json", OVERRIDE);
    vec![
        (bound_override("  \"revision\": 1,\n", ""), &["R002"], whole()),
        (bound_override(": 1,", ": 0,"), &["R002 2:15"], bound_override(": 1,", ": 2,")),
        (bound_override(": 1,", ": -1,"), &["R002 2:15"], whole()),
        (bound_override("\"reason\"", "\"license\": \"MIT\",\n  \"reason\""), &["R003 4:3"], whole()),
        (
            bound_override("seedbed 1.2.0 rounds otherwise", &"x".repeat(301)),
            &["R002 4:13"],
            bound_override("seedbed 1.2.0 rounds otherwise", &"x".repeat(300)),
        ),
        (bound_override(">=1.0.0 <1.2.0", "^1.0.0"), &["R027 3:32"], whole()),
        (bound_override("\"seedbed\"", "\"Seedbed\""), &["R006 3:21"], whole()),
        (
            bound_override("\"seedbed\"", "\"cons-list\""),
            &["R028 3:21"],
            bound_override("\"seedbed\": \">=1.0.0 <1.2.0\"", ""),
        ),
        (file("overrides/ta/tally/7.0.0.json", OVERRIDE), &["R004"], whole()),
        (file("overrides/tr/trellis/1.0.0.json", OVERRIDE), &["R004"], whole()),
    ]
}

fn statuses() -> Vec<Pair> {
    let whole = || file("status/ta/tally/all.json", STATUS);
    vec![
        (status("  \"status\": \"deprecated\",\n", ""), &["R002"], whole()),
        (status("\"deprecated\"", "\"gone\""), &["R002 2:13"], status("\"deprecated\"", "\"yanked\"")),
        (status("\"abacus does the same\"", "null"), &["R002 3:13"], whole()),
        (status("\"abacus\"", "\"Abacus\""), &["R006 4:18"], status("  \"replacement\": \"abacus\",\n", "")),
        (status("\"replacement\"", "\"replacemnt\""), &["R003 4:3"], whole()),
        (
            status(", \"signature\": \"00\"", ""),
            &["R002 5:20"],
            status(",\n  \"authorization\": { \"payload\": \"{}\", \"signature\": \"00\" }", ""),
        ),
    ]
}

fn wishes() -> Vec<Pair> {
    let whole = || file("package-set.json", WISHES);
    let wishes = |from: &str, to: &str| changed("package-set.json", WISHES, from, to);
    vec![
        (wishes("\"packages\"", "\"Packages\""), &["R002", "R003 3:3"], whole()),
        (wishes("\"0.15.15\"", "\"0.15\""), &["R022 2:15"], wishes("  \"compiler\": \"0.15.15\",\n", "")),
        (wishes("\"1.1.0\"", "\"1.1\""), &["R010 3:28"], wishes("\"1.1.0\"", "null")),
        (wishes("\"1.1.0\"", "false"), &["R002 3:28"], whole()),
        (wishes("\"abacus\"", "\"Abacus\""), &["R006 3:37"], whole()),
        (wishes("\"packages\"", "\"reason\": \"x\", \"packages\""), &["R003 3:3"], whole()),
    ]
}

fn strays() -> Vec<Pair> {
    vec![
        (file("status/ta/tally/1.0.json", STATUS), &["R004"], file("status/ta/tally/1.0.0.json", STATUS)),
        (file("status/tally/1.0.0.json", STATUS), &["R004"], clean()),
        (file("overrides/ta/tally.json", OVERRIDE), &["R004"], clean()),
        (file("overrides/al/tally/1.0.0.json", OVERRIDE), &["R004"], clean()),
    ]
}
