//! The real program with its door open.
