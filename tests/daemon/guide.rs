//! What the operator guide gives to copy.
