//! Files that people bring: read twice, read with mistakes, read through the till and through the hub.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{self, ANA, LUIS, PRODUCTS, Row, SALES_HEADER, sales};
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(
    a_file_read_twice_changes_nothing,
    bad_rows_are_named_and_the_others_go_in,
    half_a_ticket_never_goes_in_and_the_mended_whole_does,
    what_a_file_lacks_stays_as_it_was,
    a_dry_run_changes_nothing,
    one_receipt_is_one_sale_whichever_way_it_comes,
    what_was_practised_or_cancelled_never_earns,
);

fn three_tickets() -> String {
    let row = |seq, card, line, cents| Row {
        till: ("001", "1"),
        seq,
        day: "2026-03-01",
        card,
        line,
        sku: "100",
        cents,
        kind: "sale",
    };
    sales([row(1, ANA, 1, 500), row(1, ANA, 2, 700), row(2, LUIS, 1, 900), row(3, "", 1, 300)])
}

async fn a_file_read_twice_changes_nothing(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &three_tickets()).exits(0);
    let before = (hub.sales().await, hub.report(&["points"]), hub.report(&["visits"]));
    hub.import("sales", &three_tickets()).exits(0);
    hub.import_chain();
    assert_eq!(before, (hub.sales().await, hub.report(&["points"]), hub.report(&["visits"])));
    assert_eq!(before.0, 3);
    assert_eq!(hub.count("select count(*) from sale_line").await, 4);
    hub.verify_ledger().exits(0);
}

async fn bad_rows_are_named_and_the_others_go_in(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let file = "\u{feff}SKU;barcode;name;line;category;price;cost;tax_rate;supplier;colour\n\
        500;2000000000503;Queso;Lácteos;Alimentos;12,50;8;19;Alpina;white\n\
        501;2000000000510;Té;Bebidas;Alimentos;doce;8;19;Sello;green\n\
        ;2000000000527;Nada;Bebidas;Alimentos;1;1;19;Sello;none\n";
    let path = hub.write("productos.csv", file);
    let errors = hub.folder.path().join("errors.csv");
    let said = hub.cli(&["import", "products", path_text(&path), "--errors", path_text(&errors)]).exits(6);
    assert!(said.stderr.contains("colour"), "an unknown column is said: {}", said.stderr);
    let errors = std::fs::read_to_string(&errors).unwrap();
    assert!(errors.contains("doce") && errors.contains("price"), "{errors}");
    assert_eq!(errors.trim_end().lines().count(), 3, "header and two bad rows:\n{errors}");
    assert_eq!(hub.count("select price from product where sku = '500'").await, 1250);
    assert_eq!(hub.count("select count(*) from product where sku = '501'").await, 0);

    let good = three_tickets();
    let bad = format!("{good}001,1,9,2026-03-01,yesterday,rosa,,1,100,1,5.00,5.00,0.00,0.00,sale\n");
    hub.import("sales", &bad).exits(6);
    assert_eq!(hub.sales().await, 3);
}

/// As a spreadsheet writes it where commas are decimal; one cell of one row fell in two.
fn torn() -> String {
    let file = format!("\u{feff}{}", three_tickets().replace(',', ";").replace('.', ","));
    file.replace("100;1;7,00;7,00;", "100;1;7;00;7,00;")
}

async fn half_a_ticket_never_goes_in_and_the_mended_whole_does(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let path = hub.write("torn.csv", &torn());
    let left = hub.folder.path().join("left.csv");
    let (path, errors) = (path_text(&path), path_text(&left));
    let words = ["import", "sales", path, "--errors", errors];
    let said = [hub.cli(&words).exits(6), till.cli(&words).exits(6)];
    for said in said {
        assert!(said.stderr.contains("line 3"), "{}", said.stderr);
        assert!(said.stderr.contains("waits for line 3"), "{}", said.stderr);
    }
    hub.holds(2).await;
    let text = std::fs::read_to_string(&left).unwrap();
    let mended = text.replace("100;1;7;00;7,00;", "100;1;7,00;7,00;");
    assert_eq!((text.lines().count(), mended == text), (3, false), "{text}");
    // The file being read is not written over, whoever repeats the words of the first import.
    std::fs::write(&left, &mended).unwrap();
    hub.cli(&["import", "sales", errors, "--errors", errors]).exits(4);
    till.cli(&["import", "sales", errors, "--errors", errors]).exits(4);
    assert_eq!(std::fs::read_to_string(&left).unwrap(), mended);
    hub.cli(&["import", "sales", errors]).exits(0);
    till.cli(&["import", "sales", errors]).exits(0);
    till.has_sent_everything().await;
    hub.holds(3).await;
    assert_eq!(hub.count("select count(*) from sale_line").await, 4);
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

async fn what_a_file_lacks_stays_as_it_was(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    for (what, text, found) in [
        (
            "stores",
            "store,name,timezone\n001,Sur,America/Bogota\n",
            "select count(*) from store where name = 'Sur' and area = 'Andes'",
        ),
        (
            "products",
            "sku,name,price\n100,Leche,4500\n",
            "select count(*) from product where name = 'Leche' and line = 'Lácteos' and category = 'Alimentos' and cost = 310000
                and tax_rate = 1900 and supplier = 'Alpina'",
        ),
        (
            "members",
            "member,phone\nM1,555\n",
            "select count(*) from member where phone = '555' and first_name = 'Ana' and email = 'ana@example.org'
                and consent_marketing and consent_at is not null and consent_source = 'web'",
        ),
        (
            "stock",
            "store,sku,on_hand,reorder_point\n001,100,7,20\n",
            "select count(*) from stock where counted = 7000 and reorder_qty = 60000 and lead_days = 3",
        ),
    ] {
        let path = hub.write("narrow.csv", text);
        for turn in ["changed", "same"] {
            let said = hub.cli(&["import", what, path_text(&path), "--json"]).exits(0).json();
            assert_eq!(said[turn], 1, "{what}: {said}");
            assert_eq!(hub.count(found).await, 1, "{what}");
        }
    }
    // An empty cell is a word about it.
    hub.import("members", "member,first_name,phone\nM1,,555\n").exits(0);
    assert_eq!(hub.count("select count(*) from member where code = 'M1' and first_name = ''").await, 1);
}

async fn a_dry_run_changes_nothing(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let path = hub.write("new.csv", &PRODUCTS.replace("\n100,2000000000176", "\n999,2000000000992"));
    let said = hub.cli(&["import", "products", path_text(&path), "--dry-run"]).exits(0);
    assert!(said.stdout.contains('1') || said.stderr.contains('1'), "it says what would be new");
    assert_eq!(hub.count("select count(*) from product where sku = '999'").await, 0);
}

async fn one_receipt_is_one_sale_whichever_way_it_comes(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.import_sales(&three_tickets()).exits(0);
    hub.holds(3).await;
    let points = hub.report(&["points"]);
    till.import_sales(&three_tickets()).exits(0);
    till.has_sent_everything().await;
    hub.import("sales", &three_tickets()).exits(0);
    hub.holds(3).await;
    assert_eq!(points, hub.report(&["points"]));
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);

    // A till nobody enrolled here is refused in words; nothing is half done.
    let stranger = three_tickets().replace("\n001,1,", "\n002,7,");
    let said = till.import_sales(&stranger);
    assert_ne!(said.code, 0, "{}", said.stdout);
    assert!(said.stderr.contains("002"), "{}", said.stderr);
    assert!(stranger.starts_with(SALES_HEADER));
}

/// Ana's card is on all three tickets of another till software's morning; one of them is a sale.
async fn what_was_practised_or_cancelled_never_earns(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let morning = include_str!("../../../pos-agent/tests/data/poslog/sale-2.2.xml");
    assert_eq!(morning.matches("2990000010421").count(), 3);
    let morning = morning.replace("centro", "001").replace("2990000010421", ANA);
    let file = files::write(till.folder.path(), "morning.xml", &morning);
    till.cli(&["import", "poslog", path_text(&file)]).exits(0);
    hub.holds(3).await;
    for (status, sales) in [
        ("select count(*) from sale where status = 'completed'", 1),
        ("select count(*) from sale where status = 'training'", 1),
        ("select count(*) from sale where status = 'voided'", 1),
        // Of the sale alone: one point for each whole unit of its 67.23 without tax.
        ("select count(*) from ledger_entry", 1),
        ("select points from ledger_entry", 6_700),
        ("select count(*) from visit", 1),
    ] {
        assert_eq!(hub.count(status).await, sales, "{status}");
    }
    hub.verify_ledger().exits(0);
}
