//! What a till has asked the hub and no page is needed for: whatever is looked at meanwhile, the answer is waited for.

use domain::gift_card::GiftHoldRequest;
use domain::ids::{GiftHoldId, RedemptionId, SaleId};
use domain::sync::WaitingBasket;
use domain::sync::redemption::ReserveRequest;

use super::gift_card::{GiftAnswer, GiftInHand};
use super::others::HeldAsked;
use super::receipt::{ReceiptQuestion, ReceiptSearch};
use super::reserve::ReserveAnswer;

#[derive(Debug, Default)]
pub(crate) struct OfHub {
    /// The receipt that was read last.
    pub(super) receipt: Option<ReceiptSearch>,
    /// Receipts that other till software takes goods of back.
    pub(super) questions: Vec<ReceiptQuestion>,
    /// What was asked last of baskets put aside: one question for the list, and one for each basket.
    pub(super) held: Vec<HeldAsked>,
    /// What other agents of the store put aside, by the hub's last answer; none where it did not answer.
    pub(super) others: Option<Vec<WaitingBasket>>,
    /// A basket that somebody is to decide about, while its page is open.
    pub(super) unsure: Option<SaleId>,
    /// The gift card that was read last.
    pub(super) gift_in_hand: Option<GiftInHand>,
    /// What is to be held of one.
    pub(super) gift_holds: Questions<GiftHoldRequest, GiftAnswer>,
    /// What is to be reserved of members' points.
    pub(super) reserves: Questions<ReserveRequest, ReserveAnswer>,
}

/// A question that has a name: asked again under it, it is the same one.
pub(super) trait Named: Clone + PartialEq {
    type Name: Copy + PartialEq;

    fn name(&self) -> Self::Name;
}

impl Named for GiftHoldRequest {
    type Name = GiftHoldId;

    fn name(&self) -> GiftHoldId {
        self.hold
    }
}

impl Named for ReserveRequest {
    type Name = RedemptionId;

    fn name(&self) -> RedemptionId {
        self.redemption
    }
}

/// More questions of a kind than a till has under way.
const KEPT: usize = 16;

/// Questions of one kind that somebody waits for, or has read the answer of.
#[derive(Debug)]
pub(super) struct Questions<Q, A>(Vec<(Q, Option<A>)>);

impl<Q, A> Default for Questions<Q, A> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<Q: Named, A: Copy> Questions<Q, A> {
    /// Pressed twice, it is one question, and both wait for its answer.
    pub fn ask(&mut self, question: Q) {
        if self.0.iter().any(|(asked, answer)| answer.is_none() && *asked == question) {
            return;
        }
        self.0.retain(|(asked, _)| asked.name() != question.name());
        self.0.push((question, None));
        if self.0.len() > KEPT {
            self.0.remove(0);
        }
    }

    /// Those that have no answer yet.
    pub fn open(&self) -> Vec<Q> {
        self.0.iter().filter(|(_, answer)| answer.is_none()).map(|(asked, _)| asked.clone()).collect()
    }

    pub fn waits_for(&self, name: Q::Name) -> bool {
        self.0.iter().any(|(asked, answer)| answer.is_none() && asked.name() == name)
    }

    /// The answer stays: whoever pressed the same order twice reads it twice. A question that nobody answered goes.
    pub fn answer_of(&mut self, name: Q::Name) -> Option<A> {
        let answer = self.0.iter().find(|(asked, _)| asked.name() == name)?.1;
        if answer.is_none() {
            self.0.retain(|(asked, _)| asked.name() != name);
        }
        answer
    }

    /// Keeps what came, if somebody still waits for it.
    pub fn tell(&mut self, name: Q::Name, said: A) {
        if let Some((_, answer)) = self.0.iter_mut().find(|(q, a)| a.is_none() && q.name() == name) {
            *answer = Some(said);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Asked(u8, &'static str);

    impl Named for Asked {
        type Name = u8;

        fn name(&self) -> u8 {
            self.0
        }
    }

    #[test]
    fn a_question_is_asked_once_and_its_answer_is_read_by_all_who_wait() {
        let mut questions = Questions::default();
        questions.ask(Asked(1, "a"));
        questions.ask(Asked(1, "a"));
        questions.ask(Asked(2, "b"));
        assert_eq!(questions.open(), [Asked(1, "a"), Asked(2, "b")]);
        questions.tell(1, true);
        questions.tell(1, false);
        assert_eq!((questions.answer_of(1), questions.answer_of(1)), (Some(true), Some(true)));
        assert_eq!(questions.open(), [Asked(2, "b")]);
        // Nobody waits for it any more.
        assert_eq!(questions.answer_of(2), None);
        questions.tell(2, true);
        assert!(questions.open().is_empty() && !questions.waits_for(2));
        // Asked anew, the answer of before is none.
        questions.ask(Asked(1, "a"));
        assert!(questions.waits_for(1));
        questions.ask(Asked(1, "other"));
        assert_eq!(questions.open(), [Asked(1, "other")]);
        (10..40).for_each(|n| questions.ask(Asked(n, "")));
        assert_eq!(questions.open().len(), KEPT);
    }
}
