//! What an existing collection of packages becomes, file by file, in the registry and the index of a curator.

mod purescript;

pub use purescript::{AdoptError, Adoption, adopt};
