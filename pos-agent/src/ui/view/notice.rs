//! What the till says of the last thing that happened, and how it sounds.

use super::{CouponNotice, GiftCardNotice, GiftNotice, HeldNotice, LabelNotice, ReceiptNotice};

/// What an entry did. The number rises, so that a page knows whether it has sounded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub number: u64,
    pub kind: NoticeKind,
    /// The code or name it is about; never a payment card number.
    pub about: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    ProductAdded,
    QuantitySet,
    QuantityNext,
    LineVoided,
    LineRestored,
    CodeDiscarded,
    OfferAccepted,
    OfferDeclined,
    SaleClosed,
    SaleCancelled,
    DiscountGiven,
    DiscountTakenBack,
    PriceSet,
    ReturnAdded,
    /// Goods of no known purchase come back; `about` is the article.
    ReturnByRules,
    PaymentTaken,
    PaymentGivenBack,
    Held(HeldNotice),
    Receipt(ReceiptNotice),
    GiftCard(GiftCardNotice),
    CardAttached,
    CardRemoved,
    /// The card came after its sale; `about` is whose it is.
    CardAttachedLate,
    /// The card is not known here; the ticket carries it all the same.
    CardUnknown,
    CardBlocked,
    CardLost,
    CardStolen,
    /// It earns and does not pay.
    CardReplaced,
    CodeUnknown,
    /// The catalogue leaves its price open; `about` is the article.
    PriceNeeded,
    /// Cannot be a code of any kind; `about` is the reason's stable name (`scan_check_digit`, …).
    Unreadable,
    /// A reader sent bytes and no end of a read; nothing of them was taken.
    ReadUnended,
    /// Bytes that no reader sends: its speed and ours differ.
    GarbageRead,
    /// A payment card was read and dropped; `about` is its brand.
    PaymentCardIgnored,
    Coupon(CouponNotice),
    DiscountRefused,
    PriceRefused,
    MoreThanSold,
    ReturnedLineFixed,
    /// `about` is the article.
    GiftAdded,
    /// A gift that is refused.
    Gift(GiftNotice),
    TooManyPayments,
    /// An article sold by weight, and no scale; `about` is the article.
    WeightNeeded,
    /// The scale has no weight to give; `about` is the reason's stable name.
    ScaleRefused,
    NothingToChange,
    LoggedIn,
    /// Scanned or ordered while nobody was logged in; nothing was taken.
    NotLoggedIn,
    /// `about` agreed to what the cashier may not do alone.
    Approved,
    /// `about` may not agree to it either.
    NotPermitted,
    BasketFull,
    TooManyUnknown,
    /// A quantity that is not one: zero, or far too large.
    QuantityRefused,
    /// A receipt waits for its printer; `about` is its number.
    ReceiptQueued,
    /// What a printer needs; `about` is its id.
    PrinterNoPaper,
    PrinterCoverOpen,
    PrinterOffline,
    PrinterMissing,
    PrinterReady,
    /// Somebody asked for it to be opened again; `about` is its name.
    DeviceStillMissing,
    Label(LabelNotice),
    /// A price was asked for; `about` is the product.
    PriceShown,
    /// A price was asked for something that is no article.
    NoArticle,
    /// A device read the number for a new member's card.
    CardRead,
    ArticleNoCard,
    NoCard,
    /// `about` is the first name.
    MemberEnrolled,
}

impl NoticeKind {
    /// Which of the three sounds goes with it.
    pub fn tone(self) -> Tone {
        match self {
            Self::Coupon(coupon) => coupon.tone(),
            Self::Receipt(receipt) => receipt.tone(),
            Self::Held(held) => held.tone(),
            Self::GiftCard(card) => card.tone(),
            Self::Label(label) => label.tone(),
            Self::ProductAdded
            | Self::QuantitySet
            | Self::QuantityNext
            | Self::LineVoided
            | Self::LineRestored
            | Self::CodeDiscarded
            | Self::OfferAccepted
            | Self::OfferDeclined
            | Self::SaleClosed
            | Self::SaleCancelled
            | Self::DiscountGiven
            | Self::DiscountTakenBack
            | Self::PriceSet
            | Self::ReturnAdded
            | Self::ReturnByRules
            | Self::GiftAdded
            | Self::PaymentTaken
            | Self::PaymentGivenBack
            | Self::ReceiptQueued
            | Self::PrinterReady
            | Self::PriceShown => Tone::Found,
            Self::CardAttached
            | Self::CardRemoved
            | Self::CardAttachedLate
            | Self::CardUnknown
            | Self::CardRead
            | Self::MemberEnrolled
            | Self::LoggedIn
            | Self::Approved => Tone::Card,
            Self::CardBlocked
            | Self::CardLost
            | Self::CardStolen
            | Self::CardReplaced
            | Self::CodeUnknown
            | Self::Unreadable
            | Self::ReadUnended
            | Self::GarbageRead
            | Self::PaymentCardIgnored
            | Self::DiscountRefused
            | Self::PriceRefused
            | Self::MoreThanSold
            | Self::ReturnedLineFixed
            | Self::Gift(_)
            | Self::TooManyPayments
            | Self::WeightNeeded
            | Self::PriceNeeded
            | Self::ScaleRefused
            | Self::NothingToChange
            | Self::NotLoggedIn
            | Self::NotPermitted
            | Self::BasketFull
            | Self::TooManyUnknown
            | Self::QuantityRefused
            | Self::PrinterNoPaper
            | Self::PrinterCoverOpen
            | Self::PrinterOffline
            | Self::PrinterMissing
            | Self::DeviceStillMissing
            | Self::NoArticle
            | Self::ArticleNoCard
            | Self::NoCard => Tone::Error,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Found,
    Card,
    Error,
}
