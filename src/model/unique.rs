//! Reads an object into a map and refuses a key that stands twice, where `serde` would let the last one win.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads an object whose keys are all different.
pub(super) fn keys<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    struct Unique<K, V>(PhantomData<(K, V)>);

    impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Unique<K, V> {
        type Value = BTreeMap<K, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            // A map that is made of a list at once is faster and takes less memory than one that grows.
            let mut entries: Vec<(K, V)> = Vec::with_capacity(16);
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            let count = entries.len();
            let map: BTreeMap<K, V> = entries.into_iter().collect();
            if map.len() == count { Ok(map) } else { Err(de::Error::custom("a key stands twice")) }
        }
    }

    deserializer.deserialize_map(Unique(PhantomData))
}
