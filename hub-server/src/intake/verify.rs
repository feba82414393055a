//! Everything that must agree, computed anew from what was taken into custody: chains, sales, points.

use std::collections::{BTreeMap, HashMap};

use domain::ids::{AccountId, SaleId};
use domain::money::{AmountError, Points};
use domain::points::{Programme, earn, returned_share};
use domain::sale::{LineKind, Sale, SaleStatus};

use super::store::{self, OriginKey};
use crate::db::{DbError, Tx};
use crate::gift_cards;
use crate::ledger::{self, Difference, adjustments};
use crate::members::{cards, merging};
use crate::sales::{self, Kept};
use crate::sync;

/// What was walked and everything that differs.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    pub accounts: i64,
    pub entries: i64,
    pub without_digest: i64,
    pub sales: i64,
    pub logs: i64,
    pub events: i64,
    pub differences: Vec<Difference>,
}

/// Sales of one page.
const PAGE: i64 = 1_000;

/// Verifies sums, points and chains in one moment of the database.
pub async fn verify(tx: &mut Tx) -> Result<Audit, DbError> {
    let sums = ledger::verify(tx).await?;
    let logs = sync::verify(tx).await?;
    let mut audit = Audit {
        accounts: sums.accounts,
        entries: sums.entries,
        without_digest: sums.without_digest,
        sales: 0,
        logs: logs.logs,
        events: logs.entries,
        differences: sums.differences,
    };
    for link in logs.broken {
        let subject = format!("log {} seq {}", link.log, link.seq);
        audit.differences.push(differs("chain", &subject, "", link.why));
    }
    for event in logs.unapplied {
        audit.differences.push(differs("applied_sale", &event.to_string(), "none", "a sale"));
    }
    points(tx, &mut audit).await?;
    for stray in store::strays(tx).await? {
        audit.differences.push(differs(stray.check, &stray.subject, "a row", "none"));
    }
    for stray in store::stray_late_cards(tx).await? {
        audit.differences.push(differs(stray.check, &stray.subject, "none", "the card's account"));
    }
    for subject in adjustments::unlike(tx).await? {
        audit.differences.push(differs("adjustment_of_entry", &subject, "a row", "its other half"));
    }
    for (card, kept, said) in cards::wrong_states(tx).await? {
        audit.differences.push(differs("card_state", &format!("card {card}"), &kept, &said));
    }
    for (subject, kept, computed) in merging::wrong(tx).await? {
        audit.differences.push(differs("merged_into", &subject, &kept, &computed));
    }
    for (subject, kept, computed) in gift_cards::wrong(tx).await? {
        audit.differences.push(differs("gift_card_sum", &subject, &kept, &computed));
    }
    for visit in store::missing_visits(tx).await? {
        audit.differences.push(differs("visit_of_sale", &visit, "none", "a visit"));
    }
    Ok(audit)
}

fn differs(check: &'static str, subject: &str, kept: &str, computed: &str) -> Difference {
    Difference { check, subject: subject.to_owned(), kept: kept.to_owned(), computed: computed.to_owned() }
}

/// What sales earn and returns take back, against the entries.
async fn points(tx: &mut Tx, audit: &mut Audit) -> Result<(), DbError> {
    let programmes = ledger::programmes(tx).await?;
    let returned = store::returned_quantities(tx).await?;
    let mut reversed: BTreeMap<AccountId, Points> = BTreeMap::new();
    let mut given: BTreeMap<SaleId, Points> = BTreeMap::new();
    let mut after = SaleId(uuid::Uuid::nil());
    loop {
        let page = sales::page(tx, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let ids: Vec<SaleId> = page.iter().map(|row| row.id).collect();
        let kept = store::earned_by_sale(tx, &ids).await?;
        let burned = store::burned_by_sale(tx, &ids).await?;
        for row in &page {
            let of = |sums: &HashMap<(SaleId, AccountId), Points>| {
                let sum = row.account.and_then(|account| sums.get(&(row.id, account)));
                sum.copied().unwrap_or_default()
            };
            let taken = check_sale(&programmes, row, of(&kept), &returned, audit)?;
            check_spent(row, of(&burned), &mut given, audit)?;
            if let Some(account) = row.account {
                let sum = reversed.entry(account).or_default();
                *sum = sum.plus(taken).map_err(amount)?;
            }
        }
    }
    check_accounts("reversed", reversed, &store::reversed_by_account(tx).await?, audit);
    let owners = store::accounts_of(tx, &given.keys().copied().collect::<Vec<_>>()).await?;
    let mut given_back: BTreeMap<AccountId, Points> = BTreeMap::new();
    for (sale, points) in given {
        if let Some(account) = owners.get(&sale) {
            let sum = given_back.entry(*account).or_default();
            *sum = sum.plus(points).map_err(amount)?;
        }
    }
    check_accounts("given_back", given_back, &store::given_back_by_account(tx).await?, audit);
    Ok(())
}

/// Compares what a sale spent with its entry, and notes what it gives back by the sale that spent it.
fn check_spent(
    row: &Kept,
    burned: Points,
    given: &mut BTreeMap<SaleId, Points>,
    audit: &mut Audit,
) -> Result<(), DbError> {
    let completed = |sale: &&Sale| sale.status == SaleStatus::Completed;
    let Some(sale) = row.sale.as_ref().filter(completed) else { return Ok(()) };
    let spent = if row.account.is_some() { ledger::spent(sale).map_err(amount)? } else { Points::ZERO };
    let kept = burned.negated().map_err(amount)?;
    if kept != spent {
        let subject = format!("sale {}", row.id);
        audit.differences.push(differs("sale_burned", &subject, &kept.to_string(), &spent.to_string()));
    }
    for (original, points) in ledger::given_back(sale).map_err(amount)? {
        let sum = given.entry(original).or_default();
        *sum = sum.plus(points).map_err(amount)?;
    }
    Ok(())
}

/// Compares one sale with its row and its earn entries; answers what its account must have given back.
fn check_sale(
    programmes: &[Programme],
    row: &Kept,
    earned: Points,
    returned: &HashMap<OriginKey, i64>,
    audit: &mut Audit,
) -> Result<Points, DbError> {
    audit.sales += 1;
    let subject = format!("sale {}", row.id);
    let Some(sale) = &row.sale else {
        audit.differences.push(differs(
            "sale_event",
            &subject,
            "a sale",
            "its event is missing or another's",
        ));
        return Ok(Points::ZERO);
    };
    if let Some((kept, computed)) = &row.differs {
        audit.differences.push(differs("sale_rows", &subject, kept, computed));
    }
    let wanted = wanted(programmes, sale, row.account, returned).map_err(amount)?;
    if earned != wanted.earned {
        let (kept, computed) = (earned.to_string(), wanted.earned.to_string());
        audit.differences.push(differs("sale_earned", &subject, &kept, &computed));
    }
    Ok(wanted.reversed)
}

fn check_accounts(
    check: &'static str,
    mut computed: BTreeMap<AccountId, Points>,
    kept: &HashMap<AccountId, Points>,
    audit: &mut Audit,
) {
    for account in kept.keys() {
        computed.entry(*account).or_default();
    }
    for (account, computed) in computed {
        let kept = kept.get(&account).copied().unwrap_or_default();
        if kept != computed {
            let subject = format!("account {account}");
            audit.differences.push(differs(check, &subject, &kept.to_string(), &computed.to_string()));
        }
    }
}

fn amount(error: AmountError) -> DbError {
    DbError::BadRow { what: "points of a sale", why: error.to_string() }
}

/// What a sale gives to its account, and what is taken from it for goods that came back: of this sale's
/// own lines, by receipts that name them, and by its returned lines that name none.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    earned: Points,
    reversed: Points,
}

fn wanted(
    programmes: &[Programme],
    sale: &Sale,
    account: Option<AccountId>,
    returned: &HashMap<OriginKey, i64>,
) -> Result<Wanted, AmountError> {
    let programme = Programme::on(programmes, sale.business_date);
    let (Some(_), Some(programme), SaleStatus::Completed) = (account, programme, sale.status) else {
        return Ok(Wanted::default());
    };
    let earned = earn(programme, sale)?;
    let mut reversed = Points::ZERO;
    for points in &earned.lines {
        let Some(line) = sale.lines.iter().find(|line| line.number == points.line) else { continue };
        let taken = match points.kind {
            LineKind::Sale => {
                let key = OriginKey { sale: sale.id, line: i64::from(line.number) };
                let back = returned.get(&key).copied().unwrap_or(0);
                if back > 0 {
                    returned_share(points.points, line.own_quantity()?.0, 0, back)
                } else {
                    Points::ZERO
                }
            }
            _ if line.origin.is_none() => points.points,
            _ => Points::ZERO,
        };
        reversed = reversed.plus(taken)?;
    }
    Ok(Wanted { earned: earned.sold(), reversed })
}
