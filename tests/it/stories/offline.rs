//! Without a hub, without power, without a scanner: no sale is lost and none counts twice.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::scanner::Scanner;
use crate::world::till::Till;

on_both!(
    two_tills_sell_twenty_without_a_hub_and_lose_none,
    a_hub_killed_while_tills_push_holds_each_sale_once
);

async fn two_tills_sell_twenty_without_a_hub_and_lose_none(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let mut tills = [Till::ready(&hub, &[("001", "1")]).await, Till::ready(&hub, &[("002", "1")]).await];
    hub.stop();
    for till in &mut tills {
        till.enter(1, ANA).await;
        for n in 0..10 {
            let receipt = till.sell(1, "2000000000176").await;
            assert!(receipt.contains("Leche entera"), "sale {n}: {receipt}");
        }
        // As soon as the screen has said done.
        till.kill9();
        let status = till.status();
        assert_eq!(status["sales"], 10);
        assert!(status["unsent"].as_i64() >= Some(10), "{status}");
    }
    hub.serve();
    for till in &mut tills {
        till.run(&[]);
    }
    hub.holds(20).await;
    for till in &tills {
        till.has_sent_everything().await;
    }
    hub.holds(20).await;
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    assert_eq!(
        hub.count("select count(*) from sale where account is not null").await,
        2,
        "the card was on the first"
    );
    hub.verify_ledger().exits(0);
}

async fn a_hub_killed_while_tills_push_holds_each_sale_once(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1"), ("001", "2")]).await;
    for round in 0..4 {
        for n in 0..5 {
            till.sell(1 + n % 2, "2000000000244").await;
        }
        hub.kill9();
        till.sell(1, "2000000000312").await;
        hub.serve();
        assert!(hub.sales().await <= (round + 1) * 6);
    }
    hub.holds(24).await;
    till.has_sent_everything().await;
    hub.verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_pulled_out_and_put_back_goes_on() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    let mut scanner = Scanner::plugged_in(till.folder.path());
    till.run_with_scanner(&scanner.path);
    till.knows_the_catalogue().await;
    scanner.scan("2000000000176");
    till.shows("Leche entera").await;
    for _ in 0..2 {
        scanner.unplug();
        till.scanner_is(false).await;
        scanner.plug_in();
        // Nobody tells the agent: it looks for the device by itself.
        till.scanner_is(true).await;
        scanner.scan("2000000000312");
        till.shows("Café 500 g").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_read_is_told_and_never_put_before_the_next() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    let mut scanner = Scanner::plugged_in(till.folder.path());
    till.run_with_scanner(&scanner.path);
    till.knows_the_catalogue().await;

    // Its end byte got lost, and the cashier only comes back later.
    scanner.send("20000000");
    till.shows("El lector no envía fin de línea").await;
    scanner.scan("2000000000176");
    till.shows("Leche entera").await;
    // The plug is pulled in the middle of a read.
    scanner.send("2000000");
    scanner.unplug();
    till.scanner_is(false).await;
    scanner.plug_in();
    till.scanner_is(true).await;
    scanner.scan("2000000000312");
    // 4.200 and 18.900: nothing else was added.
    let screen = till.shows("23.100").await;
    assert!(screen.contains("2 artículos") && !screen.contains("Código desconocido"), "{screen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_sent_again_after_a_power_cut_counts_once() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    let order = [("scan", "2000000000176"), ("order", "0f1e2d3c4b5a69788796a5b4c3d2e1f0")];
    till.submit(1, "/entry", &order).await;
    // The page never heard the answer: it repeats the order with the new start's token.
    till.kill9();
    till.run(&[]);
    let screen = till.submit(1, "/entry", &order).await;
    assert!(screen.contains("1 artículo<") && screen.contains("Leche entera"), "{screen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_killed_or_stopped_keeps_its_basket() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.enter(1, "3*2000000000176").await;
    for end in [Till::kill9, Till::stop] {
        end(&mut till);
        till.run(&[]);
        let screen = till.shows("Ana M.").await;
        assert!(screen.contains("Leche entera"), "{screen}");
    }
}
