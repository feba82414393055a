//! The till: reads devices, keeps the basket, closes the sale into its own file, works for days without the
//! hub, and syncs. See `ARCHITECTURE.md` for one sale step by step.

pub mod app;
pub mod checkout;
pub mod cli;
pub mod clock;
pub mod device;
pub mod error;
pub mod integration;
pub mod logs;
pub mod printer;
pub mod probes;
pub mod readers;
pub mod receipt;
pub mod server;
pub mod settings;
pub mod shifts;
pub mod soundness;
pub mod staff;
pub mod status;
pub mod store;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod till;
pub mod ui;
pub mod views;

pub use app::Agent;
pub use error::AgentError;
pub use server::{RunError, run};
