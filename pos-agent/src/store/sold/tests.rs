use domain::ids::SaleId;
use sqlx::Row;

use super::*;
use crate::app::Agent;
use crate::checkout::basket::ReturnReason;
use crate::testing::TestHub;

const ANA: &str = "2990000010421";
const MILK: &str = "416000336108";

async fn sell(agent: &Agent, entries: &[&str]) -> SaleId {
    for entry in entries {
        agent.enter(1, entry).await.unwrap();
    }
    let view = agent.till(1).await.unwrap();
    agent.pay_cash(1, view.basket, view.totals.due).await.unwrap().sale.id
}

fn milk() -> Sku {
    "milk".parse().unwrap()
}

#[tokio::test]
async fn what_a_member_bought_is_found_newest_first_while_it_is_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let first = sell(&agent, &[ANA, "2*", MILK]).await;
    sell(&agent, &[MILK, "/50"]).await;
    let second = sell(&agent, &[ANA, MILK, "-10"]).await;
    let today: NaiveDate = "2026-03-02".parse().unwrap();
    let found = async |card: &str, since| {
        let rows = agent.store().bought(&card.parse().unwrap(), &milk(), since).await.unwrap();
        rows.into_iter().map(|row| (row.sale, row.quantity.0, row.returned.0)).collect::<Vec<_>>()
    };
    let both = [(second, 1_000, 0), (first, 2_000, 0)];
    assert_eq!(found(ANA, today).await, both);
    assert_eq!(found("2990000010438", today).await, both, "another card of hers");
    assert_eq!(found("2990000099990", today).await, []);
    assert_eq!(found(ANA, today.succ_opt().unwrap()).await, [], "too long ago");

    let lowest = async |since| agent.store().lowest_price(&milk(), since).await.unwrap();
    assert_eq!(lowest(today).await, Some(Money(2_100)), "half of 42.00");
    assert_eq!(lowest(today.succ_opt().unwrap()).await, None);

    let (origin, one) = (domain::sale::Origin { sale: second, line: 1 }, Quantity::ONE);
    agent.take_back(1, origin, one, ReturnReason::Unwanted).await.unwrap();
    sell(&agent, &[]).await;
    assert_eq!(found(ANA, today).await, [(first, 2_000, 0)]);

    // As a file is filled that is older than this table.
    let noted = sold_lines(&agent).await;
    let mut tx = agent.store().begin().await.unwrap();
    sqlx::query("delete from sold_line").execute(&mut *tx).await.unwrap();
    let migration = include_str!("../../../../migrations/till/0010_returns_without_receipt.sql");
    let fill = migration.find("insert or ignore into sold_line").map(|at| &migration[at..]).unwrap();
    sqlx::query(fill).execute(&mut *tx).await.unwrap();
    agent.store().commit(tx).await.unwrap();
    assert_eq!(sold_lines(&agent).await, noted);
    assert_eq!(noted.len(), 3);
}

async fn sold_lines(agent: &Agent) -> Vec<(String, String, SaleId, i64, Option<String>, i64, i64)> {
    let sql =
        "select sku, business_date, sale, line, card, quantity, paid from sold_line order by 1, 2, 3, 4";
    sqlx::query_as(sql).fetch_all(agent.store().reader()).await.unwrap()
}

#[tokio::test]
async fn no_query_walks_through_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for sql in [BOUGHT, LOWEST, OF_CARD, OF_CASHIER] {
        let explained = format!("explain query plan {sql}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(explained)).fetch_all(store.reader()).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let walks: Vec<_> = steps
            .iter()
            .filter(|step| {
                ["sold_line", "unreceipted", "returned_line", "card"]
                    .iter()
                    .any(|t| step.starts_with(&format!("SCAN {t}")))
            })
            .collect();
        assert!(walks.is_empty() && steps.iter().any(|step| step.contains("SEARCH")), "{sql}: {steps:?}");
    }
}
