//! Hub and one till in one process: for a shop with one owner, and for the demo.

pub mod chain;
pub mod demo;
