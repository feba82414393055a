//! The parts that every screen of the hub is made of. Knows no room: a room fills these and renders them.

pub mod assets;
pub mod chart;
pub mod form;
pub mod page;
pub mod table;
pub mod tile;
pub mod words;

pub use page::{NavItem, Page, Theme};
pub use words::Words;
