//! What scripts rely on: field names, exit codes, JSON that is JSON, errors that say what to do.

use serde_json::Value;

use super::on_both;
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::files::{ANA, Row, sales};
use crate::world::hub::Hub;
use crate::world::process::{Said, program};
use crate::world::till::Till;

on_both!(reports_keep_their_field_names, a_search_finds_by_what_its_reader_may_see);

fn some_history() -> String {
    let mut rows = vec![];
    for (seq, day) in [(1, "2026-03-01"), (2, "2026-03-04"), (3, "2026-03-07")] {
        for (line, sku) in [(1, "100"), (2, "200")] {
            rows.push(Row { till: ("001", "1"), seq, day, card: ANA, line, sku, cents: 500, kind: "sale" });
        }
    }
    sales(rows)
}

fn names(rows: &[Value]) -> Vec<&str> {
    let row = rows.first().expect("at least one row").as_object().expect("a row is an object");
    let mut names: Vec<&str> = row.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

async fn reports_keep_their_field_names(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &some_history()).exits(0);
    for (words, fields) in [
        (
            vec!["visits"],
            "member card visits first_visit last_visit interval_mean_days interval_median_days expected_next_visit overdue_days",
        ),
        (
            vec!["visits", "--store", "001"],
            "member card visits first_visit last_visit interval_mean_days interval_median_days expected_next_visit overdue_days",
        ),
        (vec!["usual", "--member", "M1"], "sku name visits share interval_mean_days last_bought due"),
        (
            vec!["affinity", "--level", "sku", "--min-count", "1"],
            "a b count count_a count_b tickets support confidence_ab confidence_ba lift",
        ),
        (
            vec![
                "affinity",
                "--level",
                "line",
                "--min-count",
                "1",
                "--store",
                "001",
                "--from",
                "2026-03-01",
                "--to",
                "2026-03-31",
            ],
            "a b count count_a count_b tickets support confidence_ab confidence_ba lift",
        ),
        (vec!["points"], "member balance available pending debt earned burned expired"),
        (vec!["points", "--member", "M1"], "member balance available pending debt earned burned expired"),
        (vec!["stock-alerts"], "store sku on_hand reorder_point reorder_qty days_of_cover"),
        (vec!["stock-alerts", "--store", "001"], "store sku on_hand reorder_point reorder_qty days_of_cover"),
    ] {
        let mut wanted: Vec<&str> = fields.split(' ').collect();
        wanted.sort_unstable();
        assert_eq!(names(&hub.report(&words)), wanted, "report {words:?}");
    }
    let points = hub.report_row(&["points", "--member", "M1"], "member", "M1");
    assert!(points["balance"].is_string(), "points are decimal strings: {points}");
    let alert = &hub.report(&["stock-alerts"])[0];
    assert_eq!(
        (&alert["store"], &alert["sku"], &alert["on_hand"]),
        (&"001".into(), &"200".into(), &"5".into())
    );
}

async fn a_search_finds_by_what_its_reader_may_see(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    for (role, by_contact) in [("service", 1), ("marketing", 0)] {
        let api = Api::of(&hub, role);
        for (q, wanted) in [
            ("morales", 1),
            ("m1+ana", 1),
            (ANA, 1),
            ("ana@example.org", by_contact),
            ("3001234821", by_contact),
            ("nobody", 0),
        ] {
            let found = api.get(&format!("/api/v1/members?q={q}")).await;
            assert_eq!(found["members"].as_array().map(Vec::len), Some(wanted), "{role} {q}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exit_code_is_reached() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    hub.cli(&["report", "visits", "--json"]).exits(0);
    hub.cli(&["report", "nonsense"]).exits(2);
    hub.cli(&["report", "usual", "--member", "NOBODY", "--json"]).exits(3);
    hub.cli(&["import", "products", "no-such-file.csv"]).exits(3);
    hub.import("products", "colour,size\nred,1\n").exits(4);
    hub.import("cards", "card,member\n2990000000088,NOBODY\n").exits(6);
    let wrong = Said::of(std::process::Command::new(program("hub-server")).args([
        "report",
        "visits",
        "--json",
        "--database",
        "postgres://nobody@127.0.0.1:1/none",
    ]));
    wrong.exits(7);

    let till = Till::enrolled(&hub, &[("001", "1")]);
    till.cli(&["enrol", "--hub", &hub.address(), "--code", "WRONGCODE"]).exits(5);
    till.cli(&["enrol", "--hub", "http://127.0.0.1:1", "--code", "WRONGCODE"]).exits(7);
    till.cli(&["nonsense"]).exits(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_stands_alone_on_standard_output() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    for said in [till.cli(&["status", "--json"]).exits(0), hub.cli(&["report", "visits", "--json"]).exits(0)]
    {
        said.json();
        assert_eq!(said.stderr, "");
        assert!(!said.stdout.contains('\u{1b}'), "no escape codes when piped");
    }
    hub.cli(&["health", "--at", &hub.listen.to_string()]).exits(0);
    hub.cli(&["health", "--at", "127.0.0.1:1"]).exits(7);
    till.cli(&["doctor"]).exits(0);
}
