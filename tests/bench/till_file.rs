//! A till's file as full as one gets: 100,000 products, 500,000 cards with their members, 90 days of sales
//! that the hub has acknowledged. Everything goes in by the agent's own doors.

use std::path::Path;
use std::sync::Arc;

use chrono::Duration;
use domain::codes::MemberCode;
use domain::ids::{AccountId, MemberId};
use domain::money::{Money, Points};
use domain::sale::Sale;
use domain::snapshot::{CardRow, Change, MemberRow, ProductRow};
use pos_agent::Agent;
use pos_agent::clock::Clock;
use pos_agent::store::{Store, feed};
use pos_agent::sync::{HubClient, drain, enrol};
use yapa::chain::{Chain, Random, ean13};

use crate::hub::Hub;
use crate::tickets::ten_line_sales;

pub const PRODUCTS: usize = 100_000;
pub const CARDS: usize = 500_000;
pub const DAYS: usize = 90;
const SALES_A_DAY: usize = 300;
/// Rows a commit while filling.
const ROWS: usize = 10_000;

pub fn product_name(number: usize) -> String {
    format!("Artículo {number:06}")
}

pub fn barcode(number: usize) -> String {
    ean13(&format!("2000{number:08}"))
}

pub fn card(number: usize) -> String {
    ean13(&format!("299{number:09}"))
}

pub fn greeting(number: usize) -> String {
    format!("Socia {number:06} X.")
}

/// Enrols an agent at the hub and fills its file in `folder`.
pub async fn fill(folder: &Path, hub: &Hub, chain: &Chain) {
    let store = Store::open(folder).await.unwrap();
    enrol::enrol(&store, &Clock::system(), &hub.url(), &hub.code().await).await.unwrap();
    let mut next = 0;
    while next < PRODUCTS {
        let rows: Vec<Change> = (next..next + ROWS).map(product).collect();
        take(&store, &rows).await;
        next += ROWS;
    }
    next = 0;
    while next < CARDS {
        let rows: Vec<Change> = (next..next + ROWS).flat_map(holder).collect();
        take(&store, &rows).await;
        next += ROWS;
    }
    let agent = Agent::open(store, Clock::system(), domain::scan::RuleTable::default()).await.unwrap();
    for sales in history(chain).chunks(500) {
        agent.take_sales(sales).await.unwrap();
    }
    let row = agent.hub().clone();
    let client = Arc::new(HubClient::new(&row.url, &row.hub_id, Clock::system()).unwrap());
    let sent = drain(&agent, &client).await.unwrap();
    assert!(sent >= i64::try_from(DAYS * SALES_A_DAY).unwrap(), "{sent} events were sent");
    agent.store().close().await;
}

async fn take(store: &Store, rows: &[Change]) {
    let mut tx = store.begin().await.unwrap();
    // The cursor stays where it is: the hub's own few rows come later, as for any till.
    feed::apply_changes(&mut tx, rows, 0, kit::clock::now()).await.unwrap();
    store.commit(tx).await.unwrap();
}

fn product(number: usize) -> Change {
    Change::Product(ProductRow {
        sku: format!("A{number:06}").parse().unwrap(),
        barcodes: vec![barcode(number)],
        name: product_name(number),
        product_line: format!("Línea {}", number % 40),
        category: format!("Categoría {}", number % 300),
        price: Money(100_000 + i64::try_from(number).unwrap()),
        tax_rate: 1_900,
        active: true,
        weighed: false,
        open_price: false,
        discreet: false,
        gift_card: false,
    })
}

fn holder(number: usize) -> [Change; 2] {
    let n = i64::try_from(number).unwrap();
    let member = MemberId::new(n, [7; 10]);
    let code: MemberCode = format!("M{number:06}").parse().unwrap();
    let row = MemberRow {
        member,
        account: AccountId::new(n, [8; 10]),
        code,
        greeting: greeting(number),
        phone_end: String::new(),
        birthday: None,
        balance: Points(n * 100),
        visits: 2,
        last_visit: None,
        interval_mean: None,
        expected_next_visit: None,
        usual: vec![],
        offer: None,
        tier: None,
        expiring: vec![],
        pending: vec![],
        gifts: vec![],
        as_of: kit::clock::now(),
    };
    let card = CardRow::new(card(number).parse().unwrap(), member, domain::card::CardState::Active);
    [Change::Card(card), Change::Member(Box::new(row))]
}

/// 300 sales a day of ten lines each, up to yesterday.
fn history(chain: &Chain) -> Vec<Sale> {
    let sales = ten_line_sales(chain, &mut Random::new(3), DAYS * SALES_A_DAY);
    let yesterday = kit::clock::now() - Duration::days(1);
    let first = yesterday - Duration::days(i64::try_from(DAYS).unwrap());
    let mut all = Vec::with_capacity(sales.len());
    for (number, sale) in sales.into_iter().enumerate() {
        let mut draft = domain::sale::SaleDraft::from(sale);
        let day = Duration::days(i64::try_from(number / SALES_A_DAY).unwrap());
        draft.occurred_at = (first + day).with_timezone(draft.occurred_at.offset());
        draft.business_date = draft.occurred_at.date_naive();
        all.push(Sale::close(draft).unwrap());
    }
    all
}
