//! Scales. One is asked when the checkout wants a weight, and only then; whatever it sends by itself is not
//! listened to.

pub mod answers;
mod line;

use domain::Quantity;
use tokio::sync::{mpsc, oneshot};

use crate::Agent;

pub use line::spawn;

/// Why there is no weight. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScaleError {
    #[error("no scale belongs to this till: add a device with role = \"scale\" to the settings")]
    NoScale,
    #[error("the scale is not plugged in or switched off")]
    Missing,
    #[error("the scale does not answer: see that it is set to the protocol of its profile")]
    Timeout,
    #[error("the load is still moving: wait and weigh again")]
    Unstable,
    #[error("nothing lies on the scale")]
    Empty,
    #[error("the scale shows less than zero: clear it and set it to zero")]
    UnderZero,
    #[error("the load is too heavy for the scale")]
    Over,
    #[error("the scale's answer could not be understood: see that its profile is the right one")]
    Unreadable,
    #[error("the scale weighs in another unit than kilograms: set it to kg")]
    Unit,
}

impl ScaleError {
    pub fn code(self) -> &'static str {
        match self {
            Self::NoScale => "scale_none",
            Self::Missing => "scale_missing",
            Self::Timeout => "scale_timeout",
            Self::Unstable => "scale_unstable",
            Self::Empty => "scale_zero",
            Self::UnderZero => "scale_under_zero",
            Self::Over => "scale_over",
            Self::Unreadable => "scale_unreadable",
            Self::Unit => "scale_unit",
        }
    }
}

pub(crate) type Weight = Result<Quantity, ScaleError>;

/// A request for a weight, with where the answer goes.
pub type Ask = oneshot::Sender<Weight>;

/// Requests that may wait for one scale: a cashier presses a key again while it thinks.
const WAITING: usize = 4;

/// The checkout's end of a scale. A clone is cheap.
#[derive(Debug, Clone)]
pub struct Scale(mpsc::Sender<Ask>);

impl Scale {
    /// The handle, and the end for whoever reads the line.
    pub fn new() -> (Self, mpsc::Receiver<Ask>) {
        let (send, asks) = mpsc::channel(WAITING);
        (Self(send), asks)
    }

    /// What lies on the scale now. Waits a moment for a load that still moves.
    pub async fn weigh(&self) -> Weight {
        let (send, answer) = oneshot::channel();
        self.0.send(send).await.map_err(|_| ScaleError::Missing)?;
        answer.await.unwrap_or(Err(ScaleError::Missing))
    }
}

impl Agent {
    /// The weight on this till's scale, in the unit that the scale is set to.
    pub async fn weigh(&self, till: i64) -> Weight {
        let scale = self.scale(till).ok_or(ScaleError::NoScale)?;
        scale.weigh().await
    }
}

#[cfg(test)]
mod tests;
