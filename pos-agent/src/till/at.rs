//! Which till an order is for, and which order it is.

use uuid::Uuid;

/// The till an order is for, and the id by which its sender may repeat it.
#[derive(Debug, Clone, Copy)]
pub struct At {
    pub till: i64,
    pub order: Option<Uuid>,
    /// Another step of the same order follows: only the last one makes it done.
    pub(super) is_first_step: bool,
}

impl At {
    pub fn new(till: i64, order: Option<Uuid>) -> Self {
        Self { till, order, is_first_step: false }
    }

    /// A step that must not be done twice either, when the order comes again after it was broken off.
    #[must_use]
    pub fn step_of_its_own(self) -> Self {
        Self { order: self.order.map(|id| Uuid::from_u128(!id.as_u128())), ..self }
    }

    #[must_use]
    pub fn first_step(self) -> Self {
        Self { is_first_step: true, ..self }
    }
}

impl From<i64> for At {
    fn from(till: i64) -> Self {
        Self::new(till, None)
    }
}
