//! Points as a tender, from the ticket to the ledger: in whatever order tickets arrive, both databases end
//! with the same rows.

use domain::ids::SaleId;
use domain::money::{Money, Points, Quantity};
use domain::sale::{
    LineKind, Origin, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind, lines_total,
};
use hub_server::catalogue::{self, Store};
use hub_server::intake::{Imported, import_sales, verify};
use hub_server::members::{self, Consent, Profile};
use hub_server::{App, Clock, Settings, insights};

use super::on_both;
use crate::world::databases::{Database, Kind};

on_both!(spent_points_go_back_and_every_order_ends_alike, two_tills_spend_the_same_points);

const CARD: &str = "2990000010421";

/// A hub in this process, with one member.
async fn hub(database: &Database, folder: &std::path::Path) -> App {
    let settings =
        Settings { data: folder.to_owned(), database: Some(database.url.clone()), ..Settings::default() };
    let app = App::open(settings, Clock::System).await.unwrap();
    let now = app.clock.now();
    let mut tx = app.db.begin().await.unwrap();
    let store = Store {
        code: "centro".parse().unwrap(),
        name: "Centro".to_owned(),
        area: String::new(),
        zone: "America/Bogota".parse().unwrap(),
    };
    catalogue::upsert_stores(&mut tx, &[store], now).await.unwrap();
    let profile = Profile {
        code: "M1".parse().unwrap(),
        first_name: "Ana".to_owned(),
        last_name: "Ruiz".to_owned(),
        email: String::new(),
        phone: String::new(),
        consent: Consent::default(),
    };
    members::upsert_members(&mut tx, &[profile], now).await.unwrap();
    let card = (CARD.parse().unwrap(), "M1".parse().unwrap());
    members::add_cards(&mut tx, &[card], now).await.unwrap();
    tx.commit().await.unwrap();
    app
}

fn id(n: u8) -> SaleId {
    SaleId::new(i64::from(n), [n; 10])
}

/// Pieces of 100.00 each; `back` names the ticket they come back of, `points` (1.00 each) are spent, or
/// below zero given back. The number is the hour too.
fn ticket(n: u8, pieces: i64, back: Option<u8>, points: i64) -> SaleDraft {
    let amount = Money(pieces * 10_000);
    let line = SaleLine {
        number: 1,
        kind: if back.is_some() { LineKind::Return } else { LineKind::Sale },
        sku: "leche".parse().unwrap(),
        name: "Leche".to_owned(),
        product_line: "Fresco".to_owned(),
        category: String::new(),
        quantity: Quantity::pieces(pieces).unwrap(),
        unit_price: Money(10_000),
        gross: amount,
        discount: Money::ZERO,
        net: amount,
        tax: Money::ZERO,
        promotion: None,
        origin: back.map(|n| Origin { sale: id(n), line: 1 }),
        without_receipt: false,
        read_code: None,
    };
    let mut draft = SaleDraft {
        id: id(n),
        store: "centro".parse().unwrap(),
        till: "1".parse().unwrap(),
        business_date: "2026-03-01".parse().unwrap(),
        receipt_no: i64::from(n),
        occurred_at: format!("2026-03-01T{n:02}:00:00-05:00").parse().unwrap(),
        cashier: None,
        card: Some(CARD.parse().unwrap()),
        card_entry: None,
        status: SaleStatus::Completed,
        lines: vec![line],
        tenders: vec![],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
    };
    let by_points = Money(points * 100);
    let rest = lines_total(&draft).unwrap().minus(by_points).unwrap();
    draft.tenders.push(Tender::new(TenderKind::Cash, rest));
    if points != 0 {
        draft.tenders.push(Tender::of_points(Points(points * 100), by_points));
    }
    Sale::close(draft).unwrap().into()
}

/// Takes tickets in one after the other, the first of them twice; answers balance, debt and burned, and what
/// is available: what is left in lots less debt.
async fn after(kind: Kind, tickets: &[SaleDraft]) -> ([i64; 3], i64) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(kind, folder.path()).await;
    let app = hub(&database, folder.path()).await;
    for ticket in tickets {
        assert_eq!(import_sales(&app, vec![ticket.clone()]).await.unwrap(), [Imported::New]);
        let again = import_sales(&app, vec![tickets[0].clone()]).await.unwrap();
        assert_eq!(again, [Imported::Same]);
        let mut tx = app.db.read().await.unwrap();
        assert_eq!(verify(&mut tx).await.unwrap().differences, []);
    }
    let mut tx = app.db.read().await.unwrap();
    let row = insights::points(&mut tx, None).await.unwrap().into_iter().next().unwrap();
    ([row.balance.0, row.debt.0, row.burned.0], row.available.0)
}

async fn spent_points_go_back_and_every_order_ends_alike(kind: Kind) {
    // 200 earned; of the next 200, 150 are paid with points; half of it comes back, then the rest.
    let (start, bought) = (ticket(1, 2, None, 0), ticket(2, 2, None, 150));
    let (half, rest) = (ticket(3, 1, Some(2), -75), ticket(4, 1, Some(2), -75));
    let all = [start.clone(), bought.clone(), half.clone(), rest.clone()];
    assert_eq!(after(kind, &all[..1]).await, ([20_000, 0, 0], 20_000));
    assert_eq!(after(kind, &all[..2]).await, ([10_000, 0, 15_000], 10_000), "200 + 50 - 150");
    assert_eq!(after(kind, &all[..3]).await, ([15_000, 0, 7_500], 15_000), "-25 and +75");
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let tickets = order.map(|place: usize| all[place].clone());
        assert_eq!(after(kind, &tickets).await, ([20_000, 0, 0], 20_000), "{order:?}");
    }
}

async fn two_tills_spend_the_same_points(kind: Kind) {
    let tickets = [ticket(1, 1, None, 0), ticket(2, 1, None, 80), ticket(3, 1, None, 80)];
    // 100 earned, 20 with each of the others; 160 spent.
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let tickets = order.map(|place: usize| tickets[place].clone());
        assert_eq!(after(kind, &tickets).await, ([-2_000, 2_000, 16_000], -2_000), "{order:?}");
    }
}
