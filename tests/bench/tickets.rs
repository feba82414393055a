//! Sales of ten lines each: what an ingest figure is stated in.

use chrono::{Duration, FixedOffset, TimeZone};
use domain::codes::{StoreCode, TillCode};
use domain::ids::SaleId;
use domain::money::{Money, Quantity};
use domain::sale::{
    CardEntry, LineKind, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind, lines_total,
};
use yapa::chain::{Chain, Product, Random};

pub const LINES: usize = 10;

/// `count` sales at the first till of the chain, every member in turn, ten products each.
pub fn ten_line_sales(chain: &Chain, random: &mut Random, count: usize) -> Vec<Sale> {
    let store = &chain.stores[0];
    sales_at(chain, random, (&store.code, &store.tills[0]), 0, count)
}

/// The same at another till, beginning with the member `first`.
pub fn sales_at(
    chain: &Chain,
    random: &mut Random,
    (store, till): (&StoreCode, &TillCode),
    first_member: usize,
    count: usize,
) -> Vec<Sale> {
    let first = FixedOffset::west_opt(5 * 3_600).unwrap().with_ymd_and_hms(2026, 1, 5, 8, 0, 0).unwrap();
    (0..count)
        .map(|number| {
            let at = first + Duration::seconds(i64::try_from(number).unwrap());
            let start = usize::try_from(random.below(chain.products.len() as u64)).unwrap();
            let lines: Vec<SaleLine> = (0..LINES)
                .map(|place| {
                    // Neighbours at a stride: ten different products.
                    let product = &chain.products[(start + place * 13) % chain.products.len()];
                    line(u32::try_from(place).unwrap() + 1, product)
                })
                .collect();
            let mut draft = SaleDraft {
                id: SaleId::new(at.timestamp_millis(), random.ten_bytes()),
                store: store.clone(),
                till: till.clone(),
                business_date: at.date_naive(),
                receipt_no: i64::try_from(number).unwrap() + 1,
                occurred_at: at,
                cashier: None,
                card: Some(chain.members[(first_member + number) % chain.members.len()].card.clone()),
                card_entry: Some(CardEntry::Scanned),
                status: SaleStatus::Completed,
                lines,
                tenders: vec![],
                change: Money::ZERO,
                rounding: Money::ZERO,
                approved_by: None,
                coupons: vec![],
                price_rules: vec![],
                page: None,
            };
            let due = lines_total(&draft).unwrap();
            draft.tenders.push(Tender::new(TenderKind::Card, due));
            Sale::close(draft).unwrap()
        })
        .collect()
}

fn line(number: u32, product: &Product) -> SaleLine {
    let tax = product.price.scaled(product.tax_rate, 10_000 + product.tax_rate).unwrap();
    SaleLine {
        number,
        kind: LineKind::Sale,
        sku: product.sku.clone(),
        name: product.name.clone(),
        product_line: product.line.clone(),
        category: product.category.clone(),
        quantity: Quantity::ONE,
        unit_price: product.price,
        gross: product.price,
        discount: Money::ZERO,
        net: product.price.minus(tax).unwrap(),
        tax,
        promotion: None,
        origin: None,
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    }
}
