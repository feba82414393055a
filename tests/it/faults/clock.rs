//! A till whose clock is wrong, or is put while it works.

use super::{MILK, alone};
use crate::world::databases::Kind;
use crate::world::fault::Ahead;
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::till::Till;

fn hubs_view(hub: &Hub) -> i64 {
    let tills = hub.cli(&["till", "list", "--json"]).exits(0).json();
    tills[0]["clock_offset_ms"].as_i64().unwrap_or_else(|| panic!("no clock: {tills}")) / 1_000
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_loses_no_sale_and_is_shown() {
    let (mut hub, mut till) = alone().await;
    till.stop();
    hub.serve();
    let folder = tempfile::tempdir().unwrap();
    let ahead = Ahead::of(folder.path());
    till.dress = ahead.dress();
    let hour = 3_600;
    let mut sold = 0;
    for wanted in [None, Some("1970-01-02T03:04:05Z"), Some("2099-06-07T08:09:10Z")] {
        let off = wanted.map_or(hour, |wanted| ahead.says(wanted));
        if wanted.is_none() {
            ahead.by(hour);
        }
        till.run(&[]);
        till.enter(1, ANA).await;
        let receipt = till.sell(1, MILK).await;
        assert!(receipt.contains("Venta cobrada"), "{off}: {receipt}");
        sold += 1;
        hub.holds(sold).await;
        till.has_sent_everything().await;
        let seen = hubs_view(&hub);
        assert!((seen + off).abs() < 60, "{off} s ahead, and the hub says {seen}");
        till.stop();
    }
    // Back by two hours between the first scan and the payment.
    ahead.by(hour);
    till.run(&[]);
    till.enter(1, ANA).await;
    till.enter(1, MILK).await;
    ahead.by(-hour);
    till.pay(1).await;
    sold += 1;
    hub.holds(sold).await;
    till.has_sent_everything().await;
    ahead.by(0);
    till.sell(1, MILK).await;
    sold += 1;
    hub.holds(sold).await;
    assert_eq!(hub.count("select count(distinct receipt_no) from sale").await, sold);
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_midnight_that_the_clocks_skip_or_repeat_closes_one_shift() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    hub.import("stores", "store,name,zone,timezone\n001,Centro,Andes,America/Santiago\n").exits(0);
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    till.run(&[]);
    till.knows_the_catalogue().await;
    till.stop();
    let folder = tempfile::tempdir().unwrap();
    let ahead = Ahead::of(folder.path());
    till.dress = ahead.dress();
    // Chile puts its clocks at midnight: on 6 September 2026 from 24:00 to 01:00, on 5 April from 24:00 back to
    // 23:00. The machine's own zone is another one.
    let nights = [
        (["2026-04-05T02:50:00Z", "2026-04-05T03:10:00Z", "2026-04-05T04:10:00Z"], ["04", "04", "05"]),
        (["2026-09-06T03:50:00Z", "2026-09-06T04:10:00Z", "2026-09-06T05:10:00Z"], ["05", "06", "06"]),
    ];
    let mut sold = 0;
    for (number, (moments, days)) in (1..).zip(nights) {
        ahead.says(moments[0]);
        till.run(&[]);
        till.submit_on("/till/1/shift", "/shift/open", &[("float", "0")]).await;
        for (moment, day) in moments.into_iter().zip(days) {
            ahead.says(moment);
            till.sell(1, MILK).await;
            sold += 1;
            hub.holds(sold).await;
            let found = hub.count(LATEST_DAY).await;
            assert_eq!(format!("{found:02}"), day, "sold at {moment}");
        }
        let z = till.submit_on("/till/1/shift", "/shift/close", &[("total", "12.600")]).await;
        assert!(z.contains(&format!("Informe Z {number}")), "{z}");
        till.has_sent_everything().await;
        till.stop();
    }
    assert_eq!(hub.count("select count(*) from till_shift").await, 2, "one a night, closed once");
    assert_eq!(hub.count("select count(*) from till_shift where expected = counted").await, 2);
    hub.verify_ledger().exits(0);
}

/// The day of the month of the sale that came last.
const LATEST_DAY: &str =
    "select cast(substr(business_date, 9, 2) as integer) from sale order by receipt_no desc limit 1";
