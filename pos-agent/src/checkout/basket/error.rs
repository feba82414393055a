//! Why an event does not fit the basket.

use super::{PRICE_MAX, QUANTITY_MAX};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BasketError {
    #[error("the basket is full: close it and open another")]
    Full,
    #[error("there is no such line")]
    NoSuchLine,
    #[error("there is no line to change yet")]
    NoLine,
    #[error("the quantity must be above 0 and at most {}", QUANTITY_MAX.plain())]
    Quantity,
    #[error("there is no such unknown code")]
    NoSuchCode,
    #[error("too many unknown codes wait: decide on them first")]
    TooManyUnknown,
    #[error("there is no offer to answer")]
    NoOffer,
    #[error("the discount must be above 0 and not more than the price")]
    Discount,
    #[error("the price must not be negative and not above {}", PRICE_MAX)]
    Price,
    #[error("an open price must be above 0 and not above {}", PRICE_MAX)]
    OpenPrice,
    #[error("more comes back than was sold")]
    MoreThanSold,
    #[error("there is no such payment")]
    NoSuchPayment,
    #[error("too many payments: give some back")]
    TooManyPayments,
    #[error("a return keeps the price of its receipt")]
    ReturnedLine,
    #[error("a gift is one piece at its own price: take it off, or take another")]
    GiftLine,
    #[error("a gift needs a member's card on the ticket")]
    GiftNeedsCard,
    #[error("a gift card is sold by itself for what is to be on it: take it off, and scan it again")]
    GiftCardLine,
    #[error("this gift card is on the ticket already: scan another one")]
    GiftCardTwice,
    #[error("this very coupon is on the ticket already")]
    CouponTwice,
    #[error("no more of these coupons are taken on one ticket")]
    TooManyCoupons,
}

impl BasketError {
    pub fn code(self) -> &'static str {
        match self {
            Self::Full => "basket_full",
            Self::NoSuchLine => "basket_no_such_line",
            Self::NoLine => "basket_no_line",
            Self::Quantity => "basket_quantity",
            Self::NoSuchCode => "basket_no_such_code",
            Self::TooManyUnknown => "basket_too_many_unknown",
            Self::NoOffer => "basket_no_offer",
            Self::Discount => "basket_discount",
            Self::Price => "basket_price",
            Self::OpenPrice => "basket_open_price",
            Self::MoreThanSold => "basket_more_than_sold",
            Self::NoSuchPayment => "basket_no_such_payment",
            Self::TooManyPayments => "basket_too_many_payments",
            Self::ReturnedLine => "basket_returned_line",
            Self::GiftLine => "basket_gift_line",
            Self::GiftNeedsCard => "basket_gift_needs_card",
            Self::GiftCardLine => "basket_gift_card_line",
            Self::GiftCardTwice => "basket_gift_card_twice",
            Self::CouponTwice => "basket_coupon_twice",
            Self::TooManyCoupons => "basket_too_many_coupons",
        }
    }
}
