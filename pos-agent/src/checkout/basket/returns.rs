//! Goods that come back: what the receipt says of them, and how many may still come.

use domain::codes::CardNumber;
use domain::money::{Money, Points, Quantity};
use domain::points::returned_share;
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
    /// None: nobody knows the purchase, and the shop's own rules gave the price.
    pub bought: Option<Bought>,
    /// What those rules said.
    #[serde(default)]
    pub terms: Terms,
}

/// On what terms goods of no known purchase are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Whose purchases were looked through: the card that was on the ticket then.
    pub card: Option<CardNumber>,
    /// Paid out as credit, not in money.
    pub credit: bool,
    /// How many somebody answers for; more of it is asked for anew.
    #[serde(default)]
    pub most: Option<Quantity>,
}

/// Goods that come back together, at what each of them cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPart {
    pub article: Article,
    pub quantity: Quantity,
    pub returned: Box<Returned>,
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
    /// How many pieces more or less than `before` points were taken of, by even exchanges.
    #[serde(default)]
    pub moved: Quantity,
    /// Lines whose points its pieces keep.
    #[serde(default)]
    pub kept: Vec<PointsOf>,
}

/// A line of an earlier sale, for the points that come back of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsOf {
    pub of: Origin,
    /// Pieces with points of their own, and what these earned.
    pub sold: Quantity,
    pub earned: Points,
    /// Pieces that points were taken of before.
    pub before: Quantity,
}

impl PointsOf {
    pub fn share(&self, returning: Quantity) -> Points {
        returned_share(self.earned, self.sold.0, self.before.0, returning.0)
    }
}

impl Bought {
    /// Of the line, or of one whose points it keeps.
    pub fn points_of(&self, of: Origin) -> Option<PointsOf> {
        if of != self.origin {
            return self.kept.iter().find(|kept| kept.of == of).copied();
        }
        let sold = self.line.own_quantity().unwrap_or_default();
        let before = Quantity(self.before.0.saturating_add(self.moved.0));
        Some(PointsOf { of, sold, earned: self.earned, before })
    }
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
    pub fn of(bought: Bought, reason: ReturnReason) -> Self {
        Self { reason, bought: Some(bought), terms: Terms::default() }
    }

    pub fn without_receipt(terms: Terms, reason: ReturnReason) -> Self {
        Self { reason, bought: None, terms }
    }

    /// The most that may come back of it.
    pub fn left(&self) -> Quantity {
        match &self.bought {
            Some(bought) => Quantity(bought.line.quantity.0.saturating_sub(bought.before.0).max(0)),
            None => self.terms.most.unwrap_or(QUANTITY_MAX),
        }
    }
}

impl Line {
    /// The line of an earlier sale that this one undoes.
    pub fn origin(&self) -> Option<Origin> {
        Some(self.bought()?.origin)
    }

    pub fn bought(&self) -> Option<&Bought> {
        self.returned.as_ref()?.bought.as_ref()
    }
}

impl Basket {
    /// What comes back with a receipt.
    pub fn bought_lines(&self) -> impl Iterator<Item = (&Line, &Bought)> {
        self.live_lines().filter_map(|line| Some((line, line.bought()?)))
    }

    /// What comes back of no known purchase.
    pub fn unreceipted_lines(&self) -> impl Iterator<Item = (&Line, &Terms)> {
        let terms = |line| -> Option<(&Line, &Terms)> {
            let line: &Line = line;
            let returned = line.returned.as_ref().filter(|returned| returned.bought.is_none())?;
            Some((line, &returned.terms))
        };
        self.live_lines().filter_map(terms)
    }
}

/// A line of a receipt is in the basket once: scanning the receipt again changes how many come back.
pub(super) fn add(
    basket: &mut Basket,
    ReturnPart { article, quantity, returned }: ReturnPart,
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
