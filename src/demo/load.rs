//! Puts the made-up chain into a hub by the hub's own operations: catalogue and members as an import would,
//! sales through custody and apply as from tills.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use domain::Points;
use domain::codes::{StoreCode, TillCode};
use domain::ids::TillId;
use domain::points::{Programme, Rate, Redemption, Review, Tier, Tiers, Value};
use hub_server::access::tills;
use hub_server::catalogue::{self, Sold, Turn};
use hub_server::db::Tx;
use hub_server::insights::Goods;
use hub_server::intake::{self, Imported};
use hub_server::marketing::{self, Draft, Segment};
use hub_server::members::{self, Consent, Profile};
use hub_server::{App, ledger, stock};

use crate::chain::{Chain, DAYS, ZONE};

/// Who the audit says did it.
pub const WHO: &str = "demo";
const CONSENT_SOURCE: &str = "formulario de la tarjeta";
const COFFEE: &str = "Café molido";
const PROMOTION_DAYS: i64 = 14;
/// What each promotion is called and what the cashier says.
const HOME: (&str, &str) = ("Café en casa", "Hoy el café molido lleva 10 % menos");
const LATE: (&str, &str) =
    ("Hace rato no viene", "¡Qué bueno verle otra vez! La bolsa va por nuestra cuenta");

pub type Tills = BTreeMap<(StoreCode, TillCode), TillId>;

/// Loads everything: who and what there is, then the history, then the stock as it was counted after it.
pub async fn fill(app: &App, chain: &Chain, today: NaiveDate) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    ledger::add_programme(&mut tx, &programme(today), now).await?;
    master_rows(&mut tx, chain, now).await?;
    tx.commit().await?;
    let drafts = chain.sales.iter().cloned().map(Into::into).collect();
    let turns = intake::import_sales(app, drafts).await?;
    if let Some(turn) = turns.iter().find(|turn| **turn != Imported::New) {
        anyhow::bail!("the hub does not take a sale of the demo chain: {turn:?}");
    }
    let mut tx = app.db.begin().await?;
    all_taken(&stock::count(&mut tx, &counts(chain), now).await?)?;
    for (number, draft) in (1..).zip(promotions(chain, today)) {
        marketing::create(&mut tx, draft, now, [number; 10]).await.context("a promotion of the demo")?;
    }
    tx.commit().await?;
    Ok(())
}

/// One offer for who takes coffee home, and one for who stays away longer than usual.
fn promotions(chain: &Chain, today: NaiveDate) -> Vec<Draft> {
    let running = |name: &str, segment, offer_text: &str, sku, percent_off| Draft {
        name: name.to_owned(),
        segment,
        offer_text: offer_text.to_owned(),
        sku,
        percent_off,
        valid_from: today,
        valid_until: domain::time::plus_days(today, PROMOTION_DAYS),
    };
    let late = Segment::Rhythm { mean_at_least: None, mean_at_most: None, overdue_at_least: Some(7) };
    let welcome = running(LATE.0, late, LATE.1, None, 0);
    let coffee = chain.products.iter().find(|product| product.name.starts_with(COFFEE)).map(|product| {
        let goods = Goods::Sku(product.sku.clone());
        let segment = Segment::Product { goods, bought: true, within_days: 90 };
        running(HOME.0, segment, HOME.1, Some(product.sku.clone()), 1_000)
    });
    coffee.into_iter().chain([welcome]).collect()
}

/// One point for each 100 pesos; a point pays half a peso.
fn programme(today: NaiveDate) -> Programme {
    let valid_from = domain::time::plus_days(today, -DAYS);
    let redemption = Redemption {
        value: Value { points: 100, money: 50 },
        step: Points::ONE,
        minimum: Points(5_000),
        offline_cap: Points(50_000),
        offline_days: 7,
        offline_redemptions: Some(20),
    };
    Programme {
        version: 2,
        base: Rate { points: 100, per: 10_000 },
        redemption: Some(redemption),
        tiers: Some(tiers()),
        ..Programme::starter(valid_from)
    }
}

/// Ranks by the points of a quarter.
fn tiers() -> Tiers {
    let level = |name: &str, points: i64| Tier { name: name.to_owned(), from: Points(points * 100) };
    let levels = vec![level("Yapa", 0), level("Plata", 10_000), level("Oro", 20_000)];
    Tiers { window_days: 91, review: Review::OneDown, levels }
}

fn counts(chain: &Chain) -> Vec<stock::Count> {
    chain
        .stock
        .iter()
        .map(|level| stock::Count {
            store: level.store.clone(),
            sku: level.sku.clone(),
            on_hand: level.on_hand,
            reorder_point: level.reorder_point,
            reorder_qty: level.reorder_qty,
            lead_days: level.lead_days,
        })
        .collect()
}

/// Stores, tills, products, members and cards.
pub async fn master_rows(tx: &mut Tx, chain: &Chain, now: DateTime<Utc>) -> anyhow::Result<Tills> {
    let stores: Vec<catalogue::Store> = chain
        .stores
        .iter()
        .map(|store| catalogue::Store {
            code: store.code.clone(),
            name: store.name.to_owned(),
            area: String::new(),
            zone: ZONE,
        })
        .collect();
    all_taken(&catalogue::upsert_stores(tx, &stores, now).await?)?;
    let mut registered = Tills::new();
    for store in &chain.stores {
        for till in &store.tills {
            let id = tills::add(tx, WHO, &store.code, till, now).await?;
            registered.insert((store.code.clone(), till.clone()), id);
        }
    }
    all_taken(&catalogue::upsert_products(tx, &products(chain)).await?)?;
    all_taken(&members::upsert_members(tx, &profiles(chain), now).await?.turns)?;
    let cards: Vec<_> = chain.members.iter().map(|m| (m.card.clone(), m.code.clone())).collect();
    all_taken(&members::add_cards(tx, &cards, now).await?.turns)?;
    Ok(registered)
}

fn products(chain: &Chain) -> Vec<catalogue::Product> {
    chain
        .products
        .iter()
        .map(|product| catalogue::Product {
            sku: product.sku.clone(),
            name: product.name.clone(),
            line: product.line.clone(),
            category: product.category.clone(),
            price: product.price,
            cost: Some(product.cost),
            tax_rate: product.tax_rate,
            supplier: product.supplier.clone(),
            active: true,
            sold: Sold { weighed: product.weighed, ..Sold::default() },
            barcodes: vec![product.barcode.clone()],
        })
        .collect()
}

fn profiles(chain: &Chain) -> Vec<Profile> {
    chain
        .members
        .iter()
        .map(|member| Profile {
            code: member.code.clone(),
            first_name: member.first_name.clone(),
            last_name: member.last_name.clone(),
            email: member.email.clone(),
            phone: member.phone.clone(),
            birthday: None,
            consent: Consent {
                marketing: member.consent_at.is_some(),
                at: member.consent_at,
                source: member.consent_at.map(|_| CONSENT_SOURCE.to_owned()).unwrap_or_default(),
            },
        })
        .collect()
}

/// A made-up row that the hub rejects is a fault of the generator.
fn all_taken(turns: &[Turn]) -> anyhow::Result<()> {
    let rejected = turns.iter().find_map(|turn| match turn {
        Turn::Rejected(why) => Some(why.clone()),
        _ => None,
    });
    rejected
        .map_or(Ok(()), |why| Err(anyhow::anyhow!(why)))
        .context("the hub rejects a row of the demo chain")
}
