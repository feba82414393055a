//! What each event does to the basket. On an error nothing of it counts: [`super::apply`] works on a copy.

use domain::money::{Money, Points, Quantity};
use domain::pricing::WHOLE;
use domain::sale::{Tender, TenderKind};

use super::{Article, Basket, BasketError, Card, Cut, Line, PAYMENTS_MAX, PRICE_MAX, QUANTITY_MAX, coupon};

pub(super) fn checked(quantity: Quantity) -> Result<Quantity, BasketError> {
    if quantity.0 > 0 && quantity <= QUANTITY_MAX { Ok(quantity) } else { Err(BasketError::Quantity) }
}

/// The same article at the same price joins its line: cashier and customer read one row. What was weighed
/// or has a label stands alone, because each package was rounded by itself.
pub(super) fn add_product(
    basket: &mut Basket,
    article: Article,
    quantity: Option<Quantity>,
    labelled: bool,
) -> Result<(), BasketError> {
    let quantity = checked(quantity.or(basket.next_quantity).unwrap_or(Quantity::ONE))?;
    let alone = labelled || !is_whole(quantity);
    let same = basket.lines.iter_mut().find(|line| !alone && line.takes(&article));
    let touched = if let Some(line) = same {
        line.quantity = checked(line.quantity.plus(quantity).map_err(|_| BasketError::Quantity)?)?;
        line.number
    } else {
        let number = basket.push(article, quantity, None)?;
        basket.line_mut(number)?.labelled = labelled;
        number
    };
    basket.next_quantity = None;
    basket.touched = Some(touched);
    Ok(())
}

/// A gift is a line of its own: one piece at the catalogue's price, which its points pay.
pub(super) fn add_gift(basket: &mut Basket, article: Article, points: Points) -> Result<(), BasketError> {
    if basket.spender().is_none() {
        return Err(BasketError::GiftNeedsCard);
    }
    let number = basket.push(article, Quantity::ONE, None)?;
    basket.line_mut(number)?.gift = Some(points);
    basket.touched = Some(number);
    Ok(())
}

pub(super) fn is_whole(quantity: Quantity) -> bool {
    quantity.0 % Quantity::ONE.0 == 0
}

/// The card that is there already keeps its offer as it was answered: nobody takes a discount back by
/// scanning twice.
pub(super) fn attach(basket: &mut Basket, card: Card) {
    match &mut basket.card {
        Some(there) if there.is_same(&card) => {
            // Who was found by phone and then shows the card may spend.
            if there.by_contact && !card.by_contact {
                (there.by_contact, there.entry) = (false, card.entry);
            }
        }
        _ => {
            remove_card(basket);
            basket.card = Some(card);
        }
    }
}

/// Points are paid by the card's owner: without the card they are not, and gifts stay here.
pub(super) fn remove_card(basket: &mut Basket) {
    basket.card = None;
    basket.drop_points();
    for line in basket.lines.iter_mut().filter(|line| line.gift.is_some()) {
        line.voided = true;
    }
}

pub(super) fn set_quantity(basket: &mut Basket, number: u32, quantity: Quantity) -> Result<(), BasketError> {
    let quantity = checked(quantity)?;
    let line = basket.line_mut(number)?;
    if line.voided {
        return Err(BasketError::NoSuchLine);
    }
    if line.gift.is_some() && quantity != Quantity::ONE {
        return Err(BasketError::GiftLine);
    }
    if line.gift_card.is_some() && quantity != Quantity::ONE {
        return Err(BasketError::GiftCardLine);
    }
    if line.returned.as_ref().is_some_and(|returned| quantity > returned.left()) {
        return Err(BasketError::MoreThanSold);
    }
    line.quantity = quantity;
    basket.touched = Some(number);
    Ok(())
}

pub(super) fn step_quantity(basket: &mut Basket, number: u32, by: Quantity) -> Result<(), BasketError> {
    let line = basket.line_mut(number)?;
    let after = line.quantity.plus(by).map_err(|_| BasketError::Quantity)?;
    if after <= Quantity::ZERO && by.is_negative() {
        return set_voided(basket, number, true);
    }
    set_quantity(basket, number, after)
}

pub(super) fn checked_cut(cut: Cut) -> Result<Cut, BasketError> {
    let fits = match cut {
        Cut::Percent(percent) => (1..=WHOLE).contains(&percent),
        Cut::Amount(amount) => Money::ZERO < amount && amount <= PRICE_MAX,
    };
    if fits { Ok(cut) } else { Err(BasketError::Discount) }
}

/// The line meant: the one named, else the last live one.
pub(super) fn live_line(basket: &mut Basket, number: Option<u32>) -> Result<&mut Line, BasketError> {
    let number = match number {
        Some(number) => number,
        None => basket.live_lines().last().map(|line| line.number).ok_or(BasketError::NoLine)?,
    };
    let line = basket.line_mut(number)?;
    if !line.voided && line.gift_card.is_some() {
        return Err(BasketError::GiftCardLine);
    }
    match (line.voided, &line.returned, line.gift) {
        (true, ..) => Err(BasketError::NoSuchLine),
        (false, Some(_), _) => Err(BasketError::ReturnedLine),
        (false, None, Some(_)) => Err(BasketError::GiftLine),
        (false, None, None) => Ok(line),
    }
}

pub(super) fn set_discount(
    basket: &mut Basket,
    number: Option<u32>,
    cut: Option<Cut>,
) -> Result<(), BasketError> {
    let cut = cut.map(checked_cut).transpose()?;
    let line = live_line(basket, number)?;
    let gross = line.article.price.times(line.quantity).map_err(|_| BasketError::Discount)?;
    if matches!(cut, Some(Cut::Amount(amount)) if amount > gross) {
        return Err(BasketError::Discount);
    }
    line.discount = cut;
    line.discount_of = Some(gross);
    basket.touched = Some(line.number);
    Ok(())
}

pub(super) fn set_price(
    basket: &mut Basket,
    number: Option<u32>,
    price: Option<Money>,
) -> Result<(), BasketError> {
    if price.is_some_and(|price| price.is_negative() || price > PRICE_MAX) {
        return Err(BasketError::Price);
    }
    let line = live_line(basket, number)?;
    let listed = line.listed.unwrap_or(line.article.price);
    line.article.price = price.unwrap_or(listed);
    line.listed = (line.article.price != listed).then_some(listed);
    if price.is_none() {
        line.discount = None;
    }
    basket.touched = Some(line.number);
    Ok(())
}

/// Points are one payment, whose figure is set anew; the others stand one beside the other.
pub(super) fn take(basket: &mut Basket, tender: Tender) -> Result<(), BasketError> {
    if tender.kind == TenderKind::Points {
        basket.drop_points();
    }
    if basket.taken.len() >= PAYMENTS_MAX {
        return Err(BasketError::TooManyPayments);
    }
    basket.taken.push(tender);
    Ok(())
}

pub(super) fn give_back(basket: &mut Basket, tender: usize) -> Result<(), BasketError> {
    if tender >= basket.taken.len() {
        return Err(BasketError::NoSuchPayment);
    }
    basket.taken.remove(tender);
    Ok(())
}

pub(super) fn set_voided(basket: &mut Basket, number: u32, voided: bool) -> Result<(), BasketError> {
    if let Some(done) = coupon::set_voided(basket, number, voided) {
        return done;
    }
    let has_member = basket.spender().is_some();
    let origins: Vec<_> = basket.bought_lines().map(|(_, bought)| bought.origin).collect();
    let cards: Vec<_> = basket.live_lines().filter_map(|line| line.gift_card.as_deref().cloned()).collect();
    let line = basket.line_mut(number)?;
    if line.voided == voided {
        return Err(BasketError::NoSuchLine);
    }
    if !voided && line.gift.is_some() && !has_member {
        return Err(BasketError::GiftNeedsCard);
    }
    let is_sold_again = line.gift_card.as_deref().is_some_and(|card| !voided && cards.contains(card));
    if is_sold_again {
        return Err(BasketError::GiftCardTwice);
    }
    let comes_back_already = line.origin().is_some_and(|origin| origins.contains(&origin));
    if !voided && comes_back_already {
        return Err(BasketError::MoreThanSold);
    }
    line.voided = voided;
    basket.touched = Some(number);
    Ok(())
}
