//! The program `curator`.

fn main() {}
