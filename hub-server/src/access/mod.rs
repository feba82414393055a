//! Who may do what: staff with roles and stores, API tokens, tills with keys, and the audit of changes.
//! [`gate::Gate`] is the only place where routes are registered.

mod actor;
mod ask;
pub mod audit;
mod edge;

pub mod gate;
mod guard;
pub mod keyed;
pub mod pages;
mod pressure;
pub mod rules;
pub mod secret;
pub mod staff;
mod store;
pub mod tills;

pub use actor::{Actor, Reader, Scope, SignedTill};
pub use ask::{Ask, Sent, no_such_store};
pub use edge::{LANG_COOKIE, THEME_COOKIE};
pub use gate::{Gate, Kind, Need, RouteInfo};
pub use pressure::{Lane, Pressure, overloaded};
pub use rules::{Permission, Role};
pub use store::{Hub, begin_anew, ensure_hub};
