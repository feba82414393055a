//! Goods that come back: what the receipt says of them, and how many may still come.

use domain::money::{Money, Points, Quantity};
use domain::sale::{Origin, SaleLine};
use serde::{Deserialize, Serialize};

use super::change::checked;
use super::{Article, Basket, BasketError, Line, QUANTITY_MAX};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    Unwanted,
    Defective,
    WrongArticle,
    Expired,
}

impl ReturnReason {
    pub const ALL: [Self; 4] = [Self::Unwanted, Self::Defective, Self::WrongArticle, Self::Expired];

    pub fn code(self) -> &'static str {
        match self {
            Self::Unwanted => "unwanted",
            Self::Defective => "defective",
            Self::WrongArticle => "wrong_article",
            Self::Expired => "expired",
        }
    }
}

/// A line of a basket that goes the other way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    pub reason: ReturnReason,
    /// None: there is no receipt, and the price was looked up or keyed.
    pub bought: Option<Bought>,
}

/// What the journal says of the line that comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bought {
    pub origin: Origin,
    pub line: SaleLine,
    /// What came back of it before.
    pub before: Quantity,
    /// Points that the line earned, as far as this till can tell.
    pub earned: Points,
    /// How the sale was paid, gifts apart, for what goes back in points.
    pub paid: Paid,
    /// For a gift: the points that it was taken for.
    #[serde(default)]
    pub gift: Option<Points>,
    /// Worth of all that came back of the sale before this ticket, gifts too.
    #[serde(default)]
    pub worth_before: Money,
}

/// The part of a sale that was paid in points, and what of it went back already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    pub total: Money,
    pub in_points: Money,
    pub points: Points,
    /// Worth of what came back of it before this ticket.
    pub returned: Money,
}

impl Returned {
    /// The most that may come back of it.
    pub fn left(&self) -> Quantity {
        match &self.bought {
            Some(bought) => Quantity(bought.line.quantity.0.saturating_sub(bought.before.0).max(0)),
            None => QUANTITY_MAX,
        }
    }
}

impl Line {
    /// The line of an earlier sale that this one undoes.
    pub fn origin(&self) -> Option<Origin> {
        Some(self.returned.as_ref()?.bought.as_ref()?.origin)
    }
}

impl Basket {
    /// What comes back with a receipt.
    pub fn bought_lines(&self) -> impl Iterator<Item = (&Line, &Bought)> {
        self.live_lines().filter_map(|line| Some((line, line.returned.as_ref()?.bought.as_ref()?)))
    }
}

/// A line of a receipt is in the basket once: scanning the receipt again changes how many come back.
pub(super) fn add(
    basket: &mut Basket,
    article: Article,
    quantity: Quantity,
    returned: Box<Returned>,
) -> Result<(), BasketError> {
    let quantity = checked(quantity)?;
    if quantity > returned.left() {
        return Err(BasketError::MoreThanSold);
    }
    let origin = returned.bought.as_ref().map(|bought| bought.origin);
    let same = |line: &Line| !line.voided && origin.is_some() && line.origin() == origin;
    let number = match basket.lines.iter_mut().find(|line| same(line)) {
        Some(line) => {
            line.quantity = quantity;
            line.returned = Some(returned);
            line.number
        }
        None => basket.push(article, quantity, Some(returned))?,
    };
    basket.touched = Some(number);
    Ok(())
}
