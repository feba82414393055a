//! Baskets put aside, where every agent of a store can see them: what a till tells the hub, and asks of it.
//!
//! The hub hands each out once. What is in a basket only tills read; it has a number for its shape, so that a till of an
//! earlier release is not shown what it could not read.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::codes::TillCode;
use crate::ids::HoldId;
use crate::money::Money;

/// The newest shape of a held basket that this release writes and reads. It rises when a till of the release before could
/// not sell such a basket as it was meant.
pub const HELD_SHAPE: u32 = 2;

/// Characters of a label, beyond which it is cut.
pub const LABEL_CHARS_MAX: usize = 64;

/// More baskets than wait in a store; a question names no more of them.
pub const HELD_MAX: usize = 200;

/// `PUT /sync/v1/held`: a till put a basket aside. The same again changes nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBasket {
    /// Of this putting aside; put aside again, the basket has another.
    pub hold: HoldId,
    /// The customer as they are greeted, or the last article.
    pub label: String,
    pub items: i64,
    pub total: Money,
    pub held_at: DateTime<Utc>,
    pub shape: u32,
    /// The basket as tills write it.
    pub body: String,
}

/// Debug output goes to logs, and whose basket it is does not.
impl fmt::Debug for HeldBasket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeldBasket({}, shape {})", self.hold, self.shape)
    }
}

/// What became of a basket that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum HeldState {
    Waiting,
    /// Another till sells it, or did.
    Taken {
        till: TillCode,
        at: DateTime<Utc>,
    },
    /// Its day is over: nobody else takes it up any more.
    Ended,
    /// The hub has never heard of it, or was put back from a backup that had not.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldReply {
    pub state: HeldState,
}

/// What `GET /sync/v1/held?shape=…&mine=…,…` answers: the baskets of the asking till's store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldList {
    /// Those that wait and that a till of this shape can read, the longest waiting first. What the asking till was given
    /// of others is among them: it may not have heard.
    pub baskets: Vec<WaitingBasket>,
    /// What became of those that the question names.
    pub mine: Vec<(HoldId, HeldState)>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingBasket {
    pub hold: HoldId,
    /// The till that put it aside.
    pub till: TillCode,
    pub label: String,
    pub items: i64,
    pub total: Money,
    pub held_at: DateTime<Utc>,
}

impl fmt::Debug for WaitingBasket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WaitingBasket({} of till {})", self.hold, self.till)
    }
}

/// `POST /sync/v1/held/take`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeHeld {
    pub hold: HoldId,
    pub how: TakeHow,
    /// What the till reads.
    pub shape: u32,
    /// For the person who looks at a basket that was taken up twice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl fmt::Debug for TakeHeld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TakeHeld({}, {:?})", self.hold, self.how)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeHow {
    /// Another agent's, from the list.
    Others,
    /// The till put it aside itself and has it: it asks whether nobody else took it.
    Own,
    /// Its own, taken up while the hub could not be asked. Somebody agreed that the customer was there.
    OwnUnasked,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenHeld {
    pub outcome: TakeOutcome,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum TakeOutcome {
    /// It is the asking till's from now on; asked again, it hears the same.
    Yours {
        /// For [`TakeHow::Others`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    Elsewhere {
        till: TillCode,
        at: DateTime<Utc>,
    },
    /// It waits no more, or has a shape that this till does not read.
    Gone,
}

impl fmt::Debug for TakeOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yours { .. } => f.write_str("Yours"),
            Self::Elsewhere { till, .. } => write!(f, "Elsewhere({till})"),
            Self::Gone => f.write_str("Gone"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basket() -> HeldBasket {
        HeldBasket {
            hold: HoldId::new(1, [1; 10]),
            label: "Ana M.".to_owned(),
            items: 3,
            total: Money(1_260_000),
            held_at: "2026-03-02T15:00:00Z".parse().unwrap(),
            shape: HELD_SHAPE,
            body: "{\"card\":\"2990000010421\"}".to_owned(),
        }
    }

    #[test]
    fn what_goes_over_the_wire_keeps_its_shape() {
        let hold = HoldId::new(1, [1; 10]);
        let text = serde_json::to_string(&basket()).unwrap();
        let wanted = format!(
            "{{\"hold\":\"{hold}\",\"label\":\"Ana M.\",\"items\":3,\"total\":1260000,\
             \"held_at\":\"2026-03-02T15:00:00Z\",\"shape\":2,\"body\":\"{{\\\"card\\\":\\\"2990000010421\\\"}}\"}}"
        );
        assert_eq!(text, wanted);
        let take = TakeHeld { hold, how: TakeHow::OwnUnasked, shape: 1, label: String::new() };
        let text = serde_json::to_string(&take).unwrap();
        assert_eq!(text, format!("{{\"hold\":\"{hold}\",\"how\":\"own_unasked\",\"shape\":1}}"));
        let outcome = TakenHeld { outcome: TakeOutcome::Yours { body: None } };
        assert_eq!(serde_json::to_string(&outcome).unwrap(), "{\"outcome\":{\"is\":\"yours\"}}");
        let state = HeldReply { state: HeldState::Waiting };
        assert_eq!(serde_json::to_string(&state).unwrap(), "{\"state\":{\"is\":\"waiting\"}}");
    }

    #[test]
    fn nothing_of_whose_basket_it_is_is_written_for_a_log() {
        let waiting = WaitingBasket {
            hold: basket().hold,
            till: "1".parse().unwrap(),
            label: basket().label,
            items: 3,
            total: Money(1),
            held_at: basket().held_at,
        };
        let taken = TakeOutcome::Yours { body: Some(basket().body) };
        let take = TakeHeld { hold: basket().hold, how: TakeHow::Own, shape: 1, label: basket().label };
        let said = format!("{:?} {waiting:?} {taken:?} {take:?}", basket());
        assert!(!said.contains("Ana") && !said.contains("0421"), "{said}");
    }
}
