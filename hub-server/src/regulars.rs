//! From sales to what is known of a regular: reports, the till's snapshot, offers, the API, exports.

use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode};
use chrono::{Duration, NaiveDate};
use domain::codes::Sku;
use domain::money::{Money, Points};
use domain::points::{EndOf, Expiry, Programme, Review, Tier, Tiers};
use domain::sale::{SaleDraft, SaleLine, lines_total};
use domain::snapshot::{Change, MemberRow, Missing};
use kit::table::Dialect;
use serde_json::{Value, json};

use crate::access::{Role, staff};
use crate::catalogue::{self, Product, Sold, Turn};
use crate::insights::{self, Level, Question, export};
use crate::intake::{Imported, import_sales};
use crate::ledger;
use crate::marketing::jobs::Renewal;
use crate::marketing::{self, Draft, Segment};
use crate::members::{self, Consent, Profile};
use crate::testing::{TestHub, Ticket};

mod api;

const CARD: &str = "2990000010421";

fn product(sku: &str, barcodes: &[&str]) -> Product {
    Product {
        sku: sku.parse().unwrap(),
        name: sku.to_uppercase(),
        line: if sku == "leche" { "dairy".to_owned() } else { String::new() },
        category: "food".to_owned(),
        price: Money(100),
        cost: None,
        tax_rate: 1_900,
        supplier: String::new(),
        active: true,
        sold: Sold::default(),
        barcodes: barcodes.iter().map(|b| (*b).to_owned()).collect(),
    }
}

/// A ticket with one piece of each product.
fn ticket(n: u8, date: &'static str, card: Option<&'static str>, skus: &[&str]) -> SaleDraft {
    let mut draft = Ticket { date, ..Ticket::sold(n, card, 100) }.draft();
    let first = draft.lines[0].clone();
    draft.lines = (1..)
        .zip(skus)
        .map(|(number, sku)| SaleLine { number, sku: sku.parse().unwrap(), ..first.clone() })
        .collect();
    draft.tenders[0].amount = lines_total(&draft).unwrap();
    draft
}

async fn hub_with_regulars() -> TestHub {
    hub_with(None).await
}

fn second() -> Programme {
    Programme { version: 2, ..Programme::starter(NaiveDate::default()) }
}

/// Ana comes every week, always for milk, and may be sent offers; M2 came once.
async fn hub_with(rules: Option<Programme>) -> TestHub {
    let hub = TestHub::new().await;
    hub.member("M2", "2990000010438").await;
    let ana = Profile {
        code: "M1".parse().unwrap(),
        first_name: "Ana".to_owned(),
        last_name: "Muñoz".to_owned(),
        email: "ana@example.org".to_owned(),
        phone: "+57 300 123 4567".to_owned(),
        birthday: Some("02-28".parse().unwrap()),
        consent: Consent { marketing: true, at: Some(hub.app.clock.now()), source: "till".to_owned() },
    };
    let mut tx = hub.app.db.begin().await.unwrap();
    let now = hub.app.clock.now();
    catalogue::upsert_products(&mut tx, &[product("leche", &["770"]), product("pan", &[])]).await.unwrap();
    let cards = [(CARD.parse().unwrap(), "M1".parse().unwrap())];
    if let Some(rules) = rules {
        ledger::add_programme(&mut tx, &rules, now).await.unwrap();
    }
    members::upsert_members(&mut tx, &[ana], now).await.unwrap();
    members::add_cards(&mut tx, &cards, now).await.unwrap();
    tx.commit().await.unwrap();
    let drafts = vec![
        ticket(1, "2026-02-01", Some(CARD), &["leche", "pan"]),
        ticket(2, "2026-02-08", Some(CARD), &["leche"]),
        ticket(3, "2026-02-15", Some(CARD), &["pan", "leche", "leche"]),
        ticket(4, "2026-02-15", Some(CARD), &["pan"]),
        ticket(5, "2026-02-20", Some("2990000010438"), &["pan"]),
    ];
    let turns = import_sales(&hub.app, drafts).await.unwrap();
    assert_eq!(turns, vec![Imported::New; 5]);
    hub
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Everything a till would have after pulling the whole feed in small steps.
async fn pulled(hub: &TestHub) -> (Vec<Change>, i64) {
    let mut tx = hub.app.db.read().await.unwrap();
    let (mut changes, mut cursor) = (vec![], 0);
    loop {
        let part =
            catalogue::feed::feed(&mut tx, cursor, 2, catalogue::feed::Reader::default()).await.unwrap();
        assert!(part.changes.len() <= 2 && part.cursor >= cursor);
        changes.extend(part.changes);
        cursor = part.cursor;
        if !part.more {
            return (changes, cursor);
        }
    }
}

async fn ana_at_the_till(hub: &TestHub) -> MemberRow {
    let (changes, _) = pulled(hub).await;
    let is_ana = |change: &Change| match change {
        Change::Member(row) if row.code.as_str() == "M1" => Some((**row).clone()),
        _ => None,
    };
    changes.iter().filter_map(is_ana).next_back().unwrap()
}

async fn renew(hub: &TestHub, renewal: &mut Renewal) -> usize {
    renewal.tick(&hub.app.db, hub.app.clock.now(), 10).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_learns_the_rhythm_and_nothing_twice() {
    let hub = hub_with_regulars().await;
    let mut renewal = Renewal::default();
    assert_eq!(renew(&hub, &mut renewal).await, 2);
    let row = ana_at_the_till(&hub).await;
    assert_eq!((row.greeting.as_str(), row.visits, row.interval_mean), ("Ana M.", 3, Some(700)));
    assert_eq!((row.phone_end.as_str(), row.birthday), ("4567", Some("02-28".parse().unwrap())));
    assert_eq!(row.last_visit, Some(date("2026-02-15")));
    assert_eq!(row.expected_next_visit, Some(date("2026-02-22")));
    assert_eq!(row.balance.0, 700);
    let usual: Vec<_> = row.usual.iter().map(|u| (u.name.as_str(), u.visits, u.due)).collect();
    assert_eq!(usual, [("LECHE", 3, false)]);
    assert_eq!(row.offer, None);
    let (_, head) = pulled(&hub).await;
    // Everybody is looked at again on the next day; what says nothing new is not sent.
    hub.app.clock.advance(Duration::days(1));
    assert_eq!(renew(&hub, &mut renewal).await, 2);
    assert_eq!(pulled(&hub).await.1, head);
    assert_eq!(renew(&hub, &mut renewal).await, 0);
    // One more visit: one snapshot.
    import_sales(&hub.app, vec![ticket(6, "2026-02-23", Some(CARD), &["pan"])]).await.unwrap();
    assert_eq!(renew(&hub, &mut renewal).await, 1);
    let row = ana_at_the_till(&hub).await;
    assert_eq!((row.visits, row.usual.len(), row.usual[0].due), (4, 2, true));
    assert_eq!(pulled(&hub).await.1, head + 1);
}

/// Ana has 7 points of three visits.
#[tokio::test(flavor = "multi_thread")]
async fn a_till_learns_the_rank_and_what_the_next_one_takes() {
    let hub = hub_with_regulars().await;
    let level = |name: &str, points: i64| Tier { name: name.to_owned(), from: Points(points) };
    let levels = vec![level("Base", 0), level("Silver", 500), level("Gold", 1_000)];
    let tiers = Some(Tiers { window_days: 90, review: Review::OneDown, levels });
    let mut tx = hub.app.db.begin().await.unwrap();
    let rules = Programme { tiers, ..second() };
    ledger::add_programme(&mut tx, &rules, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    renew(&hub, &mut Renewal::default()).await;
    let tier = ana_at_the_till(&hub).await.tier.unwrap();
    let next = tier.next.unwrap();
    assert_eq!((tier.name.as_str(), next.name.as_str()), ("Silver", "Gold"));
    assert_eq!(next.missing, Missing::Points(Points(300)));
    assert_eq!(next.way, Some(40), "200 of the 500 between the two");
}

/// The last of Ana's visits, on 15 February, brought 4 of her 7 points.
#[tokio::test(flavor = "multi_thread")]
async fn a_till_learns_what_is_pending_and_until_when() {
    let hub = hub_with(Some(Programme { vest_days: 20, ..second() })).await;
    renew(&hub, &mut Renewal::default()).await;
    let row = ana_at_the_till(&hub).await;
    let pending: Vec<_> =
        row.pending.iter().map(|row| (row.points.0, row.on.to_string(), row.ends_on)).collect();
    assert_eq!((row.balance.0, pending), (700, vec![(400, "2026-03-07".to_owned(), None)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_learns_what_ends_and_when() {
    let expiry = Some(Expiry { days: 14, end_of: EndOf::Day, grace_days: 14 });
    let hub = hub_with(Some(Programme { expiry, ..second() })).await;
    let mut renewal = Renewal::default();
    renew(&hub, &mut renewal).await;
    let ending = |row: &MemberRow| -> Vec<_> {
        row.expiring.iter().map(|row| (row.points.0, row.on.to_string())).collect()
    };
    let row = ana_at_the_till(&hub).await;
    // The tickets came late, so that all of them still have their grace.
    assert_eq!((row.balance.0, ending(&row)), (700, vec![(700, "2026-03-16".to_owned())]));
    hub.app.clock.advance(Duration::days(14));
    renew(&hub, &mut renewal).await;
    assert_eq!(ana_at_the_till(&hub).await.balance.0, 700, "through the whole of the last day");
    hub.app.clock.advance(Duration::days(1));
    renew(&hub, &mut renewal).await;
    let row = ana_at_the_till(&hub).await;
    assert_eq!((row.balance.0, ending(&row)), (0, vec![]));
}

fn promotion(segment: Segment) -> Draft {
    Draft {
        name: "Weekly".to_owned(),
        segment,
        offer_text: "Bread at half price".to_owned(),
        sku: Some("pan".parse().unwrap()),
        percent_off: 5_000,
        valid_from: date("2026-03-01"),
        valid_until: date("2026-03-31"),
    }
}

fn weekly() -> Segment {
    Segment::Rhythm { mean_at_least: Some(5), mean_at_most: Some(9), overdue_at_least: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_reaches_the_till_and_is_taken_away_again() {
    let hub = hub_with_regulars().await;
    let mut renewal = Renewal::default();
    let now = hub.app.clock.now();
    let mut tx = hub.app.db.begin().await.unwrap();
    let made = marketing::create(&mut tx, promotion(weekly()), now, [1; 10]).await.unwrap();
    let unknown = Draft { sku: Some("ñame".parse().unwrap()), ..promotion(weekly()) };
    let refused = marketing::create(&mut tx, unknown, now, [2; 10]).await.unwrap_err();
    assert!(matches!(refused, marketing::CreateError::Fields(fields) if fields[0].code == "unknown_product"));
    tx.commit().await.unwrap();
    renew(&hub, &mut renewal).await;
    let offer = ana_at_the_till(&hub).await.offer.unwrap();
    assert_eq!((offer.promotion, offer.text.as_str()), (made.id, "Bread at half price"));
    let mut tx = hub.app.db.begin().await.unwrap();
    assert!(marketing::stop(&mut tx, made.id).await.unwrap());
    assert!(!marketing::stop(&mut tx, made.id).await.unwrap());
    tx.commit().await.unwrap();
    renew(&hub, &mut renewal).await;
    assert_eq!(ana_at_the_till(&hub).await.offer, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_counts_who_is_in_it_and_who_may_be_reached() {
    let hub = hub_with_regulars().await;
    let bought = |sku: &str, bought| Segment::Product {
        goods: insights::Goods::Sku(sku.parse().unwrap()),
        bought,
        within_days: 6,
    };
    let dairy =
        Segment::Product { goods: insights::Goods::Line("dairy".to_owned()), bought: true, within_days: 30 };
    // As of 20 February, the last six days begin on the 15th.
    for (segment, matching, reachable) in [
        (weekly(), 1, 1),
        (bought("pan", true), 2, 1),
        (bought("leche", true), 1, 1),
        (bought("leche", false), 1, 0),
        (dairy, 1, 1),
    ] {
        let mut tx = hub.app.db.read().await.unwrap();
        let count = marketing::count(&mut tx, &segment, hub.app.clock.now()).await.unwrap();
        assert_eq!((count.matching, count.reachable), (matching, reachable), "{segment:?}");
        assert_eq!(count.as_of, Some(date("2026-02-20")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn affinity_is_of_now_and_equals_a_fresh_count() {
    let hub = hub_with_regulars().await;
    let question = |level, min_count| Question { level, min_count, store: None, from: None, to: None };
    let counts = |rows: Vec<insights::PairFigures>| -> Vec<(String, String, u32, u64)> {
        rows.into_iter().map(|r| (r.a, r.b, r.count, r.tickets)).collect()
    };
    let ask = async |resident: &insights::Resident, level| {
        let mut tx = hub.app.db.read().await.unwrap();
        counts(resident.affinity(&mut tx, &question(level, 1)).await.unwrap().rows().collect())
    };
    let pair = |count, tickets| vec![("leche".to_owned(), "pan".to_owned(), count, tickets)];
    assert_eq!(ask(&hub.app.resident, Level::Sku).await, pair(2, 5));
    // Both are food, and only one has a line: no pair at either level.
    assert_eq!(ask(&hub.app.resident, Level::Category).await, []);
    assert_eq!(ask(&hub.app.resident, Level::Line).await, []);
    import_sales(&hub.app, vec![ticket(6, "2026-02-23", None, &["pan", "leche"])]).await.unwrap();
    assert_eq!(ask(&hub.app.resident, Level::Sku).await, pair(3, 6));
    assert_eq!(ask(&insights::Resident::default(), Level::Sku).await, pair(3, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn master_rows_written_twice_change_nothing() {
    let hub = hub_with_regulars().await;
    let (before, head) = pulled(&hub).await;
    let products = [product("leche", &["770"]), product("pan", &[])];
    let mut tx = hub.app.db.begin().await.unwrap();
    let turns = catalogue::upsert_products(&mut tx, &products).await.unwrap();
    assert_eq!(turns, [Turn::Same, Turn::Same]);
    let cards = [(CARD.parse().unwrap(), "M1".parse().unwrap())];
    let written = members::add_cards(&mut tx, &cards, hub.app.clock.now()).await.unwrap();
    assert_eq!((written.turns, written.cards.len()), (vec![Turn::Same], 0));
    let changed = Product { price: Money(120), ..product("leche", &["771"]) };
    assert_eq!(catalogue::upsert_products(&mut tx, &[changed]).await.unwrap(), [Turn::Changed]);
    tx.commit().await.unwrap();
    let (after, new_head) = pulled(&hub).await;
    assert_eq!((after.len(), new_head), (before.len(), head + 1));
    let Some(Change::Product(row)) = after.last() else { panic!("{after:?}") };
    assert_eq!((row.price, row.barcodes.as_slice()), (Money(120), &["770".to_owned(), "771".to_owned()][..]));
}
