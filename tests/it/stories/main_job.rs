//! From a scan to the two answers: how often does this customer come, and what do they usually take.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{ANA, LUIS, Row, sales};
use crate::world::hub::Hub;
use crate::world::scanner::Scanner;
use crate::world::till::Till;

on_both!(
    a_scanned_sale_becomes_a_visit_with_points,
    the_reports_answer_the_two_questions,
    a_mistyped_year_makes_nobody_late,
);

async fn a_scanned_sale_becomes_a_visit_with_points(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    let mut scanner = Scanner::plugged_in(till.folder.path());
    till.run_with_scanner(&scanner.path);
    till.knows_the_catalogue().await;

    scanner.scan(ANA);
    till.shows("Ana M.").await;
    scanner.scan("2000000000312");
    till.shows("Café 500 g").await;
    scanner.scan("2000000000244");
    till.shows("Pan tajado").await;
    let receipt = till.pay(1).await;
    assert!(receipt.contains("Café 500 g") && receipt.contains("Pan tajado"), "{receipt}");

    hub.holds(1).await;
    let visit = hub.report_row(&["visits"], "member", "M1");
    assert_eq!((&visit["visits"], &visit["card"]), (&1.into(), &ANA.into()));
    // 18,900 and 6,500 with 19 % tax inside are 15,882.35 and 5,462.18 net: together 21,344 whole points.
    let points = hub.report_row(&["points"], "member", "M1");
    assert_eq!(points["balance"], "21344.00", "{points}");
    hub.verify_ledger().exits(0);
}

/// Eight visits of one member: coffee on the odd ones, milk always, bread with milk twice.
fn a_habit() -> String {
    let days = ["01", "04", "07", "10", "13", "16", "19", "29"];
    let mut rows = vec![];
    for (i, day) in days.iter().enumerate() {
        let seq = i64::try_from(i).unwrap() + 1;
        let day: &str = format!("2026-03-{day}").leak();
        let row = |line, sku, cents| Row {
            till: ("001", "1"),
            seq,
            day,
            card: ANA,
            line,
            sku,
            cents,
            kind: "sale",
        };
        rows.push(row(1, "100", 420));
        if i % 2 == 0 {
            rows.push(row(2, "300", 1890));
        }
        if i < 2 {
            rows.push(row(3, "200", 650));
        }
    }
    sales(rows)
}

async fn the_reports_answer_the_two_questions(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &a_habit()).exits(0);

    let visit = hub.report_row(&["visits"], "member", "M1");
    assert_eq!(visit["visits"], 8);
    assert_eq!((&visit["first_visit"], &visit["last_visit"]), (&"2026-03-01".into(), &"2026-03-29".into()));
    assert_eq!(visit["interval_mean_days"].to_string().trim_matches('"').parse(), Ok(4.0_f64));
    assert_eq!(visit["interval_median_days"].to_string().trim_matches('"').parse(), Ok(3.0_f64));
    assert_eq!((&visit["expected_next_visit"], &visit["overdue_days"]), (&"2026-04-01".into(), &(-3).into()));

    let usual = hub.report(&["usual", "--member", "M1"]);
    let skus: Vec<&str> = usual.iter().filter_map(|row| row["sku"].as_str()).collect();
    assert_eq!(skus, ["100", "300"], "bread was bought on two visits only: no habit yet");
    assert_eq!((&usual[0]["visits"], &usual[1]["visits"]), (&8.into(), &4.into()));
    assert_eq!(usual[1]["last_bought"], "2026-03-19");

    let pairs = hub.report(&["affinity", "--level", "sku", "--min-count", "2"]);
    assert_eq!(pairs.len(), 2, "{pairs:#?}");
    let both = pairs.iter().find(|row| row["count"] == 4).expect("milk and coffee");
    assert_eq!((&both["tickets"], &both["count_a"], &both["count_b"]), (&8.into(), &8.into(), &4.into()));

    let points = hub.report_row(&["points"], "member", "M1");
    assert_eq!(
        points["earned"], "120.00",
        "29 + 10 + 23 + 4 + 23 + 4 + 23 + 4: each ticket rounds down by itself"
    );
}

async fn a_mistyped_year_makes_nobody_late(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &a_habit()).exits(0);
    let before = hub.report_row(&["visits"], "member", "M1");
    let slip = |seq, day, kind| Row {
        till: ("001", "1"),
        seq,
        day,
        card: LUIS,
        line: 1,
        sku: "200",
        cents: 650,
        kind,
    };
    let slips = [slip(90, "2062-03-29", "sale"), slip(91, "2026-04-20", "training")];
    hub.import("sales", &sales(slips)).exits(0);
    assert_eq!(hub.report_row(&["visits"], "member", "M1"), before);
    // The 28 days of bread still end with the real sales, on the 29th: of two that were sold one is in them.
    let bread = hub.report_row(&["stock-alerts"], "sku", "200");
    assert_eq!((&bread["on_hand"], bread["days_of_cover"].as_f64()), (&"5".into(), Some(140.0)));
}
