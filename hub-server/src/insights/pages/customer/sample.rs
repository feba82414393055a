//! Customers to draw the page from.

use chrono::{DateTime, NaiveDate, Utc};
use domain::card::CardState;
use domain::ids::SaleId;
use domain::money::{Money, Points, Quantity};
use domain::points::Pending;
use domain::snapshot::{Missing, NextTier, TierRow};
use domain::time::plus_days;

use super::{CustomerFigures, CustomerPage, PastEntry, PastLine, PastSale};
use crate::insights::usual::Usual;
use crate::kit::{Page, Words};
use crate::sales::history::PastCoupon;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn line(name: &str, quantity: i64, price: i64, discount: i64) -> PastLine {
    PastLine {
        name: name.to_owned(),
        quantity: Quantity(quantity * 1000),
        unit_price: Money(price * 100),
        discount: Money(discount * 100),
        paid: Money((quantity * price - discount) * 100),
        mark: "",
    }
}

fn sale(date: &str, time: &str, total: i64, mark: &'static str) -> PastSale {
    PastSale {
        business_date: day(date),
        occurred_at: at(&format!("{date}T{time}:00Z")),
        store: "Centro".to_owned(),
        till: "2".to_owned(),
        receipt_no: 1_204,
        total: Money(total * 100),
        points: Points(total / 10),
        mark,
        lines: vec![
            line("Leche entera 1 L", 3, 4_200, 0),
            line("Pan tajado", 1, 6_500, 650),
            line("Detergente líquido concentrado lavanda repuesto económico 3 L", 1, 38_900, 0),
        ],
        coupons: vec![PastCoupon {
            sale: SaleId::new(1, [1; 10]),
            code: "9813765030011".to_owned(),
            name: "del fabricante".to_owned(),
            amount: Money(25_000),
        }],
    }
}

fn habit(name: &str, visits: i64, interval_mean: i64, due: bool) -> Usual {
    Usual {
        sku: "7".parse().unwrap(),
        name: name.to_owned(),
        visits,
        of_visits: 31,
        interval_mean,
        last_bought: day("2026-05-07"),
        due,
    }
}

pub fn figures(gaps: &[i64], as_of: &str) -> CustomerFigures {
    let start = day("2025-11-12");
    let mut visits = vec![start];
    for gap in gaps {
        visits.push(plus_days(visits[visits.len() - 1], *gap));
    }
    CustomerFigures {
        name: "Ana María Montoya".to_owned(),
        code: "M-00421".to_owned(),
        since: at("2025-11-12T15:00:00Z"),
        cards: vec![
            ("2990000010421".to_owned(), CardState::Active),
            ("2990000010001".to_owned(), CardState::Lost),
        ],
        desk: Some("/customers/1/cards".to_owned()),
        own_page: Some("/customers/1/own-page".to_owned()),
        by_hand: Some("/customers/1/points".to_owned()),
        merged: vec!["M-0002".to_owned()],
        merging: Some("/customers/1/merge".to_owned()),
        alike: vec![],
        email: "ana@example.com".to_owned(),
        phone: "+57 300 555 4821".to_owned(),
        birthday: Some("02-29".parse().unwrap()),
        masked: false,
        consent: Some((Some(at("2025-11-12T15:00:00Z")), "caja".to_owned())),
        visits,
        usual: vec![
            habit("Leche entera 1 L", 28, 630, false),
            habit("Pan tajado", 21, 810, false),
            habit("Café molido 500 g", 12, 1_410, true),
        ],
        balance: Points(5_230_000),
        available: Points(5_230_000),
        debt: Points(0),
        pending: None,
        ending: None,
        tier: Some(TierRow {
            name: "Plata".to_owned(),
            next: Some(NextTier {
                name: "Oro".to_owned(),
                missing: Missing::Points(Points(84_000)),
                way: Some(72),
            }),
        }),
        sales: vec![
            sale("2026-05-07", "15:42", 18_450, ""),
            sale("2026-05-07", "15:58", -6_500, "receipt-return"),
            sale("2026-05-01", "22:10", 57_000, ""),
        ],
        older: Some("/customers/1?before=2026-05-01".to_owned()),
        entries: vec![
            PastEntry { kind: "earn".to_owned(), points: Points(18_450), at: at("2026-05-07T15:42:00Z") },
            PastEntry { kind: "reverse".to_owned(), points: Points(-650), at: at("2026-05-07T15:58:00Z") },
        ],
        held: vec!["50 puntos reservados en Centro, caja 2, desde 18/05/2026 10:58".to_owned()],
        held_desk: Some("/redemptions".to_owned()),
        as_of: day(as_of),
        now: at(&format!("{as_of}T16:00:00Z")),
    }
}

const REGULAR: [i64; 30] =
    [5, 6, 7, 5, 6, 6, 4, 8, 6, 5, 7, 6, 6, 3, 9, 6, 5, 6, 7, 6, 5, 6, 6, 12, 6, 5, 6, 7, 2, 6];

fn page(words: &Words, figures: &CustomerFigures) -> CustomerPage {
    let page = Page::sample(words, &figures.name, "/customers")
        .under("/customers", words.t("customers-title"))
        .live("customer:1");
    CustomerPage::new(page, figures)
}

pub fn regular(words: &Words) -> CustomerPage {
    page(words, &figures(&REGULAR, "2026-05-18"))
}

pub fn overdue(words: &Words) -> CustomerPage {
    let mut figures = figures(&REGULAR, "2026-06-20");
    figures.debt = Points(12_000);
    figures.pending = Some(Pending { points: Points(50_000), first: Points(20_000), on: day("2026-06-24") });
    figures.ending = Some((Points(40_000), day("2026-06-30")));
    let at = at("2026-06-01T05:00:00Z");
    figures.entries.insert(0, PastEntry { kind: "expire".to_owned(), points: Points(-3_500), at });
    page(words, &figures)
}

pub fn newcomer(words: &Words) -> CustomerPage {
    let mut figures = figures(&[], "2025-11-15");
    figures.usual.clear();
    figures.sales.clear();
    figures.entries.clear();
    figures.older = None;
    figures.consent = None;
    figures.masked = true;
    figures.email = "•••@•••".to_owned();
    figures.phone = "••• ••• 4821".to_owned();
    figures.birthday = None;
    page(words, &figures)
}
