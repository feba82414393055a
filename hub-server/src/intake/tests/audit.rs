//! Whatever is changed behind the hub's back is found.

use super::*;

#[tokio::test]
async fn the_audit_finds_what_was_tampered_with() {
    let spoilt = [
        ("sale_rows", "update sale set total = total + 1"),
        ("sale_rows", "update sale set net = net + 1"),
        ("sale_rows", "update sale set business_date = '2026-01-01'"),
        ("sale_rows", "update sale_line set sku = 'other'"),
        ("sale_rows", "delete from sale_line"),
        (
            "sale_rows",
            "insert into kept_points (sale, origin_sale, origin_line, quantity) select id, id, 1, 1000 from sale",
        ),
        ("visit_of_sale", "delete from visit"),
        ("visit_of_sale", "update visit set store = 'nowhere'"),
        ("entry_of_sale", "update ledger_entry set sale = id where kind = 'earn'"),
        ("lot_of_entry", "update lot set earned = earned + 1"),
        ("lot_of_entry", "update lot set account = id"),
        ("entry_of_sale", "update sale set account = null"),
        ("sale_earned", "update ledger_entry set points = points + 100 where kind = 'earn'"),
        ("reversed", "update ledger_entry set points = points - 100 where kind = 'reverse'"),
        (
            "entry_of_sale",
            r#"update ledger_entry set kind = 'adjust', sale = id,
                reason = '{"day_cap":{"day":"2026-03-01","cap":1,"earned":0,"before":0}}' where kind = 'reverse'"#,
        ),
        ("chain", "update log_entry set hash = (select hash from log_entry where seq = 1) where seq = 2"),
        ("chain", "update event set raw = (select raw from event where seq = 1) where seq = 2"),
        ("sale_event", "update event set raw = (select raw from event where seq = 1) where seq = 2"),
        ("sale_event", "update event set raw = x'00' where seq = 2"),
        ("chain", "delete from log_entry where seq = 1"),
        ("applied_sale", "delete from sale"),
        ("balance_is_sum_of_entries", "update account set balance = balance + 1"),
    ];
    for (check, sql) in spoilt {
        let hub = TestHub::new().await;
        hub.member("M1", CARD).await;
        let mut till = open_till(&hub).await;
        let events = [
            till.sale(&Ticket::sold(1, Some(CARD), 10_000).sale()),
            till.sale(&Ticket::returned(2, Some(CARD), 1_000, None).sale()),
        ];
        till.push(&events).await.unwrap();
        must_hold(&hub).await;
        let mut tx = hub.app.db.begin().await.unwrap();
        crate::on!(&mut tx, c => sqlx::query(sql).execute(c).await.map(|_| ())).unwrap();
        let audit = verify(&mut tx).await.unwrap();
        assert!(audit.differences.iter().any(|d| d.check == check), "{sql}: {:?}", audit.differences);
    }
}
