//! Visits rung up as closed sales, with what happens at tills now and then: a discount, a line taken out,
//! goods brought back, a cancelled ticket, a cashier in training.

use chrono::{DateTime, FixedOffset};
use domain::ids::SaleId;
use domain::sale::{
    CardEntry, LineKind, Origin, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind, lines_total,
};
use domain::{CashierCode, Money, Quantity, StoreCode, TillCode};

use super::assortment::Assortment;
use super::calendar::Calendar;
use super::members::{Person, Visit, any, clock, hours, till_of};
use super::random::Random;
use super::{ChainError, DAYS, Product, Store, baskets};

/// Tickets without a card, per store, from Monday to Sunday.
const STRANGERS: [i64; 7] = [9, 9, 10, 11, 14, 17, 12];
const CASHIERS: [&str; 6] = ["Marta R.", "Jairo L.", "Nubia P.", "Edwin C.", "Sonia V.", "Rafael T."];

/// Chances in 1/1000.
const DISCOUNTED_LINE: u32 = 35;
const LINE_TAKEN_OUT: u32 = 6;
const BRINGS_BACK: u32 = 9;
const CANCELLED: u32 = 8;
const TRAINING: u32 = 3;
const PAYS_CASH: u32 = 620;

/// Rings up the members' visits and those of strangers.
pub fn ring_up(
    random: &mut Random,
    assortment: &Assortment,
    calendar: &Calendar,
    stores: &[Store],
    people: &[Person],
    visits: &[Visit],
) -> Result<Vec<Sale>, ChainError> {
    let mut all = visits.to_vec();
    all.extend(strangers(random, calendar, stores));
    all.sort();
    let mut last_sales: Vec<Option<Sale>> = vec![None; people.len()];
    let mut receipt_numbers = vec![0_i64; stores.iter().map(|store| store.tills.len()).sum()];
    let mut sales = Vec::with_capacity(all.len());
    for visit in &all {
        let person = visit.person.map(|number| &people[number]);
        let basket = baskets::fill(random, assortment, person, visit.last);
        let mut lines = lines(random, assortment, &basket)?;
        let before = visit.person.and_then(|number| last_sales[number].take());
        if let Some(before) = before.filter(|_| random.chance(BRINGS_BACK)) {
            lines.extend(brought_back(random, &before, &lines));
        }
        let (store, till) = till_of(stores, visit);
        let place = Place { store, till, cashier: CASHIERS[visit.store * 2 + visit.till % 2] };
        let receipt_no = &mut receipt_numbers[visit.store * 2 + visit.till];
        *receipt_no += 1;
        let at = calendar.instant(visit.day, visit.second)?;
        let sale = close(random, &place, *receipt_no, at, person, lines)?;
        if let Some(number) = visit.person {
            last_sales[number] = (sale.status == SaleStatus::Completed).then(|| sale.clone());
        }
        sales.push(sale);
    }
    Ok(sales)
}

fn strangers(random: &mut Random, calendar: &Calendar, stores: &[Store]) -> Vec<Visit> {
    let hours = hours();
    let mut visits = Vec::new();
    for day in 0..DAYS {
        let usual = STRANGERS[calendar.weekday(day)];
        for (store, at) in stores.iter().enumerate() {
            for _ in 0..usual + random.between(-3, 3) {
                let till = any(random, at.tills.len());
                let second = clock(random, &hours);
                visits.push(Visit { day, second, store, till, person: None, last: false });
            }
        }
    }
    visits
}

fn lines(
    random: &mut Random,
    assortment: &Assortment,
    basket: &[(usize, i64)],
) -> Result<Vec<SaleLine>, ChainError> {
    let mut lines = Vec::with_capacity(basket.len() + 1);
    for (number, &(product, pieces)) in (1..).zip(basket) {
        let off = if random.chance(DISCOUNTED_LINE) { 10 } else { 0 };
        let mut line = line(number, &assortment.products[product], pieces, off)?;
        // Not the first: a ticket keeps something to pay.
        if number > 1 && random.chance(LINE_TAKEN_OUT) {
            line.kind = LineKind::Void;
        }
        lines.push(line);
    }
    Ok(lines)
}

fn line(number: u32, product: &Product, pieces: i64, percent_off: i64) -> Result<SaleLine, ChainError> {
    let quantity = Quantity::pieces(pieces)?;
    let gross = product.price.times(quantity)?;
    let discount = gross.scaled(percent_off, 100)?;
    let paid = gross.minus(discount)?;
    let tax = paid.scaled(product.tax_rate, 10_000 + product.tax_rate)?;
    Ok(SaleLine {
        number,
        kind: LineKind::Sale,
        sku: product.sku.clone(),
        name: product.name.clone(),
        product_line: product.line.clone(),
        category: product.category.clone(),
        quantity,
        unit_price: product.price,
        gross,
        discount,
        net: paid.minus(tax)?,
        tax,
        promotion: None,
        origin: None,
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    })
}

/// One line of the sale before, given back whole.
fn brought_back(random: &mut Random, before: &Sale, lines: &[SaleLine]) -> Option<SaleLine> {
    let sold: Vec<&SaleLine> = before.lines.iter().filter(|line| line.kind == LineKind::Sale).collect();
    let line = *random.pick(&sold)?;
    let number = u32::try_from(lines.len()).ok()? + 1;
    let origin = Some(Origin { sale: before.id, line: line.number });
    Some(SaleLine { number, kind: LineKind::Return, origin, ..line.clone() })
}

struct Place<'a> {
    store: &'a StoreCode,
    till: &'a TillCode,
    cashier: &'a str,
}

fn close(
    random: &mut Random,
    place: &Place<'_>,
    receipt_no: i64,
    at: DateTime<FixedOffset>,
    person: Option<&Person>,
    lines: Vec<SaleLine>,
) -> Result<Sale, ChainError> {
    // Only without a card: a planted visit must not vanish.
    let status = match () {
        () if person.is_some() => SaleStatus::Completed,
        () if random.chance(CANCELLED) => SaleStatus::Voided,
        () if random.chance(TRAINING) => SaleStatus::Training,
        () => SaleStatus::Completed,
    };
    let cashier: CashierCode = place.cashier.parse()?;
    let mut draft = SaleDraft {
        id: SaleId::new(at.timestamp_millis(), random.ten_bytes()),
        store: place.store.clone(),
        till: place.till.clone(),
        business_date: at.date_naive(),
        receipt_no,
        occurred_at: at,
        cashier: Some(cashier),
        card: person.map(|person| person.member.card.clone()),
        card_entry: person.map(|_| CardEntry::Scanned),
        status,
        lines,
        tenders: vec![],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    };
    if status != SaleStatus::Voided {
        pay(random, &mut draft)?;
    }
    Ok(Sale::close(draft)?)
}

/// Cash in whole thousands with change, or a payment card to the unit; money back is always cash.
fn pay(random: &mut Random, draft: &mut SaleDraft) -> Result<(), ChainError> {
    let due = lines_total(draft)?;
    let cash = due.is_negative() || random.chance(PAYS_CASH);
    let note = 100_000 * random.between(1, 5);
    let amount = if cash && due.0 > 0 { Money((due.0 + note - 1) / note * note) } else { due };
    draft.change = if cash { amount.minus(due)? } else { Money::ZERO };
    let kind = if cash { TenderKind::Cash } else { TenderKind::Card };
    draft.tenders = vec![Tender::new(kind, amount)];
    Ok(())
}
