//! The centre of the chain: takes custody of sales, keeps the points ledger, computes how often members
//! come and what they take, and serves staff and other systems.
//!
//! Rooms, in the order in which they may know each other: [`access`], [`catalogue`], [`members`],
//! [`ledger`], [`sync`], [`sales`], [`gift_cards`], [`redemption`], [`stock`], [`insights`], [`programme`], [`marketing`],
//! [`accounting`], [`signals`], [`card_page`], [`receipt_page`]. [`app`] shows every route on
//! one screen.

pub mod access;
pub mod accounting;
pub mod app;
pub mod backup;
pub mod card_page;
pub mod catalogue;
pub mod cli;
pub mod db;
pub mod docs;
pub mod doctor;
pub mod error;
pub mod gift_cards;
pub mod insights;
pub mod intake;
pub mod jobs;
pub mod kit;
pub mod ledger;
pub mod live;
pub mod marketing;
pub mod members;
pub mod metrics;
pub mod probes;
pub mod programme;
pub mod receipt_page;
pub mod redemption;
#[cfg(test)]
mod regulars;
pub mod sales;
#[cfg(test)]
mod samples;
pub mod settings;
pub mod signals;
#[cfg(test)]
mod steady;
pub mod stock;
pub mod sync;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod walk;

pub use app::{App, Clock, run};
pub use error::Error;
pub use settings::Settings;
