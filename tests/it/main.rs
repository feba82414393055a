//! The proof in one binary: stories with real programs, browser checks, and the guard of the house style.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod browser;
mod faults;
mod sim;
mod stories;
mod tidy;
mod world;
