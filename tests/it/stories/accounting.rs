//! What points owe in money, as the accountant's commands say it.

use serde_json::Value;

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{ANA, Row, sales};
use crate::world::hub::{Hub, path_text};

on_both!(points_are_deferred_by_month,);

/// A point for 1.00 pays 0.50.
const RULES: &str = r#"
version = 2
valid_from = "2026-01-01"
decimals = 0

[base]
points = 100
per = 100

[redemption.value]
points = 100
money = 50
"#;

fn sums(rows: &[Value], field: &str) -> i64 {
    rows.iter().map(|row| row[field].as_str().unwrap().replace('.', "").parse::<i64>().unwrap()).sum()
}

async fn points_are_deferred_by_month(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    assert_eq!(hub.report(&["liability"]), Vec::<Value>::new());
    let rules = hub.write("rules.toml", RULES);
    hub.cli(&["programme", "set", path_text(&rules)]).exits(0);
    hub.cli(&["programme", "estimate", "--from", "2026-01-01", "--redeemed", "85"]).exits(0);
    let again = hub.cli(&["programme", "estimate", "--from", "2026-01-01", "--redeemed", "80"]).exits(4);
    assert!(again.stderr.contains("bad_estimate") && again.stderr.contains("2026-01-01"), "{}", again.stderr);
    let row = |seq, day, cents| Row {
        till: ("001", "1"),
        seq,
        day,
        card: ANA,
        line: 1,
        sku: "300",
        cents,
        kind: "sale",
    };
    hub.import("sales", &sales([row(1, "2026-03-01", 3000), row(2, "2026-04-02", 2000)])).exits(0);
    // 30.00 and 30 points worth 15.00, of which 85 % are expected: 30 × 12.75 ÷ 42.75.
    let march = hub.report_row(&["liability"], "month", "2026-03");
    assert_eq!(
        [&march["deferred"], &march["closing"], &march["points_outstanding"]],
        ["8.95", "8.95", "30.00"]
    );
    let april = hub.report_row(&["liability"], "month", "2026-04");
    assert_eq!([&april["opening"], &april["deferred"], &april["closing"]], ["8.95", "5.96", "14.91"]);
    assert_eq!(april["expected_redeemed"], "85.00");
    let journal = hub.report(&["journal"]);
    assert_eq!(journal.len(), 4);
    assert_eq!((sums(&journal, "debit"), sums(&journal, "credit")), (1_491, 1_491));
}
