//! Whether every sum of the ledger holds.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::ids::AccountId;
use domain::points::Programme;
use serde::Serialize;

use super::day_cap::day_caps;
use super::replay;
use super::rules::{PostingKind, When, expires_on, vests_on};
use super::store::{self, LotDays, SumRow};
use crate::db::{DbError, Tx};

/// A sum that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Stable name of the check.
    pub check: &'static str,
    /// Which account, entry, sale or log.
    pub subject: String,
    pub kept: String,
    pub computed: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    pub accounts: usize,
    pub entries: i64,
    pub differences: Vec<Difference>,
}

/// Compares each account's kept sums with its entries and lots, and the lots of those who spent points, or brought
/// goods back and have points that end or vest, with what their entries, computed anew, leave in them.
pub async fn verify(tx: &mut Tx) -> Result<Verified, DbError> {
    let sums = store::sums(tx).await?;
    let entries = store::count_entries(tx).await?;
    let mut is_anew: BTreeSet<AccountId> = store::all_computed_anew(tx).await?.into_iter().collect();
    for (version, cap) in day_caps(&store::programmes(tx).await?) {
        is_anew.extend(store::over_day_cap(tx, version, cap).await?);
    }
    let anew: Vec<AccountId> = is_anew.iter().copied().collect();
    let mut differences: Vec<Difference> =
        sums.iter().flat_map(|row| check(row, is_anew.contains(&row.id))).collect();
    for stray in store::strays(tx).await? {
        differences.push(Difference {
            check: "entry_without_account_or_twice",
            subject: stray.to_string(),
            kept: "entry".to_owned(),
            computed: "none".to_owned(),
        });
    }
    differences.extend(replay::verify(tx, &anew).await?);
    differences.extend(lot_days(tx).await?);
    Ok(Verified { accounts: sums.len(), entries, differences })
}

/// Whether each lot ends and vests when the programme says that its entry was posted by.
async fn lot_days(tx: &mut Tx) -> Result<Vec<Difference>, DbError> {
    let programmes = store::programmes(tx).await?;
    let is_dated = |p: &&Programme| p.expiry.is_some() || p.vest_days > 0;
    let dated: Vec<i64> = programmes.iter().filter(is_dated).map(|p| p.version).collect();
    let mut differences = vec![];
    store::lot_days(tx, &dated, |row| {
        let kind = if row.kind == "earn" { PostingKind::Earn } else { PostingKind::GiveBack };
        let programme = programmes.iter().find(|p| Some(p.version) == row.programme);
        let LotDays { business_date, occurred_at, posted_at, .. } = row;
        let ends_on = expires_on(kind, programme, When { business_date, occurred_at, posted_at });
        let days = [
            ("lot_ends_by_programme", row.expires_on, ends_on),
            ("lot_vests_by_programme", row.vests_on, vests_on(kind, programme, business_date)),
        ];
        let text = |date: Option<NaiveDate>| date.map_or("never".to_owned(), |date| date.to_string());
        let wrong = days.into_iter().filter(|(_, kept, computed)| kept != computed);
        differences.extend(wrong.map(|(check, kept, computed)| Difference {
            check,
            subject: format!("lot {}", row.lot),
            kept: text(kept),
            computed: text(computed),
        }));
    })
    .await?;
    Ok(differences)
}

/// Debt stands beside no points that it could be paid from. Of who never spent points, nor brought goods back with
/// points that end or vest, that is any; of others, ended lots may keep theirs, and their lots are computed anew besides.
fn check(row: &SumRow, is_anew: bool) -> Vec<Difference> {
    let beside = if is_anew { row.endless } else { row.lots };
    let checks = [
        ("balance_is_sum_of_entries", row.balance, row.entries),
        ("balance_is_lots_less_debt", row.balance, row.lots - row.debt),
        ("earned_is_sum_of_entries", row.earned, row.entries_earned),
        ("burned_is_sum_of_entries", row.burned, row.entries_burned),
        ("debt_only_without_lots", if beside > 0 { row.debt } else { 0 }, 0),
    ];
    checks
        .into_iter()
        .filter(|(_, kept, computed)| kept != computed)
        .map(|(check, kept, computed)| Difference {
            check,
            subject: row.id.to_string(),
            kept: kept.to_string(),
            computed: computed.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> SumRow {
        SumRow {
            id: AccountId::new(0, [0; 10]),
            balance: 70,
            debt: 0,
            earned: 100,
            burned: 30,
            entries: 70,
            entries_earned: 100,
            entries_burned: 30,
            lots: 70,
            endless: 70,
        }
    }

    #[test]
    fn each_sum_is_checked() {
        assert_eq!(check(&row(), false), []);
        let spoilt: [(&str, fn(&mut SumRow)); 4] = [
            ("balance_is_sum_of_entries", |r| r.entries += 1),
            ("balance_is_lots_less_debt", |r| r.lots += 1),
            ("earned_is_sum_of_entries", |r| r.earned += 1),
            ("burned_is_sum_of_entries", |r| r.entries_burned += 1),
        ];
        for (name, spoil) in spoilt {
            let mut row = row();
            spoil(&mut row);
            assert_eq!(check(&row, false).iter().map(|d| d.check).collect::<Vec<_>>(), [name]);
        }
    }

    #[test]
    fn debt_stands_beside_points_only_where_they_have_ended() {
        let found = |endless, is_anew| {
            let row = SumRow { debt: 5, lots: 75, endless, ..row() };
            check(&row, is_anew).iter().map(|d| d.check).collect::<Vec<_>>()
        };
        for (endless, is_anew, is_found) in
            [(75, false, true), (0, false, true), (75, true, true), (0, true, false)]
        {
            let wanted: &[&str] = if is_found { &["debt_only_without_lots"] } else { &[] };
            assert_eq!(found(endless, is_anew), wanted, "{endless} {is_anew}");
        }
    }
}
