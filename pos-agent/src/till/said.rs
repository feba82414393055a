//! What the screen says of an event, done or refused.

use domain::card::CardState;
use domain::sync::OfferResponse;

use crate::checkout::basket::{Basket, BasketError, Card, Event, ReturnPart};
use crate::ui::view::{CouponNotice, GiftCardNotice, GiftNotice, NoticeKind};
use crate::ui::words::masked;

pub(super) fn refusal(error: BasketError) -> NoticeKind {
    match error {
        BasketError::Full => NoticeKind::BasketFull,
        BasketError::Quantity => NoticeKind::QuantityRefused,
        BasketError::TooManyUnknown => NoticeKind::TooManyUnknown,
        BasketError::Discount => NoticeKind::DiscountRefused,
        BasketError::Price | BasketError::OpenPrice => NoticeKind::PriceRefused,
        BasketError::MoreThanSold => NoticeKind::MoreThanSold,
        BasketError::ReturnedLine => NoticeKind::ReturnedLineFixed,
        BasketError::GiftLine => NoticeKind::Gift(GiftNotice::Fixed),
        BasketError::GiftNeedsCard => NoticeKind::Gift(GiftNotice::NeedsCard),
        BasketError::GiftCardLine => NoticeKind::GiftCard(GiftCardNotice::Fixed),
        BasketError::GiftCardTwice => NoticeKind::GiftCard(GiftCardNotice::Twice),
        BasketError::CouponTwice => NoticeKind::Coupon(CouponNotice::Twice),
        BasketError::TooManyCoupons => NoticeKind::Coupon(CouponNotice::TooMany),
        BasketError::TooManyPayments => NoticeKind::TooManyPayments,
        BasketError::NoSuchLine
        | BasketError::NoLine
        | BasketError::NoSuchCode
        | BasketError::NoOffer
        | BasketError::NoSuchPayment => NoticeKind::NothingToChange,
    }
}

/// Goods of no known purchase are worth what the shop's rules say: the cashier has to know.
fn returned(parts: &[ReturnPart]) -> (NoticeKind, String) {
    let by_rules = parts.iter().any(|part| part.returned.bought.is_none());
    let kind = if by_rules { NoticeKind::ReturnByRules } else { NoticeKind::ReturnAdded };
    (kind, parts.last().map(|part| part.article.name.clone()).unwrap_or_default())
}

pub(super) fn happened(event: &Event, after: &Basket) -> (NoticeKind, String) {
    let line = |number: &u32| {
        let goods = after.lines.iter().find(|l| l.number == *number).map(|l| l.article.name.clone());
        let coupon = || after.coupons.iter().find(|c| c.number == *number).map(|c| c.coupon.name.clone());
        goods.or_else(coupon).unwrap_or_default()
    };
    match event {
        Event::Product { article, .. } | Event::Labelled { article, .. } => {
            (NoticeKind::ProductAdded, article.name.clone())
        }
        Event::Gift { article, .. } => (NoticeKind::GiftAdded, article.name.clone()),
        Event::Coupon(coupon) => (NoticeKind::Coupon(CouponNotice::Added), coupon.name.clone()),
        Event::NextQuantity(quantity) => (NoticeKind::QuantityNext, quantity.plain()),
        Event::LastQuantity(quantity) => (NoticeKind::QuantitySet, quantity.plain()),
        Event::StepQuantity { line: number, .. }
            if after.lines.iter().any(|l| l.number == *number && l.voided) =>
        {
            (NoticeKind::LineVoided, line(number))
        }
        Event::StepQuantity { line: number, .. } => (NoticeKind::QuantitySet, line(number)),
        Event::Void { line: number } => (NoticeKind::LineVoided, line(number)),
        Event::Restore { line: number } => (NoticeKind::LineRestored, line(number)),
        Event::Unknown { code } => (NoticeKind::CodeUnknown, code.clone()),
        Event::PriceNeeded { article, .. } => (NoticeKind::PriceNeeded, article.name.clone()),
        Event::GiftCardNeeded { article, .. } => {
            (NoticeKind::GiftCard(GiftCardNotice::Needed), article.name.clone())
        }
        Event::GiftCardRead(card) if after.unknown.iter().any(|waits| waits.has_card(card)) => {
            (NoticeKind::GiftCard(GiftCardNotice::ForSale), card.shown())
        }
        Event::OpenPrice { .. } | Event::GiftCardRead(_) | Event::GiftCard { .. } => {
            (NoticeKind::ProductAdded, after.touched.map(|number| line(&number)).unwrap_or_default())
        }
        Event::Discard { .. } => (NoticeKind::CodeDiscarded, String::new()),
        Event::Discount { line: number, cut } => {
            let kind = if cut.is_some() { NoticeKind::DiscountGiven } else { NoticeKind::DiscountTakenBack };
            (kind, number.or(after.touched).map(|number| line(&number)).unwrap_or_default())
        }
        Event::TicketDiscount(Some(_)) => (NoticeKind::DiscountGiven, String::new()),
        Event::TicketDiscount(None) => (NoticeKind::DiscountTakenBack, String::new()),
        Event::Price { .. } => {
            (NoticeKind::PriceSet, after.touched.map(|number| line(&number)).unwrap_or_default())
        }
        Event::Return(parts) => returned(parts),
        Event::Take(_) => (NoticeKind::PaymentTaken, String::new()),
        Event::GiveBack { .. } => (NoticeKind::PaymentGivenBack, String::new()),
        Event::Approved(by) => (NoticeKind::Approved, by.to_string()),
        // The number of a card that was not there is not told.
        Event::Card(card) if card.by_contact => (card_kind(card), masked(card.number.as_str())),
        Event::Card(card) => (card_kind(card), card.number.to_string()),
        Event::RemoveCard => (NoticeKind::CardRemoved, String::new()),
        Event::Answer(OfferResponse::Accepted) => (NoticeKind::OfferAccepted, String::new()),
        Event::Answer(OfferResponse::Declined | OfferResponse::Shown) => {
            (NoticeKind::OfferDeclined, String::new())
        }
    }
}

fn card_kind(card: &Card) -> NoticeKind {
    match (card.state, &card.holder) {
        (CardState::Lost, _) => NoticeKind::CardLost,
        (CardState::Stolen, _) => NoticeKind::CardStolen,
        (CardState::Blocked, _) => NoticeKind::CardBlocked,
        (CardState::Replaced, _) => NoticeKind::CardReplaced,
        (CardState::Active, None) => NoticeKind::CardUnknown,
        (CardState::Active, Some(_)) => NoticeKind::CardAttached,
    }
}
