//! Points: what returns, voids, training and late cards do to them, and that nothing can be slipped in.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{ANA, EVA, Row, sales};
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(
    returns_take_back_and_voids_count_nowhere,
    a_card_that_comes_later_brings_its_visits_and_points,
    a_changed_ledger_row_is_found,
    goods_without_points_earn_none_by_whichever_way_they_come,
    cards_that_come_while_sales_do_leave_none_behind,
);

fn row<'a>(seq: i64, day: &'a str, card: &'a str, line: u32, cents: i64, kind: &'a str) -> Row<'a> {
    Row { till: ("001", "1"), seq, day, card, line, sku: "300", cents, kind }
}

async fn returns_take_back_and_voids_count_nowhere(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let file = sales([
        row(1, "2026-03-01", ANA, 1, 3000, "sale"),
        row(2, "2026-03-02", ANA, 1, 1000, "return"),
        row(3, "2026-03-03", ANA, 1, 5000, "training"),
        row(4, "2026-03-04", ANA, 1, 2000, "sale"),
        row(4, "2026-03-04", ANA, 2, 7000, "void"),
        row(5, "2026-03-05", ANA, 1, 500, "return"),
        row(5, "2026-03-05", ANA, 2, 900, "sale"),
    ]);
    hub.import("sales", &file).exits(0);
    assert_eq!(hub.sales().await, 5, "everything is kept");
    let points = hub.report_row(&["points"], "member", "M1");
    assert_eq!(points["balance"], "44.00", "30 − 10 + 20 − 5 + 9");
    let visit = hub.report_row(&["visits"], "member", "M1");
    assert_eq!(visit["visits"], 3, "a day with returns only and a training day are none");
    assert_eq!(visit["last_visit"], "2026-03-05");
    hub.verify_ledger().exits(0);
}

async fn a_card_that_comes_later_brings_its_visits_and_points(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let file =
        sales([row(1, "2026-03-01", EVA, 1, 1999, "sale"), row(2, "2026-03-08", EVA, 1, 1000, "sale")]);
    hub.import("sales", &file).exits(0);
    assert_eq!(hub.report_row(&["points"], "member", "M3")["balance"], "0.00");
    hub.import("cards", &format!("card,member\n{EVA},M3\n")).exits(0);
    assert_eq!(hub.report_row(&["points"], "member", "M3")["balance"], "29.00", "19 + 10");
    assert_eq!(hub.report_row(&["visits"], "member", "M3")["visits"], 2);
    // The same files again, now with the card known from the start.
    hub.import("sales", &file).exits(0);
    hub.import("cards", &format!("card,member\n{EVA},M3\n")).exits(0);
    assert_eq!(hub.report_row(&["points"], "member", "M3")["balance"], "29.00");
    hub.verify_ledger().exits(0);
}

async fn a_changed_ledger_row_is_found(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &sales([row(1, "2026-03-01", ANA, 1, 3000, "sale")])).exits(0);
    hub.verify_ledger().exits(0);
    hub.tamper("update ledger_entry set points = points + 100").await;
    let said = hub.verify_ledger().exits(1);
    assert!(!said.stdout.is_empty() || !said.stderr.is_empty(), "it says what does not add up");
    hub.tamper("update ledger_entry set points = points - 100").await;
    hub.verify_ledger().exits(0);
    hub.tamper("update account set balance = balance + 1 where balance > 0").await;
    hub.verify_ledger().exits(1);
}

const NO_POINTS_FOR_TOBACCO: &str = r#"
version = 2
valid_from = "2026-01-01"
decimals = 0
excluded_lines = ["Tabaco"]
multipliers = []

[base]
points = 100
per = 100

[redemption]
step = 100
minimum = 5_000
offline_cap = 50_000
offline_days = 7

[redemption.value]
points = 100
money = 50
"#;

async fn goods_without_points_earn_none_by_whichever_way_they_come(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let rules = hub.write("rules.toml", NO_POINTS_FOR_TOBACCO);
    hub.cli(&["programme", "set", path_text(&rules)]).exits(0);
    let shown = hub.cli(&["programme", "show", "--json"]).exits(0);
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(shown[1]["redemption"]["value"], serde_json::json!({ "points": 100, "money": 50 }));
    hub.cli(&["programme", "show"]).exits(0);
    let tobacco = |seq, day| Row { sku: "400", ..row(seq, day, ANA, 2, 900, "sale") };
    let by_hub = sales([row(1, "2026-03-01", ANA, 1, 3000, "sale"), tobacco(1, "2026-03-01")]);
    let by_till = sales([row(2, "2026-03-02", ANA, 1, 1000, "sale"), tobacco(2, "2026-03-02")]);
    hub.import("sales", &by_hub).exits(0);
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.import_sales(&by_till).exits(0);
    hub.holds(2).await;
    assert_eq!(hub.report_row(&["points"], "member", "M1")["balance"], "40.00", "30 + 10, no tobacco");
    hub.verify_ledger().exits(0);
    // New rules cannot reach back to sales that have their points.
    let again = NO_POINTS_FOR_TOBACCO.replace("version = 2", "version = 3").replace("-01-01", "-03-02");
    let again = hub.write("again.toml", &again);
    hub.cli(&["programme", "set", path_text(&again)]).exits(4);
}

async fn cards_that_come_while_sales_do_leave_none_behind(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let days: Vec<String> = (1..=28).map(|day| format!("2026-03-{day:02}")).collect();
    let rows = (0..2_800).map(|n| row(n, &days[usize::try_from(n / 100).unwrap()], EVA, 1, 1000, "sale"));
    let file = hub.write("many.csv", &sales(rows));
    let importing = hub.background(&["import", "sales", path_text(&file)]);
    // Somewhere in the middle of them; where exactly is the machine's affair.
    while hub.sales().await < 500 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    hub.import("cards", &format!("card,member\n{EVA},M3\n")).exits(0);
    importing.join().expect("it ran").exits(0);
    assert_eq!(hub.count("select count(*) from sale where account is null").await, 0);
    assert_eq!(hub.report_row(&["points"], "member", "M3")["balance"], "28000.00");
    hub.verify_ledger().exits(0);
}
