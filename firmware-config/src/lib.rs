//! What a reader is and how it speaks, as data: one file a device, checked when it is loaded.
//!
//! A [`Profile`] says how to open the line of a scanner or card reader and how to cut its bytes into
//! reads. A [`Registry`] holds the profiles that are built in and those of a folder.
//!
//! [`setting`] has the words for what a chain wants set, [`dialect`] the bytes of the makers, [`round`] brings
//! one device from what is set to what is wanted, [`simulate`] has devices to try it with, and [`sheet`] prints what
//! is read with the device itself.

mod check;
pub mod cli;
pub mod detect;
pub mod dialect;
mod digest;
pub mod doctor;
pub mod fit;
pub mod port;
mod profile;
mod programming;
mod registry;
pub mod roll;
pub mod round;
pub mod setting;
pub mod sheet;
pub mod simulate;

pub use check::ProfileError;
pub use profile::{CodeId, Content, Flow, Frame, Layout, Line, Parity, Profile, Suffix, Transport, Verified};
pub use programming::{Command, Limits, Programming};
pub use registry::{Refused, Registry, RegistryError, Source};
