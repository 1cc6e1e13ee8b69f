//! What was packed comes back the same, whatever it is.

use curator::adapters::Encoders;
use curator::model::{EncoderName, File, Files, Limits, Mode, TreePath};
use curator::ports::Encoder as _;
use curator::rules::pack::{gunzip, tar, unpack, untar};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::{collection, prop_oneof};

use crate::trees::every_shape;

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-c.]{1,3}",
        2 => "[ -~]{1,12}",
        1 => "\\PC{1,12}",
        1 => "[a-z]{80,120}",
    ]
}

/// Trees without a file that is a folder of another, and with nothing that no archive may hold.
fn tree() -> impl Strategy<Value = Vec<(TreePath, File)>> {
    let path = collection::vec(part(), 1..5).prop_filter_map("a path", |parts| {
        let path: TreePath = parts.join("/").parse().ok()?;
        let is_foreign = |part: &str| part.contains('\\') || part.as_bytes().get(1) == Some(&b':');
        let safe = !path.parts().any(is_foreign);
        safe.then_some(path)
    });
    let mode = any::<bool>().prop_map(|executable| if executable { Mode::Executable } else { Mode::Regular });
    let file = (mode, collection::vec(any::<u8>(), 0..1500)).prop_map(|(mode, bytes)| File { mode, bytes });
    collection::vec((path, file), 0..20).prop_map(|entries| {
        let paths: Vec<TreePath> = entries.iter().map(|(path, _)| path.clone()).collect();
        let is_leaf = |path: &TreePath| !paths.iter().any(|other| other.within(path).is_some());
        let unique: Files = entries.into_iter().filter(|(path, _)| is_leaf(path)).collect();
        unique.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn unpacking_a_packed_tree_gives_the_tree(entries in tree().prop_shuffle()) {
        let files: Files = entries.iter().cloned().collect();
        let reversed: Files = entries.into_iter().rev().collect();
        let packed = tar("pkg-1.0.0", &files);
        prop_assert_eq!(&packed, &tar("pkg-1.0.0", &reversed));
        prop_assert_eq!(packed.len() % 10_240, 0);
        let archive = Encoders::default().encode(EncoderName::Libdeflate, &packed).unwrap();
        let (top, unpacked) = unpack(&archive, &Limits::default()).unwrap();
        prop_assert_eq!(top, "pkg-1.0.0");
        prop_assert_eq!(unpacked, files);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_byte_changed_in_an_archive_goes_unnoticed_or_breaks_off(at in 10_usize.., bit in 0..8_u8) {
        let files = every_shape();
        let packed = tar("pkg-1.0.0", &files);
        let mut archive = Encoders::default().encode(EncoderName::Libdeflate, &packed).unwrap();
        // The ten bytes of the gzip header have no check.
        let at = 10 + at % (archive.len() - 10);
        archive[at] ^= 1 << bit;
        prop_assert!(gunzip(&archive, &Limits::default()).is_err());
    }

    #[test]
    fn untar_never_breaks_off(at in any::<proptest::sample::Index>(), junk in collection::vec(any::<u8>(), 1..64)) {
        let mut packed = tar("pkg-1.0.0", &every_shape());
        let at = at.index(packed.len() - junk.len());
        packed[at..at + junk.len()].copy_from_slice(&junk);
        if let Ok((top, _)) = untar(&packed, &Limits::default()) {
            prop_assert!(!top.is_empty());
        }
    }
}

#[test]
fn every_shape_comes_back() {
    let files = every_shape();
    let (top, unpacked) = untar(&tar("pkg-1.0.0", &files), &Limits::default()).unwrap();
    assert_eq!(top, "pkg-1.0.0");
    assert_eq!(unpacked, files);
}
