//! Texts of bounded length, times, owners and lists.

use curator::model::{
    CLIENT_DESCRIPTION_LIMIT, Date, Description, NonEmpty, Owner, OwnerError, Reason, TextTooLong, TimeError, Timestamp,
};

use super::{keeps, refuses_with};

#[test]
fn limits_count_code_points() {
    assert_eq!("x".repeat(500).parse::<Description>().unwrap().chars(), 500);
    let too_long = TextTooLong { chars: 501, limit: 500 };
    assert_eq!("x".repeat(501).parse::<Description>(), Err(too_long));
    assert_eq!(too_long.to_string(), "the text has 501 characters; at most 500 are allowed");
    let emoji = "🍝".repeat(CLIENT_DESCRIPTION_LIMIT);
    assert_eq!(emoji.parse::<Reason>().unwrap().chars(), 300);
    assert!("🍝".repeat(301).parse::<Reason>().is_err());
    // Three published descriptions are empty, and thirteen end in a line break.
    keeps::<Description>(&["", "A block scalar.\n"]);
    let json = format!("\"{}\"", "y".repeat(501));
    assert!(serde_json::from_str::<Description>(&json).is_err());
}

#[test]
fn times_are_written_with_three_digits() {
    let cases = [
        ("2001-01-01T01:01:01Z", "2001-01-01T01:01:01.000Z"),
        ("2001-01-01T01:01:01.001Z", "2001-01-01T01:01:01.001Z"),
        ("2001-01-01T01:01:01.01Z", "2001-01-01T01:01:01.010Z"),
        ("2001-01-01T01:01:01.1Z", "2001-01-01T01:01:01.100Z"),
        ("2000-01-01T01:01:01Z", "2000-01-01T01:01:01.000Z"),
        ("2018-01-02T03:04:05.123Z", "2018-01-02T03:04:05.123Z"),
        ("2022-01-01T02:01:59.000Z", "2022-01-01T02:01:59.000Z"),
        // registry-dev refuses these two in the inner of its two readers only: its codec pads them as we do.
        ("2022-01-01T00:00:00Z", "2022-01-01T00:00:00.000Z"),
        ("2022-12-12T12:12:12.00Z", "2022-12-12T12:12:12.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("0000-01-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z"),
    ];
    for (text, written) in cases {
        let time: Timestamp = text.parse().unwrap();
        assert_eq!(time.to_string(), written);
        assert_eq!(Timestamp::from_unix_millis(time.unix_millis()), Ok(time));
    }
}

#[test]
fn refused_times() {
    let shape = [
        "",
        "2018-02-03",
        "2018-01-01T00:00:00",
        "2022-12-32",
        "2022-01-01T00:00:00.1234Z",
        "2022-01-01T00:00:00.Z",
        "2022-01-01T00:00:00.-1Z",
        "2022-01-01T00:00:00+00:00",
        "2022-01-01T00:00:00.000+00:00",
        "2022-01-01t00:00:00z",
        "2022-01-01 00:00:00Z",
        " 2022-01-01T00:00:00Z",
        "2022-01-01T00:00:00Z\n",
        "2022-01-01T00:00Z",
        "2022-01-01T0:00:00Z",
        "+2022-01-01T00:00:00Z",
        "-022-01-01T00:00:00Z",
        "2022-01-01T00:00:0٣Z",
    ];
    refuses_with::<Timestamp>(&shape.map(|text| (text, TimeError::TimeShape)));
    let impossible = [
        "2022-01-01T00:61:00.000Z",
        "2022-01-01T24:00:00Z",
        "2022-01-01T23:59:60Z",
        "2022-00-01T00:00:00Z",
        "2022-02-29T00:00:00Z",
    ];
    refuses_with::<Timestamp>(&impossible.map(|text| (text, TimeError::Impossible)));
    for millis in [i64::MIN, i64::MAX, -62_167_219_200_001] {
        assert_eq!(Timestamp::from_unix_millis(millis), Err(TimeError::Range));
    }
}

#[test]
fn times_sort_and_count() {
    let [early, late] = ["2022-12-10T11:00:00Z", "2022-12-12T11:00:00.001Z"].map(|t| t.parse::<Timestamp>().unwrap());
    assert!(early < late);
    assert_eq!(late.unix_millis() - early.unix_millis(), 48 * 60 * 60 * 1000 + 1);
    assert_eq!(late.date(), "2022-12-12".parse().unwrap());
}

#[test]
fn dates() {
    keeps::<Date>(&["2022-01-01", "1900-12-31", "2024-02-29", "0000-01-01", "9999-12-31"]);
    refuses_with::<Date>(&[
        ("20222-01-01", TimeError::DateShape),
        ("2022-1-01", TimeError::DateShape),
        ("2022-01-01T00:00:00Z", TimeError::DateShape),
        ("2022/01/01", TimeError::DateShape),
        ("", TimeError::DateShape),
        ("2022-00-00", TimeError::Impossible),
        ("2022-12-32", TimeError::Impossible),
        // registry-dev wraps this one around to 1 March; we do not.
        ("2022-02-29", TimeError::Impossible),
    ]);
}

#[test]
fn owners() {
    let text = r#"{"id":"a@b","keytype":"ssh-ed25519","public":"AAAA"}"#;
    let owner: Owner = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&owner).unwrap(), text);
    let nameless = r#"{"keytype":"ssh-ed25519","public":"AAAA"}"#;
    let other: Owner = serde_json::from_str(nameless).unwrap();
    assert_eq!(serde_json::to_string(&other).unwrap(), nameless);
    assert_eq!(owner, other, "the id is only a note");
    assert_ne!(owner, Owner::new(None, "ssh-ed25519".to_owned(), "AAAB".to_owned()).unwrap());
    assert_ne!(owner, Owner::new(None, "ssh-rsa".to_owned(), "AAAA".to_owned()).unwrap());
}

#[test]
fn owners_cannot_smuggle_in_a_second_key() {
    let owner =
        |id: &str, keytype: &str, public: &str| Owner::new(Some(id.to_owned()), keytype.to_owned(), public.to_owned());
    assert_eq!(owner("a", "", "AAAA"), Err(OwnerError::Key));
    assert_eq!(owner("a", "ssh-ed25519", ""), Err(OwnerError::Key));
    assert_eq!(owner("a", "ssh-ed25519", "AAAA\nssh-rsa BBBB"), Err(OwnerError::Key));
    assert_eq!(owner("a", "ssh-ed25519 AAAA", "x"), Err(OwnerError::Key));
    assert_eq!(owner("a\nssh-rsa BBBB", "ssh-ed25519", "AAAA"), Err(OwnerError::Id));
    let missing = serde_json::from_str::<Owner>(r#"{"keytype":"ssh-ed25519"}"#).unwrap_err();
    assert!(missing.to_string().contains("public"), "{missing}");
}

#[test]
fn empty_lists_are_refused() {
    assert!(serde_json::from_str::<NonEmpty<u8>>("[]").is_err());
    let list: NonEmpty<u8> = serde_json::from_str("[1,2]").unwrap();
    assert_eq!(list.as_slice(), [1, 2]);
    assert_eq!(list.iter().sum::<u8>(), 3);
    assert_eq!(serde_json::to_string(&list).unwrap(), "[1,2]");
    assert_eq!(list.into_vec(), [1, 2]);
}
